"""The block of one record against its digests, and an HTTP answer against its own framing.

The payload of an answer is its body without transfer coding (WARC 1.1, 5.9 and 6.3.2). warcio and GNU
wget digest the chunk framing as well: that is told as a note.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from itertools import chain

from crawler.model import digest
from crawler.model.message import Message
from pipelines.check.fault import Finding
from pipelines.records import Record

_LAST_CHUNK = re.compile(rb"(\A|\n)0+[ \t]*(;[^\n]*)?\r?\n")
_TAIL = 1 << 12
_MOST_DIGITS = 19
_GZIP = b"\x1f\x8b"
_KNOWN = {"md5", "sha1", "sha224", "sha256", "sha384", "sha512"}
_OF_ITS_OWN = ("response", "request", "resource", "conversion")
"""Types of record whose payload is in their block; that of a revisit is elsewhere."""


def block_findings(record: Record) -> Iterator[Finding]:
    """Read the block; what its digests say that is not so. Raises `Damage`."""
    watched = Watched(record.block(), record.get("WARC-Block-Digest"))
    payload = record.get("WARC-Payload-Digest")
    http = record.get("Content-Type").lower().startswith("application/http")
    if http and record.type in ("response", "request"):
        yield from _message(record, watched, payload)
    elif payload and record.type in _OF_ITS_OWN and not record.get("WARC-Segment-Number"):
        yield from _payload([Watched(watched, payload)])
    elif http and record.type == "revisit":
        _, body = Message.read(iter(watched))
        if body:
            yield Finding("a revisit keeps more than the head of its answer", note=True)
    watched.exhaust()
    if not watched.true:
        yield Finding("WARC-Block-Digest is not that of the block", watched.labelled)


def _message(record: Record, block: Iterable[bytes], labelled: str) -> Iterator[Finding]:
    """The payload of an HTTP message as it should be, and as it came, framing and all."""
    pieces = iter(block)
    head, first = Message.read(pieces)
    as_it_came = Watched(chain([first], pieces), labelled)
    framed = head.chunked or head.bodiless or not head.complete_head
    entity = Watched(head.payload(as_it_came), labelled) if framed else as_it_came
    entity.exhaust()
    as_it_came.exhaust()
    if labelled and not record.get("WARC-Segment-Number"):
        yield from _payload([entity, as_it_came], answer=record.type == "response")
    if record.type == "response" and not record.get("WARC-Truncated"):
        yield from _framing(head, as_it_came, entity)


def _payload(candidates: list[Watched], *, answer: bool = False) -> Iterator[Finding]:
    labelled = candidates[0].labelled
    for each in candidates:
        each.exhaust()
    if candidates[0].true:
        return
    if candidates[-1].true:
        yield Finding("WARC-Payload-Digest covers the transfer coding too", labelled, note=True)
    elif answer and digest.raw(labelled) in digest.EMPTY:  # nothing in the record says what was asked
        yield Finding("WARC-Payload-Digest is that of nothing, as for an answer to HEAD", note=True)
    else:
        yield Finding("WARC-Payload-Digest is not that of the payload", labelled)


def _framing(head: Message, came: Watched, entity: Watched) -> Iterator[Finding]:
    """Answers that are shorter than they say, or not what they say, with no word about it."""
    if head.status is None:
        yield Finding("an HTTP answer without a status line", note=True)
    if head.bodiless or not came.size:
        return  # an answer to HEAD has no body either
    told = head.get(b"content-length") or b""
    short = not _LAST_CHUNK.search(came.last) if head.chunked else came.size < _number(told)
    if head.chunked and entity.size == came.size:
        yield Finding("an answer that says it is chunked is not", note=True)
    elif short:
        yield Finding("an answer is short and not marked WARC-Truncated", note=True)
    if head.get(b"content-encoding") == b"gzip" and not entity.first.startswith(_GZIP[: entity.size]):
        yield Finding("an answer that says it is gzip is not", note=True)


def _number(text: bytes) -> int:
    return int(text) if text.isdigit() and len(text) < _MOST_DIGITS else 0


class Watched:
    """Pieces on their way through, their size, first and last, and whether they have the digest told."""

    def __init__(self, pieces: Iterable[bytes], labelled: str) -> None:
        self._pieces = iter(pieces)
        self.labelled = labelled
        self.size = 0
        self.first = self.last = b""
        label, _, self._value = labelled.partition(":")
        algorithm = label.strip().lower().replace("-", "")
        known = algorithm in _KNOWN
        self._hash = hashlib.new(algorithm, usedforsecurity=False) if known else None

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.first = self.first or piece
            self.last = piece if len(piece) >= _TAIL else (self.last + piece)[-_TAIL:]
            self.size += len(piece)
            if self._hash is not None:
                self._hash.update(piece)
            yield piece

    def exhaust(self) -> None:
        """Let pass what is still to come."""
        for _ in self:
            pass

    @property
    def true(self) -> bool:
        """True as well where no digest is told, or one of an algorithm that is not known."""
        if self._hash is None:
            return True
        raw, told = self._hash.digest(), self._value.strip().lower()
        base32 = base64.b32encode(raw).decode().lower().rstrip("=")
        return told == raw.hex() or told.rstrip("=") == base32
