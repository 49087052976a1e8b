"""A sink that keeps nothing, for a crawl in which the frontier alone is measured."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.capture.dropping import DroppingSink
from crawler.model.log import LogLine
from crawler.model.original import OriginalIndex


class NoSink(DroppingSink):
    """Forgets captures; all that it was given is as good as on disk."""

    synced = 1

    async def share(self, index: OriginalIndex) -> None:
        """Nothing is shared."""

    async def sync(self) -> None:
        """Nothing is missing."""

    def log(self, line: LogLine) -> None:
        """Forget it."""

    def finish(self, seeds: Mapping[str, str], why: str) -> None:
        """Nothing to merge."""
