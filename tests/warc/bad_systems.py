"""Systems whose calls are counted, so that one of them fails, or is the last that a process makes."""

from __future__ import annotations

import io
import os
import random
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

CALLS = ("write", "pwrite", "fsync", "rename", "replace", "open")


class CountedSystem:
    """Takes the place of those calls in this process; of `open` only those that may create a file."""

    def __init__(self) -> None:
        self.calls = 0
        for name in CALLS:
            setattr(os, name, self._counted(getattr(os, name)))

    def at(self, number: int, real: Callable[..., Any], args: tuple[Any, ...]) -> None:
        """Before call `number`, counted from 1. Overridden."""

    def _counted(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            if real.__name__ != "open" or args[1] & os.O_CREAT:
                self.calls += 1
                self.at(self.calls, real, args)
            return real(*args, **more)

        return call


class FailingSystem(CountedSystem):
    """Refuses the calls of `failing` with an error of the system."""

    def __init__(self, failing: range, error: int) -> None:
        self.failing = failing
        self.error = error
        super().__init__()

    def at(self, number: int, real: Callable[..., Any], args: tuple[Any, ...]) -> None:
        """Raises OSError where it is to fail."""
        if number in self.failing:
            raise OSError(self.error, os.strerror(self.error))


class DyingSystem(CountedSystem):
    """Kills the process at one call: before it, after it, or within it where it is a write."""

    def __init__(self, last: int) -> None:
        self.last = last
        super().__init__()

    def at(self, number: int, real: Callable[..., Any], args: tuple[Any, ...]) -> None:
        """Does not return from the last call."""
        if number < self.last:
            return
        if real.__name__ == "write":
            data = bytes(args[1])
            real(args[0], data[: random.randrange(len(data) + 1)])
        elif random.random() < 0.5:
            real(*args)
        os.kill(os.getpid(), signal.SIGKILL)


class UnpluggedSystem(DyingSystem):
    """Dies as the others do, and notes in `ledger` what each fsync made last: inode and size."""

    def __init__(self, last: int, ledger: Path) -> None:
        super().__init__(last)
        self.ledger = io.FileIO(ledger, "a")
        self.real_fsync = os.fsync
        os.fsync = self.fsync

    def fsync(self, descriptor: int) -> None:
        """What is written while it runs is not covered."""
        state = os.fstat(descriptor)
        self.real_fsync(descriptor)
        self.ledger.write(f"{state.st_ino} {state.st_size}\n".encode())


def cut_power(folder: Path, ledgers: list[Path], rng: random.Random) -> None:
    """Take from each file of `folder` some or all of what no fsync covered."""
    synced: dict[int, int] = {}
    for ledger in ledgers:
        for line in ledger.read_text().splitlines():
            inode, size = map(int, line.split())
            synced[inode] = max(size, synced.get(inode, 0))
    for path in (path for path in folder.rglob("*") if path.is_file()):
        state = path.stat()
        safe = min(synced.get(state.st_ino, 0), state.st_size)
        os.truncate(path, rng.choice((safe, rng.randint(safe, state.st_size))))
