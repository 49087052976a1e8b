"""ARC files, WARC's elder: a line about each record, of five fields (version 1) or ten (version 2).

Both begin with URL, IP address and date and end with the block's length, so one form reads both, and
URLs that hold spaces. What is damaged is passed over, to the next such line or gzip member with one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import BinaryIO

from crawler.errors import MalformedRecord
from crawler.model import digest
from crawler.model.cdxj import CdxjLine
from crawler.model.message import Message
from crawler.model.timestamp import from_digits
from pipelines.cdxj import line_of
from pipelines.holdings.files import File
from pipelines.records import Damage, GzipOctets, Octets, gzip_magics

ENDINGS = (".arc", ".arc.gz")
_GZIP = b"\x1f\x8b"
_PIECE = 1 << 18
_LONGEST = 1 << 14
"""Bytes of the longest line about a record."""
_ABOUT = rb"([a-z][a-z0-9+.-]*:[^\r\n]+?) (\S+) (\d{12,14}) (?:[^\r\n]* )?(\d{1,18})\r?\n"
_LINE = re.compile(_ABOUT, re.I)
_BEGIN = re.compile(rb"\n(?=" + _ABOUT + rb")", re.I)
_HTTP = re.compile(r"https?://", re.I)

Tell = Callable[[MalformedRecord], None]


@dataclass(frozen=True, slots=True)
class ArcRecord:
    """A record; its block is read once."""

    uri: str
    peer: str
    started: datetime
    offset: int
    """Of itself, or of the gzip member that it is."""
    behind: int
    """Where the next may be looked for, should none stand where this one says that it ends."""
    block: Iterator[bytes]


def index_arc(file: File, tell: Tell) -> Iterator[CdxjLine]:
    """The lines of one ARC file, in the order of its records; `tell` is called with what is damaged."""
    with file.open() as opened:
        octets: Octets | None = _octets(opened, 0)
        behind = 1
        while octets is not None:
            try:
                if not _at_record(octets):
                    return
                behind = (record := _record(octets)).behind
                yield from _line(record, octets, file)
            except Damage as damage:
                tell(damage)
                octets = _behind(opened, octets, behind)


@contextmanager
def arc_at(file: File, offset: int) -> Iterator[ArcRecord]:
    """The record at `offset`, for the length of the block. Raises `MalformedRecord`."""
    with file.open() as opened:
        yield _record(_octets(opened, offset))


def _octets(file: BinaryIO, offset: int) -> Octets:
    file.seek(offset)
    return GzipOctets(file, offset) if file.read(2) == _GZIP else Octets(file, offset)


def _at_record(octets: Octets) -> bool:
    """Pass over line ends between records; False at the end of the file. Raises `Damage`."""
    while octets.fill():
        if not octets.take_line_ends():
            return True
    return False


def _record(octets: Octets) -> ArcRecord:
    """The record that begins here. Raises `Damage`."""
    octets.fill()
    offset, inside = octets.place, octets.inside
    about = octets.peek(_LONGEST)
    found = _LINE.match(about)
    if found is None or inside:
        reason = "no ARC record" if found is None else "a record inside a gzip member has no place"
        raise Damage(octets.file.name, offset, reason)
    octets.take(found.end())
    uri, peer, date, length = found.groups()
    return ArcRecord(
        uri=_text(uri).replace(" ", "%20"),
        peer=_text(peer),
        started=from_digits(date.decode()),
        offset=offset,
        behind=offset + (1 if octets.compressed else found.end()),
        block=_block(octets, offset, int(length)),
    )


def _block(octets: Octets, offset: int, left: int) -> Iterator[bytes]:
    """The block, which is whole, or raises `Damage`."""
    while left:
        if octets.compressed and octets.at_end():
            raise Damage(octets.file.name, offset, "the block is shorter than the record says")
        piece = octets.take(min(left, _PIECE))
        if not piece:
            raise Damage(octets.file.name, offset, "the file ends inside a record", torn=True)
        left -= len(piece)
        yield piece
    octets.take_line_ends()
    if octets.compressed and not octets.at_end():
        raise Damage(octets.file.name, offset, "the block is longer than the record says")


def _line(record: ArcRecord, octets: Octets, file: File) -> Iterator[CdxjLine]:
    """The line of an answer; others have none. Raises `Damage`."""
    head, behind = Message.read(record.block)
    payload = digest.of_all(head.payload(chain([behind], record.block)))
    for _ in record.block:  # which is read to its end, whatever the message says
        pass
    if _HTTP.match(record.uri):
        yield line_of(
            *(record.uri, record.started, head.status, head.get(b"content-type"), payload, False),
            *(record.offset, octets.end - record.offset, file.name),
        )


def _behind(file: BinaryIO, octets: Octets, start: int) -> Octets | None:
    """The octets from the next record on; None where there is none."""
    if not octets.compressed:
        offset = _next_line(file, start)
        return None if offset is None else Octets(file, offset)
    for offset in gzip_magics(file, start):
        try:
            if _LINE.match((found := GzipOctets(file, offset)).peek(_LONGEST)):
                return found
        except Damage:
            continue
    return None


def _next_line(file: BinaryIO, start: int) -> int | None:
    kept = b""
    file.seek(max(0, start - 1))
    at = file.tell()
    while piece := file.read(_PIECE):
        kept += piece
        if found := _BEGIN.search(kept):
            return at + found.end()
        at += max(0, len(kept) - _LONGEST)
        kept = kept[-_LONGEST:]
    return None


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
