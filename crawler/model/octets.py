"""Runs of bytes that may be too long for memory: an answer on its way in, and a block on its way out.

A `Spool` grows: in memory up to a limit, beyond it in an unnamed file, which is gone with the last who
uses it, even after kill -9. `Octets` is what it holds once it is complete: read piece by piece, never
changed. `Octets(b"...")` is a short run.
"""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from crawler.errors import of_the_disk

PIECE = 1 << 18
"""Bytes of a piece that is read from a file."""


@dataclass(frozen=True, slots=True)
class SpoolLimits:
    """Bytes of one spool that stay in memory; the folder of the file for more (None: the system's)."""

    memory: int = 512 * 1024
    folder: Path | None = None


class Octets:
    """A run of bytes, complete."""

    __slots__ = ("_length", "_memory", "_store", "limits")
    __hash__ = None  # type: ignore[assignment]  # compared by content, which may be long

    def __init__(self, memory: bytes = b"", limits: SpoolLimits | None = None) -> None:
        self._memory = memory
        self._store: _Unnamed | None = None
        self._length = len(memory)
        self.limits = limits or SpoolLimits()

    @classmethod
    def _stored(cls, store: _Unnamed, length: int, limits: SpoolLimits) -> Octets:
        made = cls(b"", limits)
        made._store, made._length = store, length
        return made

    def __len__(self) -> int:
        return self._length

    def __bytes__(self) -> bytes:
        """All of it, in memory."""
        return self.read(0, self._length)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (Octets, bytes)):
            return NotImplemented
        return len(self) == len(other) and bytes(self) == bytes(other)

    def __repr__(self) -> str:
        return f"Octets({len(self)} bytes, {self.read(0, 40)!r})"

    def read(self, start: int, size: int) -> bytes:
        """At most `size` bytes from `start` on."""
        if self._store is None:
            return self._memory[start : start + size]
        return self._store.read(start, min(size, self._length - start))

    def pieces(self, start: int = 0) -> Iterator[bytes]:
        """All from `start` on: one piece where it is in memory, else pieces of `PIECE` bytes."""
        if self._store is None:
            yield self._memory[start:] if start else self._memory
            return
        while start < self._length:
            piece = self.read(start, PIECE)
            start += len(piece)
            yield piece


class Spool:
    """Bytes as they come. Raises `DiskFull` or `ClewError` where its file cannot be written."""

    __slots__ = ("_memory", "_store", "length", "limits")

    def __init__(self, limits: SpoolLimits | None = None) -> None:
        self.limits = limits or SpoolLimits()
        self.length = 0
        self._memory = bytearray()
        self._store: _Unnamed | None = None

    @classmethod
    def of(cls, pieces: Iterable[bytes], limits: SpoolLimits) -> Octets:
        """All of `pieces`."""
        spool = cls(limits)
        for piece in pieces:
            spool.append(piece)
        return spool.octets()

    def append(self, data: bytes | bytearray | memoryview) -> None:
        """Take `data`."""
        if self._store is None and self.length + len(data) > self.limits.memory:
            self._store = _Unnamed(self.limits.folder)
            self._store.write(0, self._memory)
            self._memory = bytearray()
        if self._store is None:
            self._memory += data
        else:
            self._store.write(self.length, data)
        self.length += len(data)

    def cut(self, length: int) -> None:
        """Forget what is behind `length`."""
        self.length = min(self.length, length)
        del self._memory[self.length :]

    def octets(self) -> Octets:
        """What it holds now; take nothing more afterwards."""
        if self._store is None:
            return Octets(bytes(self._memory), self.limits)
        return Octets._stored(self._store, self.length, self.limits)


class _Unnamed:
    """A file without a name, closed when nobody holds it any more."""

    def __init__(self, folder: Path | None) -> None:
        try:
            with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
                self._descriptor = os.dup(file.fileno())
        except OSError as error:
            raise of_the_disk("a long answer", error) from error
        weakref.finalize(self, os.close, self._descriptor)

    def write(self, offset: int, data: bytes | bytearray | memoryview) -> None:
        rest = memoryview(data)
        try:
            while rest:
                written = os.pwrite(self._descriptor, rest, offset)
                rest, offset = rest[written:], offset + written
        except OSError as error:
            raise of_the_disk("a long answer", error) from error

    def read(self, offset: int, size: int) -> bytes:
        return os.pread(self._descriptor, size, offset)
