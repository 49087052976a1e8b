"""Lines sorted and merged in constant memory: runs that fit into it, on disk, then merged.

Runs are unnamed files on the disk of the index, so a killed process leaves none behind. Whenever
`FAN_IN` runs of a level have come together, they become one run of the next. So a line is rewritten
as often as the logarithm says, and few files are open, whatever their number.
"""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

RUN_SIZE = 16 << 20
"""Bytes of lines that are sorted in memory."""
FAN_IN = 64
"""Runs of one level that are open at once: some systems allow only 256 open files in all."""


Run = BinaryIO | Generator[bytes, None, None]
"""Sorted lines, which can be closed."""


class SortedRuns:
    """Sorted runs of lines, each a file; a context manager that closes them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._levels: list[list[Run]] = []
        self._held: list[bytes] = []
        self._size = 0

    def add(self, run: Run) -> None:
        """Take sorted lines, each with its line end; they are closed at the end, or before."""
        level = 0
        while True:
            if level == len(self._levels):
                self._levels.append([])
            runs = self._levels[level]
            runs.append(run)
            if len(runs) < FAN_IN:
                return
            run = self._write(_merged(runs))
            _close(runs)
            level += 1

    def add_unsorted(self, lines: Iterable[bytes]) -> None:
        """Take lines, each with its line end, in any order and number; few stay in memory."""
        for line in lines:
            self._held.append(line)
            self._size += len(line)
            if self._size >= RUN_SIZE:
                self.add(self._write(sorted(self._held)))
                self._held.clear()
                self._size = 0

    def lines(self) -> Iterator[bytes]:
        """All lines, in the order of their bytes."""
        return _merged([*chain.from_iterable(self._levels), sorted(self._held)])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for runs in self._levels:
            _close(runs)

    def _write(self, lines: Iterable[bytes]) -> BinaryIO:
        run: BinaryIO = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115
        run.writelines(lines)
        run.seek(0)
        return run


def _merged(runs: Sequence[Iterable[bytes]]) -> Iterator[bytes]:
    return heapq.merge(*map(_ended, runs))


def _ended(run: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a run, each with its line end: a foreign file's last may lack it."""
    return (line if line.endswith(b"\n") else line + b"\n" for line in run)


def _close(runs: list[Run]) -> None:
    while runs:
        runs.pop().close()
