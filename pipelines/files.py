"""Files that are either old or new, never half written, and merged by one process at a time."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from crawler.model.collection import Collection

_BEGUN = 60.0
"""Seconds after which a draft that is written has its lock."""


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of `path` when the block ends well, and leaves no trace otherwise.

    It is written beside `path` under a name of this process's own, locked, and on disk before it is
    renamed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with draft.open("wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def drop_drafts(collection: Collection) -> None:
    """Remove what killed processes were about to put in place: drafts that nobody holds locked."""
    for draft in collection.path.glob("*/.*.tmp"):
        with suppress(FileNotFoundError):  # another worker was quicker
            if time.time() - draft.stat().st_mtime > _BEGUN and not _is_locked(draft):
                draft.unlink()


def _is_locked(path: Path) -> bool:
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextmanager
def merging(collection: Collection) -> Iterator[None]:
    """Wait until no other process of this machine merges the collection's files, and keep others out."""
    collection.frontier.mkdir(parents=True, exist_ok=True)
    with (collection.frontier / "finish.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
