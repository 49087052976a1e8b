"""The parts of an index: one sorted CDXJ for each finished WARC, until they are merged."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from crawler.model.collection import OPEN, Collection
from pipelines.cdxj.sorting import SortedRuns
from pipelines.files import replacing


def part_path(collection: Collection, filename: str) -> Path:
    """``indexes/NAME.cdxj`` of a WARC's file name."""
    return collection.indexes / (filename.removesuffix(".warc.gz") + ".cdxj")


def journal_path(collection: Collection, filename: str) -> Path:
    """``indexes/NAME.cdxj.open``, where the lines wait while the WARC is written."""
    path = part_path(collection, filename)
    return path.with_name(path.name + OPEN)


def write_part(collection: Collection, filename: str, lines: Iterable[bytes]) -> Path:
    """Sort `lines` into the part of a WARC, whose journal is of no use then; the part's path."""
    path = part_path(collection, filename)
    with replacing(path) as file, SortedRuns(path.parent) as runs:
        runs.add_unsorted(lines)
        file.writelines(runs.lines())
    journal_path(collection, filename).unlink(missing_ok=True)
    return path
