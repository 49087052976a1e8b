"""What a check finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Finding(NamedTuple):
    """What is found in one record: a fault, or a `note`, which is worth a word and nothing wrong."""

    what: str
    detail: str = ""
    note: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong: the file, the offset in it (-1: the file as a whole), and what it is.

    `what` is the same for all faults of one kind, `detail` says more. A `note` is no fault: what a
    writer may do, and a reader should know.
    """

    file: str
    offset: int
    what: str
    detail: str = ""
    note: bool = False

    @classmethod
    def of(cls, file: str, offset: int, finding: Finding) -> Fault:
        """The finding, at its place."""
        return cls(file, offset, *finding)

    def __str__(self) -> str:
        where = f"{self.file}, offset {self.offset}" if self.offset >= 0 else self.file
        more = f": {self.detail}" if self.detail else ""
        return f"{where}: {'note: ' if self.note else ''}{self.what}{more}"


@dataclass(slots=True)
class Counts:
    """What was looked at: WARC files, their records, captures (response or revisit), index lines."""

    files: int = 0
    records: int = 0
    captures: int = 0
    index_lines: int = 0
    faults: int = 0
    notes: int = 0
    unfinished: list[str] = field(default_factory=list)
    """Files that are still being written, or that a dead worker left."""
