"""The bytes of a WARC file without their compression, in order, in constant memory.

`Octets` is a plain file, `GzipOctets` one of gzip members. A member may hold one record (WARC 1.1,
annex D.2), many, or a piece of one: so what is ready never reaches over the end of a member, and both
say where in the file the next byte stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from isal import isal_zlib

from crawler.errors import MalformedRecord

PIECE = 1 << 18
"""Bytes that are read, and that are inflated, at once."""
_FIRST = 1 << 13
"""Bytes read first, and given to a fresh member: most are small, and what one leaves is copied."""
_FINE = 1 << 5
"""Bytes given to a member where it is damaged."""
_GZIP = 31
_LINE_ENDS = re.compile(rb"[\r\n]+")
_MOST_LINE_ENDS = 1 << 10

Watch = Callable[[int], None]
"""Is told the offset in the file that reading has come to."""
Progress = Callable[[Path, int], None]
"""Is told the file too."""


class Damage(MalformedRecord):
    """Where a file cannot be read on.

    `torn`: it simply ends too early. `coded`: its gzip data are wrong.
    """

    def __init__(
        self, name: str, offset: int, reason: str, *, torn: bool = False, coded: bool = False
    ) -> None:
        super().__init__(f"{name}, offset {offset}: {reason}")
        self.reason = reason
        self.torn = torn
        self.coded = coded


def _unwatched(_: int) -> None:
    return


class Octets:
    """The bytes of an uncompressed file from `start` on."""

    compressed = False

    def __init__(self, file: BinaryIO, start: int, watch: Watch = _unwatched) -> None:
        self.file = file
        self.records = 0
        """Whole records read so far: of this gzip member, or of a plain file."""
        self._watch = watch
        self._size = _FIRST
        self._behind = start
        self._ready = b""
        self._at = 0
        file.seek(start)

    @property
    def place(self) -> int:
        """The offset in the file of the next byte, or of the gzip member that holds it."""
        return self._behind - (len(self._ready) - self._at)

    @property
    def inside(self) -> int:
        """How many bytes of that gzip member come before the next one; 0 in a plain file."""
        return 0

    @property
    def end(self) -> int:
        """The offset behind what has been read: of the next gzip member, once this one is at its end."""
        return self.place

    def fill(self) -> bool:
        """See to it that a byte is ready; False at the end of the file. Raises `Damage`."""
        if self._at == len(self._ready):
            self._ready, self._at = self._read(), 0
        return bool(self._ready)

    def take(self, size: int) -> bytes:
        """From 1 to `size` bytes; empty at the end of the file. Raises `Damage`."""
        self.fill()
        piece = self._ready[self._at : self._at + size]
        self._at += len(piece)
        return piece

    def peek(self, size: int) -> bytes:
        """The next bytes, which stay; fewer than `size` at the end of the file or of the member."""
        while len(self._ready) - self._at < size and (more := self._more()):
            self._ready, self._at = self._ready[self._at :] + more, 0
        return self._ready[self._at : self._at + size]

    def give_back(self, data: bytes) -> None:
        """Put back the last bytes taken, from one member."""
        self._ready, self._at = data + self._ready[self._at :], 0

    def at_end(self) -> bool:
        """Whether nothing follows in this gzip member, or in a plain file."""
        return not self.peek(1)

    def begins_record(self) -> bool:
        """Whether a record's version line begins here, if only with what this member has of it."""
        begin = self.peek(5)
        return bool(begin) and b"WARC/".startswith(begin)

    def take_line_ends(self) -> bytes:
        """All CR and LF that come next in this member."""
        got = b""
        while len(got) < _MOST_LINE_ENDS and not self.at_end():
            match = _LINE_ENDS.match(self._ready, self._at)
            if match is None:
                break
            got += self.take(match.end() - self._at)
        return got

    def _more(self) -> bytes:
        return self._read()

    def _read(self) -> bytes:
        raw = self.file.read(self._size)
        self._size = PIECE
        self._behind += len(raw)
        self._watch(self._behind)
        return raw


class GzipOctets(Octets):
    """The bytes of gzip members, one member after the other."""

    compressed = True

    def __init__(self, file: BinaryIO, start: int, watch: Watch = _unwatched) -> None:
        super().__init__(file, start, watch)
        self._raw = memoryview(b"")
        self._late: Damage | None = None
        self._begin(start)

    @property
    def place(self) -> int:
        """See `Octets.place`."""
        return self._member

    @property
    def inside(self) -> int:
        """See `Octets.inside`."""
        return self._given - (len(self._ready) - self._at)

    @property
    def end(self) -> int:
        """See `Octets.end`."""
        return self._behind - len(self._raw)

    def fill(self) -> bool:
        """See `Octets.fill`."""
        while self._at == len(self._ready):
            if self._late is not None:
                raise self._late
            if self._inflate.eof and not self._next_member():
                return False
            self._ready, self._at = self._more(), 0
        return True

    def at_end(self) -> bool:
        """See `Octets.at_end`. Damage of a member of many records is kept for those behind them."""
        try:
            return super().at_end()
        except Damage as damage:
            if damage.torn or not self.records:
                raise
            self._late = damage
            return True

    def _begin(self, start: int) -> None:
        self._most = PIECE
        self._member, self._given, self.records = start, 0, 0
        self._inflate = isal_zlib.decompressobj(wbits=_GZIP)
        self._step = _FIRST

    def _next_member(self) -> bool:
        if not self._raw:
            self._raw = memoryview(self._read())
        self._begin(self.end)
        return bool(self._raw)

    def _more(self) -> bytes:
        """More bytes of this member; none at its end."""
        while not self._inflate.eof:
            piece = self._inflated()
            if piece:
                self._given += len(piece)
                return piece
        return b""

    def _inflated(self) -> bytes:
        if not self._raw:
            self._raw = memoryview(self._read())
        raw, self._step = self._raw[: self._step], self._most
        try:
            piece = self._decompressed(raw)
        except isal_zlib.error as error:  # type: ignore[misc]  # wrong in its stub
            if self._most == PIECE:
                self._replay()
                return self._inflated()
            reason = f"bad gzip data ({error})"
            raise Damage(self.file.name, self._member, reason, coded=True) from error
        if not raw and not piece and not self._inflate.eof:
            raise Damage(self.file.name, self._member, "the file ends inside a record", torn=True)
        return piece

    def _decompressed(self, raw: memoryview) -> bytes:
        piece = self._inflate.decompress(raw, PIECE)
        left = len(self._inflate.unused_data) or len(self._inflate.unconsumed_tail)
        self._raw = self._raw[len(raw) - left :]
        return piece

    def _replay(self) -> None:
        """Come to the damaged bytes again, to take all that stands before them in small steps.

        What is inflated together with damage is lost, which may be many whole records.
        """
        damaged, given = self._raw, self._given
        left = self.end - self._member
        self.file.seek(self._member)
        self._inflate = isal_zlib.decompressobj(wbits=_GZIP)
        while left:
            self._raw = memoryview(self.file.read(min(left, PIECE)))
            left -= len(self._raw)
            while self._raw:
                self._decompressed(self._raw)
        self.file.seek(self._behind)
        self._raw, self._given = damaged, given
        self._step = self._most = _FINE
