"""The payload of an HTTP answer, taken out of its block as a stream (WARC 1.1, 6.3.2).

The same as `crawler.model.message.Message.entity_body`, for answers of any size.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from crawler.model.message import Message

_HEAD_LIMIT = 8 << 20
_LINE_LIMIT = 1 << 20
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]+)[ \t]*(?:;[^\n]*)?\r?\n")


def payload_of(block: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces of the payload; none where the status allows no body (RFC 9110, 6.4.1)."""
    pieces = iter(block)
    head = b""
    for piece in pieces:
        head += piece
        if (message := Message.parse(head)).complete_head or len(head) > _HEAD_LIMIT:
            break
    else:
        message = Message.parse(head)
    if message.status is not None and (message.status < 200 or message.status in (204, 304)):
        return
    body = _chain(message.body, pieces)
    yield from dechunked(body) if message.chunked else body


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def dechunked(body: Iterator[bytes]) -> Iterator[bytes]:
    """The data of a chunked body (RFC 9112, 7.1), up to where its framing ends or breaks off.

    A body whose very first chunk line is malformed was never chunked and comes whole.
    """
    stream = _Stream(body)
    size = stream.chunk_size()
    if size is None:
        yield from stream.rest()
    while size:
        yield from stream.take(size)
        stream.skip_line_end()
        size = stream.chunk_size()


class _Stream:
    """Pieces of bytes, of which some are looked at before they are taken."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._ready = b""

    def chunk_size(self) -> int | None:
        """Take a chunk's first line; None, with nothing taken, where there is none."""
        while b"\n" not in self._ready and len(self._ready) < _LINE_LIMIT and self._fill():
            pass
        match = _CHUNK_SIZE.match(self._ready)
        if not match:
            return None
        self._ready = self._ready[match.end() :]
        return int(match[1], 16)

    def take(self, size: int) -> Iterator[bytes]:
        """The next `size` bytes, or as many as there are."""
        while size and (self._ready or self._fill()):
            piece, self._ready = self._ready[:size], self._ready[size:]
            size -= len(piece)
            yield piece

    def skip_line_end(self) -> None:
        while len(self._ready) < 2 and self._fill():
            pass
        for end in (b"\r\n", b"\n"):
            if self._ready.startswith(end):
                self._ready = self._ready[len(end) :]
                return

    def rest(self) -> Iterator[bytes]:
        yield self._ready
        yield from self._pieces

    def _fill(self) -> bool:
        piece = next(self._pieces, None)
        self._ready += piece or b""
        return piece is not None
