"""The index of what one process writes, in step with its WARC files."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from crawler.errors import ClewError
from crawler.model.capture import Capture, CaptureRef
from crawler.model.cdxj import CdxjLine
from crawler.model.collection import Collection
from pipelines.appending import translated
from pipelines.cdxj.journal import IndexJournal
from pipelines.cdxj.line import line_of
from pipelines.cdxj.writing import write_index

logger = logging.getLogger(__name__)


class ProcessIndex:
    """A journal for the WARC that is being written; a thread that makes an index of each finished one.

    In a thread, since a file of 1 GB takes a while. What a crash leaves undone, `missing` names.
    """

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._journals: dict[str, IndexJournal] = {}
        self._thread = ThreadPoolExecutor(1, "index")
        self._under_way: list[Future[None]] = []

    def add(self, capture: Capture, ref: CaptureRef, length: int, revisit: bool) -> None:
        """Note a capture whose record was written, `length` bytes. Raises as `IndexJournal.add` does."""
        journal = self._journals.get(ref.filename)
        if journal is None:
            journal = self._journals[ref.filename] = IndexJournal(self._collection, ref.filename)
        journal.add(_line(capture, ref, length, revisit))

    def later(self) -> list[Callable[[], None]]:
        """An fsync of what was added, for another thread. Raises as `IndexJournal.later` does."""
        return [journal.later() for journal in self._journals.values()]

    def finish(self, warc: Path) -> None:
        """Make the index of a finished WARC, from its journal if this process wrote it."""
        journal = self._journals.pop(warc.name, None)
        self._under_way = [future for future in self._under_way if not future.done()]
        self._under_way.append(self._thread.submit(self._write, warc, journal))

    def wait(self) -> None:
        """Until no index is under way."""
        while self._under_way:
            self._under_way.pop().result()

    def _write(self, warc: Path, journal: IndexJournal | None) -> None:
        try:
            with translated(self._collection.indexes):
                journal.finish() if journal else write_index(self._collection, warc)
        except ClewError as error:
            logger.error("%s", error)


def _line(capture: Capture, ref: CaptureRef, length: int, revisit: bool) -> CdxjLine:
    return line_of(
        uri=capture.uri,
        started=capture.started,
        status=capture.status,
        mime=capture.message.get(b"content-type"),
        digest=ref.digest,
        revisit=revisit,
        offset=ref.offset,
        length=length,
        filename=ref.filename,
    )
