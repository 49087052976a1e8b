"""A WARC file from one record to the next, over what is damaged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import SEEK_END
from pathlib import Path
from typing import BinaryIO, Protocol

from crawler.errors import MalformedRecord
from pipelines.records.octets import Damage, GzipOctets, Octets, Watch
from pipelines.records.record import Record
from pipelines.records.resync import next_member, skip_to_record

_GZIP = b"\x1f\x8b"
_ZSTANDARD = (b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18")
_ARC = b"filedesc://"


class Openable(Protocol):
    """A file that need not lie on this disk, or a stretch of one."""

    @property
    def name(self) -> str:
        """Its last segment."""

    def open(self, mode: str = "rb") -> BinaryIO:
        """It, from its beginning."""


class NotWarc(MalformedRecord):
    """The file as a whole is none that can be read."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A stretch of a file in which no whole record stands: its offset and length in bytes, and why."""

    offset: int
    length: int
    reason: str
    inside: int = 0
    """How far inside the gzip member at `offset` it begins; a hole that ends there too is that long."""
    torn: bool = False
    """The file ends inside its last record."""


def walk(path: Path | Openable, watch: Watch = lambda _: None) -> Iterator[Record | Hole]:
    """Every record of a file and every hole, in order. Raises `NotWarc`.

    A record that proves broken while it is read raises `Damage` then; its hole comes next.
    """
    with path.open("rb") as file:
        size = file.seek(0, SEEK_END)
        file.seek(0)
        octets: Octets | None = _opened(file, size, watch)
        warcinfo = ""
        while octets is not None:
            record, begun = None, None
            try:
                if not _at_record(octets):
                    return
                begun = _Place(octets)
                record = Record(octets)
                warcinfo = record.get_uri("WARC-Warcinfo-ID")
                yield record
                record.finish()
            except Damage as damage:
                begun = begun or _Place(octets)
                begun.skip = len(record.head) if record else 0
                octets = _behind(octets, begun, damage, warcinfo, watch)
                yield begun.hole(octets, size, damage)


class _Place:
    """Where a record was to begin, and how many bytes behind that the next may be looked for."""

    def __init__(self, octets: Octets) -> None:
        self.offset = octets.place
        self.inside = octets.inside
        self.skip = 0

    def hole(self, behind: Octets | None, size: int, damage: Damage) -> Hole:
        """From here to where `behind` goes on."""
        if behind is not None and behind.compressed and behind.place == self.offset:
            return Hole(self.offset, behind.inside - self.inside, damage.reason, self.inside)
        end = size if behind is None else behind.place
        torn = damage.torn and behind is None
        return Hole(self.offset, end - self.offset, damage.reason, self.inside, torn)


def read_records(path: Path) -> Iterator[Record]:
    """Every record of a file, in order. Raises `MalformedRecord`, after the records before it."""
    for found in walk(path):
        if isinstance(found, Hole):
            raise Damage(str(path), found.offset, found.reason, torn=found.torn)
        yield found


@contextmanager
def record_at(path: Path | Openable, offset: int) -> Iterator[Record]:
    """The record at `offset`, for the length of the block. Raises `MalformedRecord`."""
    with path.open("rb") as file:
        file.seek(offset)
        plain = file.read(5) == b"WARC/"
        yield Record(Octets(file, offset) if plain else GzipOctets(file, offset))


def read_record_at(path: Path, offset: int) -> Record:
    """The record at `offset`, of which the fields may be read. Raises `MalformedRecord`."""
    with record_at(path, offset) as record:
        return record


def read_block_head(path: Path, offset: int) -> bytes:
    """The first bytes of the block of the record at `offset`. Raises `MalformedRecord`."""
    with record_at(path, offset) as record:
        return record.head_of_block()


def _opened(file: BinaryIO, size: int, watch: Watch) -> Octets | None:
    """The octets of the file from its beginning; None where it is empty."""
    if not size:
        return None
    begin = file.read(len(_ARC))
    if begin.startswith(_ZSTANDARD):
        raise NotWarc(f"{file.name}: Zstandard (.warc.zst) is not read", "unpack it with zstd first")
    gzip = begin.startswith(_GZIP) or (begin[:5] != b"WARC/" and ".gz" in Path(file.name).name)
    octets = GzipOctets(file, 0, watch) if gzip else Octets(file, 0, watch)
    if begin == _ARC or _begins_arc(octets):
        raise NotWarc(f"{file.name}: an ARC file, which is older than WARC", "convert it to WARC first")
    return octets


def _begins_arc(octets: Octets) -> bool:
    try:
        return octets.peek(len(_ARC)) == _ARC
    except Damage:
        return False


def _at_record(octets: Octets) -> bool:
    """Pass over line ends between records; False at the end of the file."""
    while octets.fill():
        if not octets.take_line_ends():
            return True
    return False


def _behind(octets: Octets, begun: _Place, damage: Damage, warcinfo: str, watch: Watch) -> Octets | None:
    """The octets from the next record on; None where there is none.

    A file that ends inside a record was torn there, as a rule: what looks like further records is then
    a WARC that this record brought. They count only if they belong to the same warcinfo.
    """
    file = octets.file
    if not octets.compressed:
        octets = Octets(file, begun.offset + max(begun.skip, 1), watch)
        return octets if skip_to_record(octets) else None
    if not (damage.torn or damage.coded) and (same := _in_member(file, begun, watch)):
        return same
    return next_member(file, begun.offset + 1, watch, warcinfo if damage.torn else None)


def _in_member(file: BinaryIO, begun: _Place, watch: Watch) -> Octets | None:
    """The octets from the next record of the same gzip member on, if there is one."""
    octets = GzipOctets(file, begun.offset, watch)
    left = begun.inside + max(begun.skip, 1)
    try:
        while left:
            left -= len(octets.take(left))
        return octets if skip_to_record(octets) else None
    except Damage:
        return None
