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

_STILL = 600.0
"""Seconds without a write, after which nobody is at work on a draft."""


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of `path` when the block ends well, and leaves no trace otherwise.

    It is written beside `path` under a name of this process's own, on disk before it is renamed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with draft.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def drop_drafts(collection: Collection) -> None:
    """Remove what killed processes were about to put in place: no draft is written so slowly."""
    for draft in collection.path.glob("*/.*.tmp"):
        with suppress(FileNotFoundError):  # another worker was quicker
            if time.time() - draft.stat().st_mtime > _STILL:
                draft.unlink()


@contextmanager
def merging(collection: Collection) -> Iterator[None]:
    """Wait until no other process of this machine merges the collection's files, and keep others out."""
    collection.frontier.mkdir(parents=True, exist_ok=True)
    with (collection.frontier / "finish.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
