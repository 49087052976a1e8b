"""Files of segments that are in the frontier's registry no more, and when they may go.

A file is deleted a minute after the registry was seen without it, if it still is and the server was not
restarted meanwhile. A power cut takes back what was not yet on disk, the last second or so of the
append-only file: the registry then knows the segment again, and its file is still here.
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
        await self.note(await asyncio.to_thread(self.folder.names))

    async def note(self, names: Iterable[str]) -> None:
        """Note which of these segments the registry does not know."""
        now = time.monotonic()
        for partition, mine in self._by_partition(names):
            self._seen.update(dict.fromkeys(*await self._unknown(partition, mine, now)))

    async def delete(self) -> None:
        """Delete what is due."""
        now = time.monotonic()
        due = {name: boot for name, (boot, since) in self._seen.items() if now - since >= KEPT}
        for name in due:
            del self._seen[name]
        await self.note(due)
        for name, boot in due.items():
            if name in self._seen and self._seen[name][0] == boot:
                del self._seen[name]
                with contextlib.suppress(OSError):  # it is in nobody's way
                    await asyncio.to_thread(self.folder.delete, name)

    async def _unknown(
        self, partition: Partition, names: list[str], now: float
    ) -> tuple[list[str], tuple[str, float]]:
        boot, unknown = await self.grace.bear(lambda: errand.unknown(partition, names))
        return unknown, (boot, now)

    def _by_partition(self, names: Iterable[str]) -> Iterator[tuple[Partition, list[str]]]:
        of: dict[str, list[str]] = {}
        for name in names:
            of.setdefault(name.partition("-")[0], []).append(name)
        for number, partition in enumerate(self.partitions):
            mine = of.get(str(number), [])
            for start in range(0, len(mine), _AT_ONCE):
                yield partition, mine[start : start + _AT_ONCE]
