"""What every worker of a proof is told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.proofs.journal import Journal
from benchmarks.proofs.web import DELAYS_MS, Web

NAME = "proof"


@dataclass(frozen=True, slots=True)
class Plan:
    """A crawl: its web, the folder of all its files, its server, and times in seconds."""

    web: Web
    folder: Path
    url: str
    lease_time: float
    grace: float

    @property
    def delay(self) -> float:
        """Seconds: the crawl's own delay, the shortest of those that hosts ask for."""
        return min(DELAYS_MS) / 1000

    @property
    def seeds(self) -> Path:
        """The list of seeds."""
        return self.folder / "seeds.txt"

    @property
    def rules(self) -> Path:
        """What an operator says of single hosts."""
        return self.folder / "hosts.yaml"

    @property
    def settings(self) -> dict[str, Any]:
        """Settings of the crawl."""
        handler = "benchmarks.proofs.madeup.MadeUpHandler"
        return {
            "ADDONS": {"crawler.addon.ClewAddon": 0},
            "COLLECTIONS_DIR": str(self.folder),
            "FRONTIER_URL": self.url,
            "LEASE_TIME": self.lease_time,
            "REDIS_GRACE": self.grace,
            "DOWNLOAD_DELAY": self.delay,
            "CONCURRENT_REQUESTS": 8,
            "REQUISITES": False,
            "HOSTS_FILE": str(self.rules),
            "DOWNLOAD_HANDLERS": {"http": handler, "https": None},
            "CAPTURE_SINK": "benchmarks.proofs.madeup.KeepingSink",
            "ITEM_PIPELINES": {"pipelines.sink.StoryPipeline": None},
            "EXTENSIONS": {"crawler.progress.Progress": None},
            "LOG_LEVEL": "WARNING",
        }


class Process:
    """What this process is; set once, before the crawl."""

    plan: Plan
    journal: Journal
