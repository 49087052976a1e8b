"""Files that one process appends to, each write whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from crawler.errors import FREE_SOME, DiskFull, of_the_disk

_AT_ONCE = 1 << 20
"""Bytes of one system call."""


class AppendedFile:
    """A file opened for appending, unbuffered: what `append` has taken outlives this process.

    After a write that failed, the file is cut back to the end of the last whole one.
    """

    def __init__(self, path: Path, *, new: bool = False) -> None:
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | (os.O_EXCL if new else 0)
        self.path = path
        with translated(path):
            self.fd = os.open(path, flags, 0o666)
        self.size = os.fstat(self.fd).st_size

    def append(self, pieces: Iterable[bytes]) -> int:
        """Write all of `pieces`, in few system calls; the offset of the first.

        Raises `DiskFull`, or `ClewError` where the disk fails otherwise, with nothing written.
        """
        offset, waiting, size = self.size, [], 0
        try:
            with translated(self.path):
                for piece in pieces:
                    waiting.append(piece)
                    size += len(piece)
                    if size >= _AT_ONCE:
                        self._write(b"".join(waiting))
                        waiting, size = [], 0
                self._write(b"".join(waiting))
        except BaseException:
            self._cut_back(offset)
            raise
        return offset

    def _cut_back(self, offset: int) -> None:
        """Where the disk refuses that too, what is behind `offset` stays, as damage between records."""
        with suppress(OSError):
            os.ftruncate(self.fd, offset)
        self.size = os.fstat(self.fd).st_size

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self.fd, rest) :]
        self.size += len(data)

    def sync(self) -> None:
        """Raises `DiskFull` or `ClewError`."""
        sync(self.path, self.fd)

    def later(self) -> Callable[[], None]:
        """`sync` for another thread: it holds the file by a descriptor of its own. Call it once."""
        fd = os.dup(self.fd)

        def run() -> None:
            try:
                sync(self.path, fd)
            finally:
                os.close(fd)

        return run

    def close(self) -> None:
        """Close without a sync."""
        os.close(self.fd)


class LineFile:
    """Lines appended to a file; what a full disk did not take waits for the next try.

    A line that comes after `close` opens the file again, so that none is lost.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: AppendedFile | None = None
        self._waiting: list[bytes] = []
        self._synced = 0
        """Bytes that an fsync has covered; one that is given up before it begins covers none."""

    def add(self, line: str) -> None:
        """Append `line` and a line end. A full disk shows in `flush`."""
        self._waiting.append(line.encode("utf-8", "replace") + b"\n")
        try:
            self.flush()
        except DiskFull:
            return

    def flush(self) -> AppendedFile:
        """Write the lines that wait; the file. Raises `DiskFull` or `ClewError`."""
        file = self._file or self._open()
        if self._waiting:
            file.append(self._waiting)
            self._waiting.clear()
        return file

    def later(self) -> Callable[[], None]:
        """An fsync of what was added since the last, for another thread. Raises as `flush` does."""
        if self._waiting:
            self.flush()
        if self._file is None or self._file.size <= self._synced:
            return _nothing
        size, sync_file = self._file.size, self._file.later()

        def run() -> None:
            sync_file()
            self._synced = max(self._synced, size)

        return run

    def close(self) -> None:
        """Close without a sync. May be called more than once."""
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def _open(self) -> AppendedFile:
        self._file = file = AppendedFile(self._path)
        if file.size and os.pread(file.fd, 1, file.size - 1) != b"\n":
            # A process of this name was killed within a line: let the next begin afresh.
            self._waiting.insert(0, b"\n")
        return file


def _nothing() -> None:
    """Nothing is to be synced."""


def sync(path: Path, fd: int) -> None:
    """fsync `fd`, the descriptor of `path`. Raises `DiskFull` or `ClewError`."""
    with translated(path):
        os.fsync(fd)


def rename(path: Path, target: Path) -> None:
    """Give a file another name. Raises `DiskFull` or `ClewError`."""
    with translated(path):
        path.rename(target)


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` last. Raises `DiskFull` or `ClewError`."""
    with translated(folder):
        fd = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


def keep_reserve(folder: Path, reserve: int, wanted: int) -> None:
    """Raises `DiskFull` where `wanted` more bytes would leave less than `reserve` free."""
    disk = os.statvfs(folder)
    free = disk.f_bavail * disk.f_frsize
    if free - wanted < reserve:
        raise DiskFull(
            f"{free} bytes are free on the disk of {folder}, and DISK_RESERVE keeps {reserve}",
            FREE_SOME,
        )


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raises what the system refuses while `path` is written as `DiskFull` or `ClewError`."""
    try:
        yield
    except OSError as error:
        raise of_the_disk(path, error) from error
