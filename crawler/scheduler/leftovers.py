"""Files of which the frontier's registry knows no segment any more, and when they may go.

A file is deleted a minute after the registry was seen without it, if it still is and the server was not
restarted meanwhile. A power cut takes back what was not yet on disk, the last second or so of the
append-only file: the registry then knows a segment again, and its file is still here. What is written
right now is in the registry within half a minute, or never (``stored.lua``).
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterable, Iterator, Sequence

from crawler.frontier import errand
from crawler.frontier.partition import Partition
from crawler.frontier.segment_folder import SegmentFolder
from crawler.scheduler.grace import Grace

KEPT = 60.0
"""Seconds that a file outlives its segment."""
_AT_ONCE = 500


class Leftovers:
    """What this worker has seen lying about in its folder."""

    def __init__(self, partitions: Sequence[Partition], folder: SegmentFolder, grace: Grace) -> None:
        self.partitions = partitions
        self.folder = folder
        self.grace = grace
        self._seen: dict[str, tuple[str, float]] = {}
        """File that is nobody's -> boot id and monotonic moment when that was seen."""

    async def look(self) -> None:
        """Note what former workers left in the folder."""
        await self.note(await asyncio.to_thread(self.folder.files))

    async def note(self, files: Iterable[str]) -> None:
        """Note which of these files the registry does not know."""
        now = time.monotonic()
        for partition, mine in self._by_partition(files):
            self._seen.update(dict.fromkeys(*await self._unknown(partition, mine, now)))

    async def delete(self) -> None:
        """Delete what is due."""
        now = time.monotonic()
        due = {file: boot for file, (boot, since) in self._seen.items() if now - since >= KEPT}
        for file in due:
            del self._seen[file]
        await self.note(due)
        for file, boot in due.items():
            if file in self._seen and self._seen[file][0] == boot:
                del self._seen[file]
                with contextlib.suppress(OSError):  # it is in nobody's way
                    await asyncio.to_thread(self.folder.delete, file)

    async def _unknown(
        self, partition: Partition, files: list[str], now: float
    ) -> tuple[list[str], tuple[str, float]]:
        boot, unknown = await self.grace.bear(lambda: errand.unknown(partition, files))
        return unknown, (boot, now)

    def _by_partition(self, files: Iterable[str]) -> Iterator[tuple[Partition, list[str]]]:
        of: dict[str, list[str]] = {}
        for file in files:
            of.setdefault(file.partition("-")[0], []).append(file)
        for number, partition in enumerate(self.partitions):
            mine = of.get(str(number), [])
            for start in range(0, len(mine), _AT_ONCE):
                yield partition, mine[start : start + _AT_ONCE]
