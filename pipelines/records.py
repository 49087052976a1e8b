"""WARC files read back, one record at a time, in memory that does not grow with a record.

Clew writes one gzip member a record (WARC 1.1, annex D.2), so a record can be read from its offset
alone. What is not so, or breaks off, raises `MalformedRecord` and names file and offset.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from isal import isal_zlib

from crawler.errors import MalformedRecord

_PIECE = 1 << 16
_HEAD_LIMIT = 1 << 20
_GZIP = 31
_MAGIC = b"\x1f\x8b\x08"
_FAR = 1 << 28
"""Bytes behind a broken record in which another one is looked for."""


class _Member:
    """One gzip member, read as a stream; `end` is the offset behind it once it is read to its end."""

    def __init__(self, file: BinaryIO, start: int) -> None:
        self._file = file
        self._inflate = isal_zlib.decompressobj(wbits=_GZIP)
        self._ready = b""
        self._behind = start
        self.start = start
        file.seek(start)

    @property
    def end(self) -> int:
        return self._behind - len(self._inflate.unused_data)

    def read(self, size: int) -> bytes:
        """At most `size` bytes; empty at the end of the member."""
        while not self._ready and not self._inflate.eof:
            raw = self._inflate.unconsumed_tail or self._more()
            try:
                self._ready = self._inflate.decompress(raw, _PIECE)
            except isal_zlib.error as error:  # type: ignore[misc]  # wrong in its stub
                raise self.broken(f"bad gzip data ({error})") from error
        piece, self._ready = self._ready[:size], self._ready[size:]
        return piece

    def read_head(self) -> bytes:
        """The bytes up to the first blank line, which is taken too."""
        head = b""
        while (at := head.find(b"\r\n\r\n")) < 0:
            piece = self.read(_PIECE)
            if not piece or len(head) > _HEAD_LIMIT:
                raise self.broken("a record without a head")
            head += piece
        self._ready = head[at + 4 :] + self._ready
        return head[:at]

    def broken(self, what: str) -> MalformedRecord:
        return MalformedRecord(f"{self._file.name}, offset {self.start}: {what}")

    def _more(self) -> bytes:
        raw = self._file.read(_PIECE)
        if not raw:
            raise self.broken("the file ends inside a record")
        self._behind += len(raw)
        return raw


class Record:
    """One record: its named fields (WARC 1.1, 5) and its block, which is read once, as a stream."""

    def __init__(self, member: _Member) -> None:
        self._member = member
        self.offset = member.start
        lines = member.read_head().split(b"\r\n")
        if not lines[0].startswith(b"WARC/1."):
            raise member.broken("no WARC/1.0 or 1.1 record")
        self.fields = tuple(_field(line) for line in lines[1:])
        length = self.get("Content-Length")
        if not length.isdecimal():
            raise member.broken("no Content-Length")
        self.length = int(length)
        """Bytes of the block."""
        self._left = self.length

    def get(self, name: str) -> str:
        """The first value of that field, any case; empty where there is none."""
        return next(iter(self.get_all(name)), "")

    def get_all(self, name: str) -> list[str]:
        """The values of every field of that name, any case."""
        wanted = name.lower()
        return [value for key, value in self.fields if key.lower() == wanted]

    @property
    def type(self) -> str:
        """``response``, ``request``, ``revisit``, ``metadata``, ``warcinfo``, ..."""
        return self.get("WARC-Type")

    def block(self) -> Iterator[bytes]:
        """What is still unread of the block, piece by piece."""
        while self._left:
            piece = self._member.read(min(self._left, _PIECE))
            if not piece:
                raise self._member.broken("the block is shorter than its Content-Length")
            self._left -= len(piece)
            yield piece

    def head_of_block(self, limit: int = _PIECE) -> bytes:
        """The first bytes of the block, at most about `limit`: enough for the head of an answer."""
        got = b""
        for piece in self.block():
            got += piece
            if len(got) >= limit:
                break
        return got

    def finish(self) -> int:
        """Read on to the end of the record; the offset of the next."""
        for _ in self.block():
            pass
        if b"".join(iter(lambda: self._member.read(_PIECE), b"")) != b"\r\n\r\n":
            raise self._member.broken("a record does not end with its block and two line ends")
        return self._member.end


def _field(line: bytes) -> tuple[str, str]:
    name, _, value = line.decode("utf-8", "replace").partition(":")
    return name.strip(), value.strip()


def read_records(path: Path) -> Iterator[Record]:
    """Every record of a file, in order. Raises `MalformedRecord`, after the records before it."""
    size, offset = path.stat().st_size, 0
    with path.open("rb") as file:
        while offset < size:
            record = Record(_Member(file, offset))
            yield record
            offset = record.finish()


def read_record_at(path: Path, offset: int) -> Record:
    """The record at `offset`, of which the fields may be read. Raises `MalformedRecord`."""
    with path.open("rb") as file:
        return Record(_Member(file, offset))


def read_block_head(path: Path, offset: int) -> bytes:
    """The first bytes of the block of the record at `offset`. Raises `MalformedRecord`."""
    with path.open("rb") as file:
        return Record(_Member(file, offset)).head_of_block()


def whole_until(path: Path) -> tuple[int, int]:
    """How many whole records a file begins with, and the offset behind the last of them."""
    size, offset, count = path.stat().st_size, 0, 0
    with path.open("rb") as file:
        while offset < size:
            try:
                offset = Record(_Member(file, offset)).finish()
            except MalformedRecord:
                break
            count += 1
    return count, offset


def is_followed(path: Path, offset: int) -> bool:
    """Whether a record begins somewhere behind the broken one at `offset`: then no tail is torn."""
    with path.open("rb") as file:
        file.seek(offset)
        tail = file.read(_FAR)
        at = tail.find(_MAGIC, 1)
        while at > 0:
            try:
                Record(_Member(file, offset + at))
            except MalformedRecord:
                at = tail.find(_MAGIC, at + 1)
            else:
                return True
    return False
