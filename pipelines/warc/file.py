"""The WARC file that one process writes: begun when needed, finished by size, age or the end.

While it is written it is named ``.open`` and locked; when it is complete it is renamed. Records of
one exchange go in together, so a full disk leaves nothing half written.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path

from crawler.config import Config
from crawler.model.collection import OPEN, Collection, WarcName
from crawler.model.octets import Octets
from crawler.model.timestamp import now, to_warc_date
from pipelines import appending
from pipelines.appending import AppendedFile
from pipelines.warc.exchange import FIELDS
from pipelines.warc.record import Draft, Fields, member, new_id, warc_fields

_OVERHEAD = 2048
"""Bytes that a record may have beside its block; for the reserve, where a little more does no harm."""
_LOOK = 1 << 20
"""Bytes between two looks at the disk, at most."""
_LOOKS = 16
"""At least so many in what `DISK_RESERVE` keeps free: several writers may fill it between two."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where records were written: file name as it will be, offset of the first and its bytes there."""

    filename: str
    offset: int
    length: int


class WarcFile:
    """Appends records, rotating files; `finished` is called with the path of each finished one."""

    def __init__(
        self,
        collection: Collection,
        config: Config,
        worker: tuple[str, int],
        about: Fields,
        finished: Callable[[Path], None],
    ) -> None:
        self._collection = collection
        self._config = config
        self._host, self._pid = worker
        self._about = tuple(about)
        self._finished = finished
        self._serial = 0
        self._file: AppendedFile | None = None
        self._name = ""
        self._warcinfo = ""
        self._begun = 0.0
        self._empty_size = 0
        self._archive = collection.archive
        self._look = min(_LOOK, config.disk_reserve // _LOOKS or _LOOK)
        self._unlooked = self._look

    def append(self, drafts: list[Draft]) -> Place:
        """Write the records of one exchange. Raises `DiskFull`, with nothing written."""
        file = self._file or self._begin()
        algorithm = self._config.warc_digest
        self._keep_reserve(sum(len(draft.block) + _OVERHEAD for draft in drafts))
        first, *others = (member(draft, self._warcinfo, algorithm) for draft in drafts)
        length = 0

        def measured() -> Iterator[bytes]:
            nonlocal length
            for piece in first:
                length += len(piece)
                yield piece

        offset = file.append(chain(measured(), *others))
        return Place(self._name, offset, length)

    def _keep_reserve(self, wanted: int) -> None:
        """Look at the disk now and then only: a look costs as much as a small record."""
        self._unlooked += wanted
        if self._unlooked >= self._look:
            appending.keep_reserve(self._archive, self._config.disk_reserve, wanted)
            self._unlooked = 0

    def later(self) -> Callable[[], None]:
        """An fsync of what has been appended, for another thread. Raises `DiskFull` there."""
        return (lambda: None) if self._file is None else self._file.later()

    def turn(self) -> None:
        """Finish the file if it has its size or age. Raises `DiskFull`."""
        if self._full():
            self.finish()

    def finish(self) -> None:
        """Rename the file to what it is; one without a capture is removed. Raises `DiskFull`."""
        file, self._file = self._file, None
        if file is None:
            return
        path = self._archive / self._name
        try:
            if file.size <= self._empty_size:
                with appending.translated(path):
                    file.path.unlink()
                return
            file.sync()
            appending.rename(file.path, path)
            appending.sync_folder(path.parent)
        finally:
            file.close()
        self._finished(path)

    def _begin(self) -> AppendedFile:
        opened = now()
        name = self._free_name(opened)
        self._name, self._begun, self._warcinfo = name, time.monotonic(), new_id()
        fields = (("WARC-Date", to_warc_date(opened)), ("WARC-Filename", name))
        about = Octets(warc_fields(self._about))
        draft = Draft("warcinfo", self._warcinfo, fields, FIELDS, about)
        head = member(draft, "", self._config.warc_digest)
        self._file = file = _create(self._archive / (name + OPEN), head)
        self._empty_size = file.size
        return file

    def _free_name(self, opened: datetime) -> str:
        """The next name that no file has: two crawls of one process may begin in one millisecond."""
        while True:
            self._serial += 1
            name = str(WarcName(self._collection.name, opened, self._serial, self._host, self._pid))
            if not any((self._archive / taken).exists() for taken in (name, name + OPEN)):
                return name

    def left(self) -> float | None:
        """Seconds until the file has its age; None where there is none, or no capture in it."""
        if self._file is None or self._file.size <= self._empty_size:
            return None
        return max(0.0, self._begun + self._config.warc_age - time.monotonic())

    def _full(self) -> bool:
        """Whether the file has its size or age, and a capture."""
        full = self._file is not None and self._file.size >= self._config.warc_size
        left = self.left()
        return left is not None and (full or not left)


def _create(path: Path, head: Iterable[bytes]) -> AppendedFile:
    """A new file at `path` that is locked from the moment it can be seen, and begins with `head`."""
    draft = path.with_name(f".{path.name}.tmp")
    file = AppendedFile(draft, new=True)
    try:
        with appending.translated(path):
            fcntl.flock(file.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        file.append(head)
        appending.rename(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        file.close()
        raise
    file.path = path
    return file
