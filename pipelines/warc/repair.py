"""What a killed worker left: a torn last record is cut off, all whole ones are kept."""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterator
from pathlib import Path

from crawler.model.collection import Collection, WarcName
from pipelines.records import is_followed, whole_until
from pipelines.warc.file import OPEN

logger = logging.getLogger(__name__)


def repair(collection: Collection, host: str | None) -> Iterator[Path]:
    """Finish the ``.open`` files of `host` whose writers are gone; yields each finished file.

    A file that is locked has a writer, and one of another host may have one that no lock of this
    machine shows: both are left alone. With `host` None, no worker of any host is heard any more,
    and only the locks count. A file without a whole record beyond warcinfo is removed. One that is
    damaged before its end is left as it is, since cutting it would lose the records behind.
    """
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


def _finish(path: Path) -> Path | None:
    with path.open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        if not path.exists():
            return None
        records, end = whole_until(path)
        if is_followed(path, end):
            logger.error("%s is damaged at offset %d, before its end: left as it is", path, end)
            return None
        if records < 2:
            path.unlink()
            return None
        file.truncate(end)
        os.fsync(file.fileno())
        finished = path.with_name(path.name.removesuffix(OPEN))
        path.rename(finished)
        return finished
