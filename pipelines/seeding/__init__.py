"""Originals from CDXJ files: those that the operator names, and the collection's own.

Redis may lose its originals, but the collection's indexes tell of them again. Each file is read once, by
one worker; the others wait for it, since what they fetch meanwhile would be written in full.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from crawler.errors import MalformedRecord, SettingError
from crawler.model.collection import Collection
from crawler.model.original import UNKNOWN_LENGTH, Original
from crawler.store.originals import Originals
from crawler.store.readings import Readings
from pipelines.seeding.reading import UNREADABLE, lines_of, opened, told_by

logger = logging.getLogger(__name__)

_AT_ONCE = 500
"""Lines between two waits for Redis: the event loop is held for about 10 ms."""
_TELL = 10.0
"""Seconds between two lines of progress."""


@dataclass(frozen=True, slots=True)
class _Source:
    """Files that are read as one."""

    name: str
    state: str
    paths: Sequence[Path]
    foreign: bool


def check(paths: Sequence[Path]) -> None:
    """Raises `SettingError` where one of the operator's files cannot be read."""
    for path in paths:
        _state(path)


async def seed(originals: Originals, collection: Collection, paths: Sequence[Path]) -> int:
    """Read what was not read yet: the collection's own index, and `paths`, which the operator names.

    The own index is read where Redis never had it, or has lost it; what is captured since then comes
    by itself. A file of the operator's is read again when its size or time has changed. Returns how many
    originals were told of. Raises `SettingError` for a file that cannot be read, and `FrontierError`.
    """
    readings = Readings(originals.store, f"{socket.gethostname()}:{os.getpid()}")
    sources = [_Source("", "", sorted(collection.indexes.glob("*.cdxj")), foreign=False)]
    sources += [_Source(str(path.resolve()), _state(path), [path], foreign=True) for path in paths]
    due = [source for source in sources if not await readings.known(source.name, source.state)]
    if not due:
        return 0
    told = 0
    async with readings.turn():
        for source in due:
            if await readings.known(source.name, source.state):
                continue  # by the worker that was waited for
            for path in source.paths:
                told += await _Reading(path, source.foreign).into(originals, readings)
            await readings.note(source.name, source.state)
    return told


class _Reading:
    """One file on its way into the originals."""

    def __init__(self, path: Path, foreign: bool) -> None:
        self.path = path
        self.foreign = foreign
        self.lines = self.told = self.bad = 0
        self.complaint = ""

    async def into(self, originals: Originals, readings: Readings) -> int:
        """Read to the end; how many originals the file told of."""
        said = began = time.monotonic()
        try:
            with opened(self.path) as file:
                lines = lines_of(file)
                while some := list(islice(lines, _AT_ONCE)):
                    await originals.add(list(self._entries(some)), [])
                    await readings.go_on()
                    await asyncio.sleep(0)
                    if time.monotonic() - said > _TELL:
                        said = time.monotonic()
                        logger.info("%s: %d lines read", self.path, self.lines)
        except UNREADABLE as error:
            if self.foreign or not isinstance(error, FileNotFoundError):
                raise _unreadable(self.path, error) from error
            # Another worker has merged the lines of this part into the collection's index meanwhile.
        self._report(time.monotonic() - began)
        return self.told

    def _entries(self, lines: Sequence[bytes]) -> Iterator[tuple[str, int, Original]]:
        for line in lines:
            self.lines += 1
            try:
                told = told_by(line, self.foreign)
            except MalformedRecord as error:
                self.bad += 1
                self.complaint = self.complaint or f"line {self.lines}: {error}"
                continue
            if told is not None:
                self.told += 1
                yield told[0], UNKNOWN_LENGTH, told[1]

    def _report(self, seconds: float) -> None:
        logger.info(
            "%s: %d lines tell of %d originals (%.1f s)", self.path, self.lines, self.told, seconds
        )
        if self.bad:
            logger.warning("%s: %d lines passed over, first %s", self.path, self.bad, self.complaint)


def _state(path: Path) -> str:
    """Size and time of one of the operator's files. Raises `SettingError`."""
    try:
        with path.open("rb") as file:
            state = os.fstat(file.fileno())
            file.read(1)
    except OSError as error:
        raise _unreadable(path, error) from error
    return f"{state.st_size} {state.st_mtime_ns}"


def _unreadable(path: Path, error: Exception) -> SettingError:
    why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return SettingError(
        f"{path} cannot be read as CDXJ ({why})", "name CDXJ files, plain or gzip, in DEDUP_CDXJ"
    )
