"""Both indexes of originals, and the rules about them."""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

from crawler.errors import ClewError
from crawler.model.capture import Capture, CaptureRef, Payload
from crawler.model.collection import Collection
from crawler.model.message import Message
from crawler.model.original import Original, OriginalIndex, Visit
from pipelines.dedup.kept import Kept
from pipelines.dedup.payloads import PayloadIndex

logger = logging.getLogger(__name__)

_MOST_UNTOLD = 100_000
"""Entries that wait while the shared index is away; then the oldest are forgotten."""
_LAST_CHUNK = re.compile(rb"\r\n0+\r\n\r\n\Z")
"""The last chunk and no trailer fields (RFC 9112, 7.1)."""
_LAST_LINES = 32
"""Bytes in which they stand."""


@dataclass(slots=True)
class _Untold:
    """What the shared index is to be told once the capture of that number is on disk."""

    number: int
    original: tuple[str, int, Original] | None
    visit: tuple[str, Visit] | None
    replaces: bool


class Deduplication:
    """Both indexes, and the rules about them. One for each sink."""

    def __init__(self, collection: Collection) -> None:
        self._kept = Kept(collection.archive)
        self._own = PayloadIndex()
        self._shared: OriginalIndex | None = None
        self._untold: deque[_Untold] = deque(maxlen=_MOST_UNTOLD)
        self._lost: set[str] = set()
        """Digests whose original in the shared index is gone, or chunked where a plain one came."""

    def share(self, index: OriginalIndex) -> None:
        """Ask and tell `index` from now on."""
        self._shared = index

    def find(self, capture: Capture, payload: Payload) -> Original | None:
        """The record of this process that holds the payload of `capture`; None: write it in full."""
        return self._found(capture, payload) if _replaceable(capture, payload) else None

    async def find_anywhere(self, capture: Capture, payload: Payload) -> Original | None:
        """The same over all workers and earlier crawls."""
        if not _replaceable(capture, payload):
            return None
        found = self._found(capture, payload)
        if found is not None or self._shared is None:
            return found
        told = await self._shared.find(payload.digest, payload.length)
        shared = await self._kept.seen_whole(told) if told is not None else None
        if told is not None and (shared is None or _unplayable(capture, shared)):
            self._lost.add(payload.digest)
        # While it was asked, this process may have written the payload itself.
        return self._found(capture, payload) or _fit(capture, shared)

    def _found(self, capture: Capture, payload: Payload) -> Original | None:
        return _fit(capture, self._own.find(payload))

    async def visit(self, uri: str) -> Visit | None:
        """What the last whole answer of `uri` was, where its original can be read again."""
        visit = await self._shared.visit(uri) if self._shared is not None else None
        if visit is None or visit.original.foreign or visit.original.uri != uri:
            return None  # only a record of the URL's own can stand for it in a viewer
        seen = self._kept.seen(visit.original)
        if seen is None or self._kept.status(seen) != 200:
            return None  # an error may have had the same payload before
        return replace(visit, original=seen)

    async def confirmed(self, capture: Capture) -> Capture:
        """`capture`, no more than a 304 where what it confirms cannot be read any more."""
        if capture.unchanged is None or await self._kept.seen_whole(capture.unchanged.original):
            return capture
        return replace(capture, unchanged=None)

    def stored(self, original: Original) -> Iterator[bytes]:
        """The block of an original of this collection. See `Kept.block`."""
        return self._kept.block(original)

    def note(
        self, capture: Capture, payload: Payload, ref: CaptureRef, original: Original | None
    ) -> None:
        """Remember a capture that was written, as a revisit of `original` if there is one."""
        if capture.unchanged is not None or not _comparable(capture, payload):
            return
        entry = None
        if original is None:
            original = Original(
                record_id=ref.record_id,
                uri=capture.uri,
                date=capture.started,
                filename=ref.filename,
                offset=ref.offset,
                reconstructed=capture.source is not None,
                chunked=capture.message.chunked,
            )
            self._own.add(payload, original)
            entry = payload.digest, payload.length, original
        visit = _visit(capture, payload, original)
        if entry or visit:
            lost = payload.digest in self._lost
            self._untold.append(_Untold(ref.number, entry, visit, replaces=lost))
            self._lost.discard(payload.digest)

    async def tell(self, reached: int) -> None:
        """Tell the shared index what is on disk, up to the capture of that number.

        Where it is away, the entries wait for the next call.
        """
        if self._shared is None:
            return
        ready = [entry for entry in self._untold if entry.number <= reached]
        if not ready:
            return
        originals = [entry.original for entry in ready if entry.original]
        visits = [entry.visit for entry in ready if entry.visit]
        replaced = {entry.original[0] for entry in ready if entry.original and entry.replaces}
        try:
            await self._shared.add(originals, visits, replaced)
        except ClewError as error:
            logger.debug("the index of originals waits: %s", error)
            return
        while self._untold and self._untold[0].number <= reached:
            self._untold.popleft()


def _comparable(capture: Capture, payload: Payload) -> bool:
    """A short answer is never the same as another, and an empty one saves nothing."""
    return capture.truncated is None and capture.status is not None and payload.length > 0


def _replaceable(capture: Capture, payload: Payload) -> bool:
    """Whether a revisit may stand for it: that has the head and the payload, and nothing beside them."""
    return _comparable(capture, payload) and not _has_more(capture)


def _has_more(capture: Capture) -> bool:
    """Blank lines before the status line, trailer fields, or bytes behind the last chunk.

    Bytes behind the end that a Content-Length tells are in the payload.
    """
    if capture.response.read(0, 1) in (b"\r", b"\n"):
        return True
    if not capture.message.chunked:
        return False
    end = capture.response.read(max(0, len(capture.response) - _LAST_LINES), _LAST_LINES)
    return "anomaly" in capture.notes or not _LAST_CHUNK.search(end)


def _fit(capture: Capture, original: Original | None) -> Original | None:
    """A reconstructed capture stands for what the origin said, so it refers to none but its like.

    The archive's own exchange, which has the same payload, refers to it.
    """
    if original is None or (capture.source is not None and not original.reconstructed):
        return None
    return None if _unplayable(capture, original) else original


def _unplayable(capture: Capture, original: Original) -> bool:
    """A viewer would play the chunks of the original within an answer that has none."""
    return original.chunked and not capture.message.chunked


def _visit(capture: Capture, payload: Payload, original: Original) -> tuple[str, Visit] | None:
    """What a later, conditional request for the same URL will need (RFC 9110, 13.1)."""
    if capture.source is not None or capture.method != "GET" or capture.status != 200:
        return None
    message = capture.message
    etag, modified = message.get(b"etag") or b"", message.get(b"last-modified") or b""
    if not etag and not modified and not _was_conditional(capture):
        return None
    return capture.uri, Visit(etag, modified, payload.digest, original)


def _was_conditional(capture: Capture) -> bool:
    """Whether an older visit is known, which this answer takes the place of."""
    request = Message.parse(capture.request)
    return bool(request.get(b"if-none-match") or request.get(b"if-modified-since"))
