"""Is a collection whole, or a WARC file of any origin? Record by record, and the index line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from crawler.model.collection import Collection
from pipelines.check.fault import Counts, Fault
from pipelines.check.index import check_index
from pipelines.check.links import Links
from pipelines.check.warc import WarcCheck
from pipelines.records import Progress

__all__ = ["Counts", "Fault", "check", "check_files"]


def check(collection: Collection, counts: Counts, tell: Progress = lambda *_: None) -> Iterator[Fault]:
    """Each fault as it is found; `counts` grows on the way. Reads everything, writes nothing."""
    counts.unfinished = sorted(path.name for path in collection.archive.glob("*.open"))
    captures: dict[str, int] = {}
    files = sorted([*collection.archive.glob("*.warc.gz"), *collection.archive.glob("*.warc")])
    yield from _counted(_warcs(files, counts, tell, captures, own=True), counts)
    yield from _counted(check_index(collection, captures, counts), counts)


def check_files(
    files: Iterable[Path], counts: Counts, tell: Progress = lambda *_: None
) -> Iterator[Fault]:
    """The same for WARC files of any origin, which are taken together. Raises `OSError`."""
    yield from _counted(_warcs(files, counts, tell, {}, own=False), counts)


def _warcs(
    files: Iterable[Path], counts: Counts, tell: Progress, captures: dict[str, int], *, own: bool
) -> Iterator[Fault]:
    with Links(complete=own) as links:
        for path in files:
            counts.files += 1
            warc = WarcCheck(path, links, own=own)
            yield from warc.run(counts, lambda offset, path=path: tell(path, offset))  # type: ignore[misc]
            captures[path.name] = warc.captures
        yield from links.faults()


def _counted(faults: Iterable[Fault], counts: Counts) -> Iterator[Fault]:
    for fault in faults:
        counts.notes += fault.note
        counts.faults += not fault.note
        yield fault
