"""The lines of a WARC that is being written, kept beside it so that no index needs a second reading."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from crawler.model.cdxj import CdxjLine
from crawler.model.collection import Collection
from pipelines.appending import LineFile
from pipelines.cdxj.part import journal_path, write_part


class IndexJournal:
    """``indexes/NAME.cdxj.open``: a line for each capture, in the order of their records.

    It is opened after its WARC, so that one without a WARC is known to be left over. What a killed
    process left is no index: `write_index` makes that from the records, and removes the journal.
    """

    def __init__(self, collection: Collection, filename: str) -> None:
        """`filename` is the WARC's, as it will be when it is finished."""
        self._collection = collection
        self._filename = filename
        self._lines = LineFile(journal_path(collection, filename))

    def add(self, line: CdxjLine) -> None:
        """Append a line: it outlives this process. A full disk shows in `later` and `finish`.

        Raises `ClewError` where the disk fails otherwise.
        """
        self._lines.add(str(line))

    def later(self) -> Callable[[], None]:
        """An fsync of what was added, for another thread. Raises `DiskFull`, here and there."""
        return self._lines.later()

    def finish(self) -> Path:
        """Sort the lines into ``indexes/NAME.cdxj``, once the WARC has its name; the path.

        Takes constant memory, and may be called in another thread. Raises `DiskFull`, `ClewError` or
        `OSError` where the disk fails otherwise; the journal stays then, and `missing` names the WARC.
        """
        fd = os.dup(self._lines.flush().fd)
        with os.fdopen(fd, "rb") as file:
            file.seek(0)
            path = write_part(self._collection, self._filename, file)
        self._lines.close()
        return path
