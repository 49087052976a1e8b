"""Small files of a crawl's state that are either old or new, never half written."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def write(path: Path, data: bytes) -> None:
    """Put `data` in the place of `path`, durably; makes its folder. Raises `OSError`."""
    draft = _draft(path, data)
    try:
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    _sync(path.parent)


def create(path: Path, data: bytes) -> None:
    """As `write`, but a file that another process has put there meanwhile stays."""
    draft = _draft(path, data)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _sync(path.parent)


def _draft(path: Path, data: bytes) -> Path:
    """The draft beside `path`; it bears machine and process, so two workers never write the same."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{socket.gethostname()}-{os.getpid()}.tmp")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft


def _sync(folder: Path) -> None:
    """Make a name in `folder` as durable as the file that bears it."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
