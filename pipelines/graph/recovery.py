"""Pages whose segment is lost, read back from the `metadata` records of the WARC files.

Each page that was read is kept twice, on disk before its lease is acknowledged: as a line of a segment,
and as a record under ``urn:clew:page:URI``, whose block is that line. What no segment holds any more
goes to ``segment-recovered.jsonl``, which is a segment like any other from then on.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from crawler.errors import MalformedRecord
from crawler.model.collection import OPEN, Collection
from pipelines.files import replacing
from pipelines.graph.segment import PageLine
from pipelines.lines import lines_of, read_json_lines
from pipelines.records import Damage, Hole, Progress, Record, walk
from pipelines.warc.about import PAGE

logger = logging.getLogger(__name__)

_LONGEST = 1 << 26
"""Bytes of a record's block that are read: a page has at most 10,000 links."""


def told_before(collection: Collection) -> set[str]:
    """The record ids of the captures that ``stories.jsonl``, as it is, tells of."""
    stories = read_json_lines(collection.graph / "stories.jsonl")
    told = {str(one["record_id"]) for story in stories for one in story["captures"]}
    return told - {""}


def recover(collection: Collection, held: Iterable[str], progress: Progress) -> Path | None:
    """Write the pages of all WARC files that are not among those `held` (`PageLine.identity`).

    Returns the segment that has them, or None where there was nothing to recover. Raises `OSError`.
    """
    path = collection.graph / "segment-recovered.jsonl"
    lost = _lost(collection, set(held), progress)
    first = next(lost, None)
    if first is None:
        return None
    before = (line for _, line in lines_of(path)) if path.is_file() else ()
    with replacing(path) as file:
        file.writelines(line + b"\n" for line in chain(before, [first], lost))
    return path


def keep_aside(collection: Collection) -> None:
    """Keep what was merged from pages that nothing holds any more, under ``NAME.before``."""
    for name in ("stories.jsonl", "edges.jsonl"):
        path = collection.graph / name
        kept = path.with_name(name + ".before")
        if path.is_file() and not kept.exists():
            path.rename(kept)


def _lost(collection: Collection, held: set[str], progress: Progress) -> Iterator[bytes]:
    for warc in _warcs(collection):
        for line in _lines(warc, progress):
            try:
                page = PageLine.parse(line)
            except MalformedRecord:
                continue
            if page.identity not in held:
                held.add(page.identity)
                yield line


def _warcs(collection: Collection) -> list[Path]:
    names = ("*.warc.gz", "*.warc", "*.warc.gz" + OPEN)
    return sorted(path for name in names for path in collection.archive.glob(name))


def _lines(warc: Path, progress: Progress) -> Iterator[bytes]:
    """The blocks of a file's records of pages; what is damaged in it is named in the log."""
    try:
        for found in walk(warc, lambda offset: progress(warc, offset)):
            if isinstance(found, Hole):
                logger.warning("%s: no record at offset %d: %s", warc, found.offset, found.reason)
            elif found.type == "metadata" and found.uri.startswith(PAGE) and found.length < _LONGEST:
                yield from _block(found)
    except (OSError, MalformedRecord) as error:
        logger.warning("not read: %s", error)


def _block(record: Record) -> Iterator[bytes]:
    """The block of a whole record, on one line."""
    try:
        block = b"".join(record.block())
        record.finish()
    except Damage:
        return  # its hole comes next
    yield block.replace(b"\n", b" ")
