"""A collection on disk: pywb's own layout, so ``wayback`` serves ``collections/`` as it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crawler.errors import SettingError, UnknownCollection

OPEN = ".open"
"""Ends the name of a file that is still being written."""
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,63}\Z")
_WARC_NAME = re.compile(
    r"(?P<name>.+)-(?P<stamp>\d{17})-(?P<serial>\d{5,})-(?P<host>.+)-(?P<pid>\d+)"
    r"\.warc\.gz(?P<open>\.open)?\Z"
)


@dataclass(frozen=True, slots=True)
class Collection:
    """Where everything of one collection lives. Holds paths only; makes no folder by itself."""

    root: Path
    name: str

    def __post_init__(self) -> None:
        if not NAME.match(self.name):
            raise SettingError(
                f"collection name {self.name!r} is not allowed",
                "use letters, digits, '_' and '-', at most 64, the first no '-'",
            )

    @classmethod
    def existing(cls, collections_dir: Path, name: str) -> Collection:
        """The collection of that name. Raises `UnknownCollection` when there is none."""
        collection = cls(collections_dir, name)
        if not collection.path.is_dir():
            raise UnknownCollection(
                f"no collection {name!r} in {collections_dir}",
                "`scrapy collection list` shows those there are; COLLECTIONS_DIR says where",
            )
        return collection

    @classmethod
    def all(cls, collections_dir: Path) -> list[Collection]:
        """Every collection under `collections_dir`, by name; empty when the folder is missing."""
        if not collections_dir.is_dir():
            return []
        names = (p.name for p in collections_dir.iterdir() if (p / "archive").is_dir())
        return [cls(collections_dir, n) for n in sorted(names) if NAME.match(n)]

    @property
    def path(self) -> Path:
        """``collections/NAME``."""
        return self.root / self.name

    @property
    def archive(self) -> Path:
        """The WARC files."""
        return self.path / "archive"

    @property
    def indexes(self) -> Path:
        """One sorted CDXJ a finished WARC, or the merged ``index.cdxj``."""
        return self.path / "indexes"

    @property
    def wacz(self) -> Path:
        """The package."""
        return self.path / "wacz" / f"{self.name}.wacz"

    @property
    def graph(self) -> Path:
        """``stories.jsonl``, ``edges.jsonl`` and the segments they are merged from."""
        return self.path / "graph"

    @property
    def reports(self) -> Path:
        """Reports as text and JSON."""
        return self.path / "reports"

    @property
    def logs(self) -> Path:
        """``crawl-HOST-PID.log``, one a process."""
        return self.path / "logs"

    @property
    def frontier(self) -> Path:
        """State of the embedded server, and the file ``generation``."""
        return self.path / "frontier"

    def make_folders(self) -> None:
        """Create the folders that a crawl writes to."""
        for folder in (self.archive, self.indexes, self.graph, self.reports, self.logs):
            folder.mkdir(parents=True, exist_ok=True)
        self.frontier.mkdir(parents=True, exist_ok=True)


@dataclass(frozen=True, slots=True)
class WarcName:
    """The name of a WARC file: ``NAME-YYYYMMDDhhmmssmmm-SERIAL-HOST-PID.warc.gz``."""

    name: str
    opened: datetime
    serial: int
    host: str
    pid: int

    def __str__(self) -> str:
        stamp = self.opened.strftime("%Y%m%d%H%M%S") + f"{self.opened.microsecond // 1000:03d}"
        return f"{self.name}-{stamp}-{self.serial:05d}-{self.host}-{self.pid}.warc.gz"

    @staticmethod
    def host_and_pid(filename: str) -> tuple[str, int] | None:
        """Who wrote a file, from its name; None where the name is not Clew's."""
        match = _WARC_NAME.match(filename)
        return (match["host"], int(match["pid"])) if match else None
