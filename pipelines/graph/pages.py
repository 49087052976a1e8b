"""The pages that a collection holds, in segments, or in WARC files where a segment is lost."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from crawler.model import uri
from crawler.model.collection import Collection
from pipelines.graph.recovery import keep_aside, recover, told_before
from pipelines.graph.segment import PageLine, read_segment, segments
from pipelines.graph.stories import PageAt
from pipelines.records import Progress

logger = logging.getLogger(__name__)


class Pages:
    """Every page once, in the order of their captures.

    Memory grows with the pages and with the addresses that they link to, not with their links.
    """

    def __init__(self, collection: Collection, *, read_warcs: bool, progress: Progress) -> None:
        """Read all segments; and the WARC files, if the graph told of pages that no segment holds."""
        self.targets: set[str] = set()
        """`uri.document_key` of all that the pages' related links lead to."""
        self._held: set[str] = set()
        pages = list(self._read(segments(collection)))
        before, told = len(pages), told_before(collection)
        if read_warcs or told - self._held:
            recovered = recover(collection, self._held, progress)
            pages += self._read([recovered] if recovered else [])
        self.recovered = len(pages) - before
        """How many had to be read from WARC files."""
        if lost := len(told - self._held):
            logger.warning("%d captures of the graph are in no segment and no WARC file any more", lost)
            keep_aside(collection)
        self._pages = sorted(pages, key=lambda page: page.order)

    def __iter__(self) -> Iterator[PageAt]:
        return iter(self._pages)

    def __len__(self) -> int:
        return len(self._pages)

    def whole(self) -> Iterator[PageLine]:
        """Each page with its links, read again."""
        for page in self._pages:
            with page.path.open("rb") as file:
                file.seek(page.offset)
                yield PageLine.parse(file.readline())

    def _read(self, paths: Iterable[Path]) -> Iterator[PageAt]:
        for path in paths:
            for offset, page in read_segment(path):
                if page.identity in self._held:
                    continue
                self._held.add(page.identity)
                self.targets.update(uri.document_key(edge["to"]) for edge in page.edges)
                yield PageAt(path, offset, replace(page, edges=(), rejected=()))
