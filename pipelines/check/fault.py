"""What a check finds."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong: the file, the offset in it (-1: the file as a whole), and what it is."""

    file: str
    offset: int
    what: str

    def __str__(self) -> str:
        where = f"{self.file}, offset {self.offset}" if self.offset >= 0 else self.file
        return f"{where}: {self.what}"


@dataclass(slots=True)
class Counts:
    """What was looked at: WARC files, their records, captures (response or revisit), index lines."""

    files: int = 0
    records: int = 0
    captures: int = 0
    index_lines: int = 0
    faults: int = 0
    unfinished: list[str] = field(default_factory=list)
    """Files that are still being written, or that a dead worker left."""
