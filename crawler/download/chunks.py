"""Where a chunked body ends on the wire (RFC 9112, 7.1). Bytes in, state out; nothing is kept of them
but a line that is not complete yet.
"""

from __future__ import annotations

import enum

from crawler.model.chunked import CHUNK_LINE, MAX_CHUNK_LINE

MAX_TRAILERS = 256 * 1024
"""Bytes of trailer fields; more is no trailer section."""


class _Next(enum.Enum):
    SIZE = enum.auto()
    DATA = enum.auto()
    DATA_END = enum.auto()
    TRAILER = enum.auto()
    NOTHING = enum.auto()


class ChunkReader:
    """Follows the framing; it has ended well, or `broken` says where it broke off."""

    def __init__(self) -> None:
        self.broken = ""
        self.surplus = 0
        """Bytes behind the end."""
        self._next = _Next.SIZE
        self._rest = b""
        self._left = 0
        self._trailers = 0

    @property
    def ended(self) -> bool:
        """The last chunk and the trailer section were there."""
        return self._next is _Next.NOTHING and not self.broken

    @property
    def in_trailers(self) -> bool:
        """The last chunk came, and the blank line that ends the trailers has not."""
        return self._next is _Next.TRAILER

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the body."""
        data = self._rest + data if self._rest else data
        at = 0
        while self._next is not _Next.NOTHING:
            step = self._STEPS[self._next](self, data, at)
            if step is None:
                self._rest = data[at:]
                return
            at = step
        self.surplus = len(data) - at

    # Each takes one thing at `at` and says where the next begins; None where more bytes are needed.

    def _size(self, data: bytes, at: int) -> int | None:
        match = CHUNK_LINE.match(data, at, at + MAX_CHUNK_LINE)
        if match is None:
            if data.find(b"\n", at) >= 0 or len(data) - at >= MAX_CHUNK_LINE:
                return self._break("a chunk line that is none", at)
            return None
        self._left = int(match[1], 16)
        self._next = _Next.DATA if self._left else _Next.TRAILER
        return match.end()

    def _data(self, data: bytes, at: int) -> int | None:
        step = min(self._left, len(data) - at)
        if step == 0:
            return None
        self._left -= step
        if self._left == 0:
            self._next = _Next.DATA_END
        return at + step

    def _data_end(self, data: bytes, at: int) -> int | None:
        end = data[at : at + 2]
        if end in (b"", b"\r"):
            return None
        if end != b"\r\n" and end[:1] != b"\n":
            return self._break("a chunk that does not end where it says", at)
        self._next = _Next.SIZE
        return at + (2 if end == b"\r\n" else 1)

    def _trailer(self, data: bytes, at: int) -> int | None:
        end = data.find(b"\n", at)
        length = (end + 1 if end >= 0 else len(data)) - at
        if self._trailers + length > MAX_TRAILERS:
            return self._break("trailers without end", at)
        if end < 0:
            return None
        self._trailers += length
        if not data[at:end].strip(b"\r"):
            self._next = _Next.NOTHING
        return end + 1

    def _break(self, how: str, at: int) -> int:
        self.broken, self._next = how, _Next.NOTHING
        return at

    _STEPS = {  # noqa: RUF012  # a table of methods
        _Next.SIZE: _size,
        _Next.DATA: _data,
        _Next.DATA_END: _data_end,
        _Next.TRAILER: _trailer,
    }
