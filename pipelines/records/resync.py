"""Where the next record begins behind damage.

Among gzip members that is the next one that begins with a version line; in a plain file, or in a member
of many records, the next version line that a field follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from pipelines.records.octets import PIECE, Damage, GzipOctets, Octets, Watch
from pipelines.records.record import Record

_MAGIC = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")
_VERSION_LINE = re.compile(rb"WARC/[01]\.\d+[ \t]*\r?\n[A-Za-z][A-Za-z-]+[ \t]*:")
_REACH = 64
"""More bytes than a version line and the name of a field have."""


def next_member(file: BinaryIO, start: int, watch: Watch, like: str | None) -> GzipOctets | None:
    """The octets of the first gzip member from `start` on that begins a record.

    With `like`, only a record with that WARC-Warcinfo-ID counts.
    """
    for offset in gzip_magics(file, start):
        try:
            record = Record(GzipOctets(file, offset, watch))
        except Damage:
            continue
        if like is None or (record.get_uri("WARC-Warcinfo-ID"), record.type == "warcinfo") == (
            like,
            False,
        ):
            return GzipOctets(file, offset, watch)
    return None


def gzip_magics(file: BinaryIO, start: int) -> Iterator[int]:
    """The offsets where a gzip member may begin. The file may be read elsewhere between them."""
    kept = b""
    while True:
        file.seek(start + len(kept))
        piece = file.read(PIECE)
        if not piece:
            return
        kept += piece
        for match in _MAGIC.finditer(kept):
            yield start + match.start()
        left = min(len(kept), 3)
        start, kept = start + len(kept) - left, kept[-left:]


def skip_to_record(octets: Octets) -> bool:
    """Read on until a record begins in this gzip member, or in this plain file; whether one does."""
    kept = b""
    while not octets.at_end():
        kept += octets.take(PIECE)
        match = _VERSION_LINE.search(kept)
        if match:
            octets.give_back(kept[match.start() :])
            return True
        kept = kept[-_REACH:]
    return False
