"""What each worker writes down, one `write` a line, so that nothing of it is lost with the worker.

Moments are ``CLOCK_MONOTONIC``, which all processes of a machine share::

    start MOMENT HOST PAGE DEADLINE LOOKED
                                        a request goes out, whose lease was looked at last at LOOKED
    answered MOMENT PAGE                its answer is complete
    kept PAGE                           its capture is on disk
    acked MOMENT PAGE                   the frontier has confirmed its ack
    end MOMENT REASON                   the worker's crawl has ended
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path


class Journal:
    """The end that a worker writes to."""

    def __init__(self, folder: Path, worker: int) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._file = os.open(folder / f"worker-{worker}.journal", flags, 0o600)

    def start(self, host: str, page: int, deadline: float, looked: float) -> float:
        """A request goes out now; the moment."""
        now = time.monotonic()
        self._write(f"start {now:.6f} {host} {page} {deadline:.6f} {looked:.6f}")
        return now

    def answered(self, page: int) -> None:
        """An answer is complete."""
        self._write(f"answered {time.monotonic():.6f} {page}")

    def kept(self, pages: list[int]) -> None:
        """The captures of these pages are on disk."""
        self._write("\n".join(f"kept {page}" for page in pages))

    def acked(self, pages: list[int]) -> None:
        """The frontier knows that these pages are done."""
        now = time.monotonic()
        self._write("\n".join(f"acked {now:.6f} {page}" for page in pages))

    def end(self, reason: str) -> None:
        """The crawl has ended for this worker."""
        self._write(f"end {time.monotonic():.6f} {reason}")

    def _write(self, lines: str) -> None:
        if lines:
            os.write(self._file, lines.encode() + b"\n")


@dataclass(slots=True)
class Start:
    """A request that went out."""

    moment: float
    host: str
    page: int
    worker: int
    deadline: float
    looked: float
    answered: float | None = None
    acked: float | None = None


@dataclass(slots=True)
class Journals:
    """What all workers wrote, read piece by piece."""

    folder: Path
    starts: list[Start] = field(default_factory=list)
    kept: set[int] = field(default_factory=set)
    ends: list[tuple[float, int, str]] = field(default_factory=list)
    """Moment, worker and reason."""
    _read: dict[Path, int] = field(default_factory=dict)
    _open: dict[tuple[int, int], Start] = field(default_factory=dict)

    def read(self) -> None:
        """Take in what has come since."""
        for path in self.folder.glob("worker-*.journal"):
            with path.open("rb") as file:
                file.seek(self._read.get(path, 0))
                whole = file.read().rpartition(b"\n")[0]
            self._read[path] = self._read.get(path, 0) + len(whole) + bool(whole)
            worker = int(path.stem.removeprefix("worker-"))
            for line in whole.decode().splitlines():
                self._take(worker, *line.split())

    def _take(self, worker: int, what: str, *words: str) -> None:
        if what == "start":
            start = Start(float(words[0]), words[1], int(words[2]), worker, *map(float, words[3:]))
            self.starts.append(start)
            self._open[worker, start.page] = start
        elif what == "answered":
            self._open[worker, int(words[1])].answered = float(words[0])
        elif what == "kept":
            self.kept.add(int(words[0]))
        elif what == "acked":
            self._open[worker, int(words[1])].acked = float(words[0])
        else:
            self.ends.append((float(words[0]), worker, words[1]))
