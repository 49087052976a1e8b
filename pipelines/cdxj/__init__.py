"""The CDXJ index: one sorted file for each finished WARC, merged when the crawl ends.

Lines are those of cdxj-indexer and pywb: a SURT key, 14 digits, and url, mime, status, digest,
length, offset and filename, of which those that are not known are left out. Only responses and
revisits of http and https URIs are indexed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crawler.model.collection import Collection
from pipelines.cdxj.journal import IndexJournal
from pipelines.cdxj.line import line_of
from pipelines.cdxj.part import write_part
from pipelines.cdxj.reading import index_warc
from pipelines.cdxj.sorting import SortedRuns
from pipelines.files import replacing

__all__ = ["MERGED", "IndexJournal", "index_warc", "line_of", "merge", "missing", "write_index"]

MERGED = "index.cdxj"


def write_index(collection: Collection, warc: Path) -> Path:
    """Index a finished WARC; the path of its CDXJ. Raises `MalformedRecord`."""
    lines = (f"{line}\n".encode() for line in index_warc(warc))
    return write_part(collection, warc.name, lines)


def merge(collection: Collection) -> Path:
    """Merge all indexes into ``index.cdxj``, line by line, then remove the parts."""
    merged = collection.indexes / MERGED
    merged.touch()
    parts = sorted(path for path in collection.indexes.glob("*.cdxj") if path != merged)
    with SortedRuns(collection.indexes) as runs:
        for path in (merged, *parts):
            runs.add(path.open("rb"))
        with replacing(merged) as out:
            out.writelines(runs.lines())
    for part in parts:
        part.unlink()
    return merged


def missing(collection: Collection) -> Iterator[Path]:
    """Finished WARCs that no index names: a crash came between rename and index."""
    indexed: set[str] = set()
    for part in collection.indexes.glob("*.cdxj"):
        with part.open("rb") as file:
            for line in file:
                indexed.add(line.rpartition(b'"filename": "')[2].partition(b'"')[0].decode())
    for warc in sorted(collection.archive.glob("*.warc.gz")):
        if warc.name not in indexed:
            yield warc
