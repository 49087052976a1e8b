"""Conditional requests (RFC 9110, 13): ask only for what is new, and read the old where nothing is."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace

from scrapy import Request

from crawler.config import Config
from crawler.download.reading import Readable, readable
from crawler.download.request import uri_of
from crawler.errors import MalformedRecord
from crawler.model.capture import Capture, CaptureSink
from crawler.model.message import HEAD_LIMIT, Message
from crawler.model.octets import Spool, SpoolLimits
from crawler.model.original import Visit

_OWN = ("If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since", "If-Range", "Range")
_PATIENCE = 0.1
"""Seconds that a request, whose moment has come, waits for what is known of its URL."""
_OF_A_CODING = re.compile(rb"(?:--?|;)(?:gzip|br|zstd|deflate)\Z")
"""What Apache, Jetty and others add to the tag of a page that they compress."""


class Conditions:
    """What the collection knows of a URL becomes a condition, and a 304 becomes a page again.

    In a request's meta, ``conditional`` is False where none may be put, and True where one was.
    """

    def __init__(self, config: Config, sink: CaptureSink, limits: SpoolLimits) -> None:
        self._config = config
        self._sink = sink
        self._limits = limits

    async def put(self, request: Request) -> Visit | None:
        """Put a condition on a plain GET whose last answer can be read again; what that answer was."""
        if not self._config.conditional_requests or request.method != "GET":
            return None
        if request.meta.get("memento") or request.meta.get("index"):
            return None
        if not request.meta.get("conditional", True):
            return None
        if any(name in request.headers for name in _OWN):
            return None
        try:
            async with asyncio.timeout(_PATIENCE):
                visit = await self._sink.visit(uri_of(request))
        except TimeoutError:
            return None
        if visit is not None:
            request.meta["conditional"] = True
            fields = {"If-None-Match": visit.etag, "If-Modified-Since": visit.last_modified}
            request.headers.update({name: value for name, value in fields.items() if value})
        return visit

    def read(self, capture: Capture, most: int) -> Readable:
        """What the spider reads: of an unchanged page, what was archived when it was last new.

        Of the payload `most` bytes are read.
        """
        visit = capture.unchanged
        if visit is None:
            return readable(capture, most)
        try:
            block = Spool.of(_beginning(self._sink.stored(visit.original), most), self._limits)
        except (MalformedRecord, OSError):
            return readable(capture, most)
        found = readable(replace(capture, response=block, unchanged=None), most)
        return replace(found, flags=[*found.flags, "not-modified"])


def confirmed(head: Message | None, visit: Visit | None) -> Visit | None:
    """`visit`, where `head` is a 304 about it: its tag, if it has one, is the one that was sent."""
    if head is None or visit is None or head.status != 304:
        return None
    tag = head.get(b"etag")
    return visit if not tag or not visit.etag or _opaque(tag) == _opaque(visit.etag) else None


def _beginning(block: Iterator[bytes], most: int) -> Iterator[bytes]:
    """As much of an answer as has its head and `most` bytes of its payload, chunk framing and all."""
    left = 2 * most + HEAD_LIMIT
    for piece in block:
        yield piece
        left -= len(piece)
        if left < 0:
            return


def _opaque(tag: bytes) -> bytes:
    """A tag as the weak comparison sees it (RFC 9110, 8.8.3.2), and without a coding's mark."""
    return _OF_A_CODING.sub(b"", tag.removeprefix(b"W/").strip(b'"'))
