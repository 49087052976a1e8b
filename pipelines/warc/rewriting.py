"""A WARC file written anew from its whole records, beside the old one, and put in its place.

The old file is there until the new one is on disk. One that was damaged stays as ``NAME.damaged``,
which no viewer and no indexer reads.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path
from typing import BinaryIO

from pipelines.appending import sync_folder
from pipelines.files import replacing
from pipelines.records import TWO_LINE_ENDS, Damage, Hole, Record, Watch, record_at, walk
from pipelines.warc.record import gzipped

DAMAGED = ".damaged"
_PIECE = 1 << 20
_MOST_HOLES = 1000


@dataclass(slots=True)
class Survey:
    """What a whole reading found: whole records, holes, and whether each record can be read alone."""

    records: int = 0
    holes: list[Hole] = field(default_factory=list)
    """The first thousand."""
    shared: bool = False
    """Whether some record is not one gzip member, although the file is compressed."""
    compressed: bool = True


def survey(path: Path, each: Callable[[Record], None], watch: Watch) -> Survey:
    """Read all of it; `each` is called with every whole record. Raises `NotWarc`."""
    seen = Survey()
    for found in walk(path, watch):
        if isinstance(found, Hole):
            seen.holes += [found] if len(seen.holes) < _MOST_HOLES else []
            continue
        try:
            found.finish()
        except Damage:
            continue
        seen.records += 1
        seen.shared |= not found.alone
        seen.compressed = found.compressed
        each(found)
    return seen


def rewrite(path: Path, target: Path, *, compress: bool, damaged: bool, watch: Watch) -> Path | None:
    """Write the whole records of `path` to `target`, each as one gzip member where they are compressed.

    With `compress`, a plain file becomes one of gzip members. A `damaged` file is kept: the path that it
    has then. Raises `OSError`, with all as it was.
    """
    kept = None
    with replacing(target) as out:
        for found in walk(path, watch):
            if isinstance(found, Record):
                _copy(path, found, out, compress)
        if damaged:
            kept = _keep(path)
    sync_folder(path.parent)
    return kept


def _copy(path: Path, record: Record, out: BinaryIO, compress: bool) -> None:
    """Copy a whole record; one that proves broken leaves nothing."""
    begun = out.tell()
    try:
        if record.inside or (compress and not record.compressed):
            out.writelines(_member(record))
            return
        end = record.finish()
        if record.alone:
            out.writelines(_range(path, record.offset, end))
        else:
            with record_at(path, record.offset) as again:
                out.writelines(_member(again))
    except Damage:
        out.seek(begun)
        out.truncate()


def _member(record: Record) -> Iterator[bytes]:
    """The record as one gzip member, byte for byte. Raises `Damage`."""
    yield from gzipped(chain([record.head], _whole_block(record), [TWO_LINE_ENDS]))


def _whole_block(record: Record) -> Iterator[bytes]:
    yield from record.block()
    record.finish()


def _range(path: Path, start: int, end: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while start < end:
            piece = file.read(min(_PIECE, end - start))
            start += len(piece)
            yield piece


def _keep(path: Path) -> Path:
    """A second name for a damaged file; that of an interrupted repair is taken again."""
    for number in count(1):
        kept = path.with_name(path.name + DAMAGED + (f"-{number}" if number > 1 else ""))
        if not kept.exists():
            os.link(path, kept)
        if kept.samefile(path):
            return kept
    raise AssertionError
