"""Indexes made from the records of finished WARCs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crawler.errors import MalformedRecord
from crawler.model.collection import Collection
from pipelines.cdxj.merging import missing
from pipelines.cdxj.part import write_part
from pipelines.cdxj.reading import index_warc
from pipelines.records import Progress


def write_index(collection: Collection, warc: Path, progress: Progress = lambda *_: None) -> Path:
    """Index a finished WARC; the path of its CDXJ.

    Raises `MalformedRecord` where something of it is damaged, with all that is whole indexed.
    """
    damage = _Damage()
    found = index_warc(warc, damage.note, lambda offset: progress(warc, offset))
    path = write_part(collection, warc.name, (f"{line}\n".encode() for line in found))
    damage.tell()
    return path


def index_missing(
    collection: Collection, progress: Progress = lambda *_: None
) -> Iterator[tuple[Path, MalformedRecord | None]]:
    """Index all that `missing` names: each WARC, and what is damaged in it."""
    for warc in missing(collection):
        try:
            write_index(collection, warc, progress)
        except MalformedRecord as error:
            yield warc, error
        else:
            yield warc, None


class _Damage:
    """The first damage of a file, and how many there are."""

    def __init__(self) -> None:
        self._first: MalformedRecord | None = None
        self._count = 0

    def note(self, error: MalformedRecord) -> None:
        self._first = self._first or error
        self._count += 1

    def tell(self) -> None:
        """Raises `MalformedRecord` where there is any."""
        if self._first is not None:
            more = f", and {self._count - 1} more like it" if self._count > 1 else ""
            raise MalformedRecord(f"{self._first}{more}")
