"""One WARC record, read as leniently as its boundaries allow; what is odd about it is kept as words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from pipelines.records.octets import PIECE, Damage, Octets

_HEAD_LIMIT = 1 << 20
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_BEGIN = b"WARC/"
_VERSION = re.compile(rb"WARC/(0\.1[0-9]|1\.[0-9])[ \t]*\Z")
_LENGTH = re.compile(r"[0-9]{1,18}\Z")
_LONGEST_END = 4
_ENDING = "the record does not end with its block and two line ends"
TWO_LINE_ENDS = b"\r\n\r\n"


class Record:
    """A record: its named fields (WARC 1.1, 5) and its block, which is read once, as a stream.

    Raises `Damage` where no record begins here.
    """

    def __init__(self, octets: Octets) -> None:
        self._octets = octets
        self._broken: Damage | None = None
        octets.fill()
        self.offset = octets.place
        """Of the gzip member in which it begins, or of itself in a plain file."""
        self.compressed = octets.compressed
        self.inside = octets.inside
        """Bytes of that member before it: 0 where it can be read from its offset."""
        self.odd: list[str] = []
        """What readers pass over and the standard does not allow."""
        self.head = self._read_head()
        """The octets up to the block, the blank line included."""
        self.version, self.fields = self._parsed()
        self._values: dict[str, list[str]] = {}
        for name, value in self.fields:
            self._values.setdefault(name.lower(), []).append(value)
        length = self.get("Content-Length")
        if not _LENGTH.match(length):
            raise self._damage("no Content-Length")
        self.length = int(length)
        """Bytes of the block."""
        self.ending = b""
        """The line ends behind the block, once it is finished."""
        self.alone = False
        """Once finished: whether it is one gzip member, or stands in a plain file."""
        self._left = self.length
        self._end = -1

    def get(self, name: str) -> str:
        """The first value of that field, any case; empty where there is none."""
        values = self._values.get(name.lower())
        return values[0] if values else ""

    def get_all(self, name: str) -> list[str]:
        """The values of every field of that name, any case."""
        return self._values.get(name.lower(), [])

    @property
    def names(self) -> Mapping[str, int]:
        """The names of its fields, in lower case, and how often each stands."""
        return {name: len(values) for name, values in self._values.items()}

    def get_uri(self, name: str) -> str:
        """`get` without the angle brackets that WARC/1.0 has around URIs, and 1.1 around ids only."""
        return self.get(name).removeprefix("<").removesuffix(">")

    @cached_property
    def type(self) -> str:
        """``response``, ``request``, ``revisit``, ``metadata``, ``warcinfo``, ..."""
        return self.get("WARC-Type").lower()

    @property
    def uri(self) -> str:
        """WARC-Target-URI; empty where there is none."""
        return self.get_uri("WARC-Target-URI")

    @property
    def id(self) -> str:
        """WARC-Record-ID without its brackets."""
        return self.get_uri("WARC-Record-ID")

    def block(self) -> Iterator[bytes]:
        """What is still unread of the block, piece by piece. Raises `Damage`."""
        while self._left:
            piece = self._piece()
            self._left -= len(piece)
            yield piece

    def head_of_block(self, limit: int = 1 << 16) -> bytes:
        """The first bytes of the block, at most about `limit`: enough for the head of an answer."""
        got = b""
        for piece in self.block():
            got += piece
            if len(got) >= limit:
                break
        return got

    def finish(self) -> int:
        """Read on to the end of the record; the offset behind it. Raises `Damage`.

        May be called again: it says the same.
        """
        if self._broken is not None:
            raise self._broken
        if self._end < 0:
            for _ in self.block():
                pass
            self._take_ending()
            self._octets.records += 1
            self._end = self._octets.end
        return self._end

    def _piece(self) -> bytes:
        octets = self._octets
        try:
            if not octets.fill():
                raise self._damage("the file ends inside a record", torn=True)
            if octets.compressed and not octets.inside and octets.peek(len(_BEGIN)) == _BEGIN:
                raise self._damage("the block is shorter than its Content-Length")
            return octets.take(min(self._left, PIECE))
        except Damage as damage:
            self._broken = damage
            raise

    def _take_ending(self) -> None:
        octets = self._octets
        try:
            self.ending = octets.take_line_ends()
            while self.spread and len(self.ending) < len(TWO_LINE_ENDS) and octets.at_end():
                if not octets.fill() or octets.begins_record():
                    break
                self.ending += octets.take_line_ends()
            here = octets.place == self.offset and not self.inside
            if self.ending != TWO_LINE_ENDS:
                surplus = not octets.at_end() and not octets.begins_record()
                if surplus and (not octets.compressed or not here or self._record_follows()):
                    raise self._damage(_ENDING)
                self.odd.append(_ENDING)
            self.alone = not octets.compressed or (here and octets.at_end())
        except Damage as damage:
            self._broken = damage
            raise

    @property
    def spread(self) -> bool:
        """Whether it has gone on into another gzip member."""
        return self._octets.compressed and self._octets.place != self.offset

    def _record_follows(self) -> bool:
        """Pass over what stands behind the record in its member; whether another record is there."""
        octets = self._octets
        tail = b""
        while not octets.at_end():
            tail = tail[-_LONGEST_END:] + octets.take(PIECE)
            if b"\n" + _BEGIN in tail:
                return True
        return False

    def _read_head(self) -> bytes:
        head, piece = bytearray(), b""
        while not (match := _HEAD_END.search(head, max(0, len(head) - len(piece) - _LONGEST_END))):
            if not _BEGIN.startswith(head[: len(_BEGIN)]):
                raise self._damage("no WARC/1.0 or 1.1 record")
            if len(head) > _HEAD_LIMIT:
                raise self._damage("a record without a head")
            piece = self._octets.take(PIECE)
            if not piece:
                raise self._damage("the file ends inside a record", torn=True)
            head += piece
        self._octets.give_back(bytes(head[match.end() :]))
        return bytes(head[: match.end()])

    def _parsed(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        text = self.head.rstrip(b"\r\n")
        if b"\n" in text.replace(b"\r\n", b""):
            self.odd.append("a line of the record's head ends without CR")
        first, *lines = text.replace(b"\r\n", b"\n").split(b"\n")
        if not _VERSION.match(first):
            raise self._damage("no WARC/1.0 or 1.1 record")
        return first.strip().decode(), tuple(map(_field, self._unfolded(lines)))

    def _unfolded(self, lines: list[bytes]) -> Iterator[bytes]:
        """A line that begins with white space goes on with the one above (WARC 1.1, 4)."""
        whole: list[bytes] = []
        for line in lines:
            if line[:1] in (b" ", b"\t"):
                whole += [b" ", line.strip()] if whole else []
                continue
            if whole:
                yield b"".join(whole)
            whole = [line] if b":" in line else []
            if not whole:
                self.odd.append("a line of the record's head without a colon")
        if whole:
            yield b"".join(whole)

    def _damage(self, reason: str, *, torn: bool = False) -> Damage:
        return Damage(self._octets.file.name, self.offset, reason, torn=torn)


def _field(line: bytes) -> tuple[str, str]:
    name, _, value = line.decode("utf-8", "replace").partition(":")
    return name.strip(), value.strip()
