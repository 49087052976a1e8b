"""What a killed worker left: a torn last exchange is cut off, all whole ones are kept."""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crawler.model.collection import OPEN, Collection, WarcName
from pipelines.files import drop_drafts
from pipelines.records import Hole, Record
from pipelines.warc.rewriting import DAMAGED, Survey, rewrite, survey

logger = logging.getLogger(__name__)


def repair(collection: Collection, host: str | None) -> Iterator[Path]:
    """Finish the ``.open`` files of `host` whose writers are gone; yields each finished file.

    A file that is locked has a writer, and one of another host may have one that no lock of this
    machine shows: both are left alone. With `host` None, no worker of any host is heard any more,
    and only the locks count. A file without a whole record beyond warcinfo is removed. One that is
    damaged before its end is written anew without its holes, and kept as ``.damaged``.
    """
    drop_drafts(collection)
    for path in sorted(collection.archive.glob("*.warc.gz" + OPEN)):
        writer = WarcName.host_and_pid(path.name)
        if writer is None or host not in (None, writer[0]):
            continue
        try:
            finished = _finish(path)
        except FileNotFoundError:
            continue  # another worker was quicker
        if finished is not None:
            yield finished


@contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Whether no one writes the file; none begins to while the block runs."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            # Another worker may have finished it in the meantime.
            yield path.exists()


def _finish(path: Path) -> Path | None:
    with locked(path) as free:
        if not free:
            return None
        exchanges = _Exchanges()
        seen = survey(path, exchanges.add, lambda _: None)
        finished = path.with_name(path.name.removesuffix(OPEN))
        if all(hole.torn or _only_zeros(path, hole) for hole in seen.holes):
            if not seen.holes:
                exchanges.close(path.stat().st_size)
            return _cut(path, exchanges, finished)
        return _without_holes(path, seen, finished)


def _cut(path: Path, exchanges: _Exchanges, finished: Path) -> Path | None:
    if not exchanges.whole:
        path.unlink()
        return None
    with path.open("r+b") as file:
        file.truncate(exchanges.end)
        os.fsync(file.fileno())
    path.rename(finished)
    return finished


def _only_zeros(path: Path, hole: Hole) -> bool:
    """Whether the file ends with zeros from there on: a size that was on disk before its data."""
    if hole.offset + hole.length != path.stat().st_size:
        return False
    with path.open("rb") as file:
        file.seek(hole.offset)
        return not any(piece.strip(b"\0") for piece in iter(lambda: file.read(1 << 20), b""))


def _without_holes(path: Path, seen: Survey, finished: Path) -> Path | None:
    for hole in seen.holes:
        logger.error(
            "%s is damaged at offset %d, %d bytes: %s", path, hole.offset, hole.length, hole.reason
        )
    if seen.records < 2:
        path.rename(finished.with_name(finished.name + DAMAGED))
        return None
    rewrite(path, path, compress=False, damaged=True, watch=lambda _: None)
    path.rename(finished)
    return finished


class _Exchanges:
    """How far a file of Clew's consists of whole exchanges.

    The records of one exchange are appended together and acknowledged only after an fsync. They name
    each other in WARC-Concurrent-To, and the last is a metadata record of fields. So an exchange that
    does not come to its end was never acknowledged, and no part of it is worth a link that dangles.
    """

    def __init__(self) -> None:
        self.whole = 0
        self.end = 0
        self._ids: set[str] = set()
        self._named: set[str] = set()

    def add(self, record: Record) -> None:
        """The next whole record, at its end."""
        links = {link.strip("<>") for link in record.get_all("WARC-Concurrent-To")}
        if not (links & self._ids or record.id in self._named):
            self.close(record.offset)
        if record.type != "warcinfo":
            self._ids.add(record.id)
            self._named |= links
        if record.type == "metadata" and not record.get("Content-Type").startswith("application/http"):
            self.close(record.finish())

    def close(self, end: int) -> None:
        """Nothing more belongs to the exchange that came last: is it whole?"""
        if not self._named - self._ids:
            self.end = end
            self.whole += bool(self._ids)
        self._ids.clear()
        self._named.clear()
