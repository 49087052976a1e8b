"""Is the collection whole? Every WARC read record by record, and the index against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from crawler.model.collection import Collection
from pipelines.check.fault import Counts, Fault
from pipelines.check.index import check_index
from pipelines.check.warc import check_warc

__all__ = ["Counts", "Fault", "check"]


def check(collection: Collection, counts: Counts) -> Iterator[Fault]:
    """Each fault as it is found; `counts` grows on the way. Reads everything, writes nothing."""
    counts.unfinished = sorted(path.name for path in collection.archive.glob("*.open"))
    captures: Counter[str] = Counter()
    for path in sorted(collection.archive.glob("*.warc.gz")):
        counts.files += 1
        before = counts.captures
        for fault in check_warc(path, counts):
            counts.faults += 1
            yield fault
        captures[path.name] = counts.captures - before
    for fault in check_index(collection, captures, counts):
        counts.faults += 1
        yield fault
