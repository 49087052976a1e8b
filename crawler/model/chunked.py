"""The data of a chunked body (RFC 9112, 7.1), taken out of its framing as a stream."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

CHUNK_LINE = re.compile(rb"[ \t]*([0-9A-Fa-f]+)[ \t]*(?:;[^\n]*)?\r?\n")
"""A chunk's first line: its size, extensions, and a line end that may lack its CR."""
MAX_CHUNK_LINE = 16 * 1024
"""Bytes of a chunk's first line; a longer one is none."""


def dechunked(body: Iterable[bytes]) -> Iterator[bytes]:
    """The data, up to where the framing ends or breaks off.

    A body whose very first chunk line is malformed was never chunked and comes whole.
    """
    stream = _Stream(iter(body))
    size = stream.chunk_size()
    if size is None:
        yield from stream.rest()
    while size:
        yield from stream.take(size)
        stream.skip_line_end()
        size = stream.chunk_size()


class _Stream:
    """Pieces of bytes, of which some are looked at before they are taken.

    `_at` moves over the piece in hand, which is cut only when the next is fetched: a body of many tiny
    chunks must not be copied once for each.
    """

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._ready = b""
        self._at = 0

    def chunk_size(self) -> int | None:
        """Take a chunk's first line; None, with nothing taken, where there is none."""
        while self._line_is_short() and self._fill():
            pass
        match = CHUNK_LINE.match(self._ready, self._at, self._at + MAX_CHUNK_LINE)
        if not match:
            return None
        self._at = match.end()
        return int(match[1], 16)

    def take(self, size: int) -> Iterator[bytes]:
        """The next `size` bytes, or as many as there are."""
        while size and (self._at < len(self._ready) or self._fill()):
            piece = self._ready[self._at : self._at + size]
            self._at += len(piece)
            size -= len(piece)
            yield piece

    def skip_line_end(self) -> None:
        """Take CRLF or LF, if one stands here."""
        while len(self._ready) < self._at + 2 and self._fill():
            pass
        for end in (b"\r\n", b"\n"):
            if self._ready.startswith(end, self._at):
                self._at += len(end)
                return

    def rest(self) -> Iterator[bytes]:
        """All that was not taken."""
        yield self._ready[self._at :]
        yield from self._pieces

    def _line_is_short(self) -> bool:
        waiting = len(self._ready) - self._at
        return waiting < MAX_CHUNK_LINE and self._ready.find(b"\n", self._at) < 0

    def _fill(self) -> bool:
        piece = next(self._pieces, None)
        if piece is None:
            return False
        self._ready, self._at = self._ready[self._at :] + piece, 0
        return True
