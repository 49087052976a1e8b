"""A segment of the story graph: the pages that one process has read, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler.errors import MalformedRecord
from crawler.model.collection import Collection
from crawler.model.facts import Facts
from crawler.model.story import PageSource, StoryPage
from crawler.model.timestamp import from_warc_date
from pipelines.appending import LineFile
from pipelines.lines import lines_of


class GraphSegment:
    """``graph/segment-HOST-PID.jsonl``, opened for appending by the one process of that name."""

    def __init__(self, collection: Collection, host: str, pid: int) -> None:
        collection.graph.mkdir(parents=True, exist_ok=True)
        self.path = collection.graph / f"segment-{host}-{pid}.jsonl"
        self._lines = LineFile(self.path)

    def write(self, page: StoryPage, record_id: str) -> None:
        """Append `page` with its edges, so that it outlives this process.

        `record_id` is the WARC record that holds it. A full disk shows in `later`.
        """
        self._lines.add(page.to_json(record_id))

    def later(self) -> Callable[[], None]:
        """An fsync of what was written, for another thread. Raises `DiskFull`, here and there."""
        return self._lines.later()

    def close(self) -> None:
        """Close the file. May be called more than once."""
        self._lines.close()


@dataclass(frozen=True, slots=True)
class PageLine:
    """One page as a segment holds it. `edges` and `rejected` are `StoryEdge.to_dict` of each."""

    record_id: str
    uri: str
    moment: datetime
    site: str
    facts: Facts
    named: Mapping[str, str]
    sketch: str
    edges: tuple[Mapping[str, Any], ...]
    archive: str
    source: PageSource
    asked: str
    requisites: tuple[str, ...]
    rejected: tuple[Mapping[str, Any], ...]

    @property
    def identity(self) -> str:
        """What no two pages share: the record, or where none is known the address and the moment."""
        return self.record_id or f"{self.uri} {self.moment.isoformat()}"

    @classmethod
    def parse(cls, line: bytes) -> PageLine:
        """Raises `MalformedRecord`."""
        try:
            page = json.loads(line)
            return cls(
                record_id=page["record_id"],
                uri=page["uri"],
                moment=from_warc_date(page["datetime"]),
                site=page["site"],
                facts=Facts.from_dict(page),
                named=_named(page),
                sketch=page.get("sketch", ""),
                edges=tuple(page["edges"]),
                archive=page.get("archive", ""),
                source=page.get("source") or ("memento" if page.get("archive") else "live"),
                asked=page.get("asked", ""),
                requisites=tuple(page.get("requisites", ())),
                rejected=tuple(page.get("rejected", ())),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise MalformedRecord(f"not a line of a graph segment: {line[:80]!r}") from error


def _named(page: Mapping[str, Any]) -> Mapping[str, str]:
    """Lines from before the ways of naming were kept hold a list of addresses."""
    return page["named"] if "named" in page else {f"uri {n}": one for n, one in enumerate(page["uris"])}


def segments(collection: Collection) -> list[Path]:
    """The collection's segments, by name."""
    return sorted(collection.graph.glob("segment-*.jsonl"))


def read_segment(path: Path) -> Iterator[tuple[int, PageLine]]:
    """Offset and page of each line; a line that is torn or no page at all is passed over."""
    for offset, line in lines_of(path):
        try:
            yield offset, PageLine.parse(line)
        except MalformedRecord:
            continue
