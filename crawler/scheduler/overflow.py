"""The overflow: long queues go to files under ``frontier/overflow``, and come back before they are due.

Each worker of a crawl runs one such task; `crawler.frontier.errand` has the states of a segment, and why
no two workers can harm each other.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable

from crawler.errors import MalformedRecord, SegmentLost, of_the_disk
from crawler.frontier import errand
from crawler.frontier.errand import Errand, Errands
from crawler.frontier.frontier import Frontier
from crawler.frontier.partition import Partition
from crawler.frontier.segment import Segment
from crawler.frontier.segment_folder import SegmentFolder
from crawler.scheduler.grace import Grace
from crawler.scheduler.leftovers import Leftovers

logger = logging.getLogger(__name__)

PAUSE = 0.25
"""Seconds between two looks; a list is refilled when half of ``QUEUE_MOST`` is left."""
_BUSY = 0.005
"""Seconds after a look that found something; twice as long after each that did not."""
_DISK_REST = 5.0
"""Seconds after which a disk that took nothing is tried again."""
_WAY_OUT = "`scrapy frontier rebuild` makes the frontier anew from the WARC files"


class Overflow:
    """Does errands as long as its task runs; `refilled` is called when there is more to claim."""

    def __init__(
        self, frontier: Frontier, folder: SegmentFolder, grace: Grace, refilled: Callable[[], None]
    ) -> None:
        self.partitions = frontier.partitions
        self.folder = folder
        self.grace = grace
        self.refilled = refilled
        self.leftovers = Leftovers(frontier.partitions, folder, grace)
        self.error: SegmentLost | None = None
        """The URLs that this worker found lost: the crawl goes on, and ends with it."""
        self._lost = 0
        self._warned: set[str] = set()
        self._disk_rests = 0.0

    async def run(self) -> None:
        """Look for errands until cancelled. Raises `FrontierError` when the grace time is over."""
        place, pause = "", PAUSE
        while True:
            place = place or await self._enter()
            busy = [await self.look(partition, place) for partition in self.partitions if place]
            await self.leftovers.delete()
            pause = _BUSY if any(busy) else min(PAUSE, 2 * pause)
            await asyncio.sleep(pause)

    async def look(self, partition: Partition, place: str) -> bool:
        """Do some errands of a partition; False where there was none that could be done."""
        entries = 0 if time.monotonic() < self._disk_rests else errand.ENTRIES_MOST
        errands = await self.grace.bear(lambda: errand.take(partition, place, entries))
        if errands.elsewhere:
            self._warn("elsewhere", _elsewhere(errands))
        brought = await self._bring(partition, errands.wanted)
        return await self._store(partition, errands, place) or brought

    async def _enter(self) -> str:
        """The id of this worker's folder; empty where the disk does not let it in."""
        try:
            place = await asyncio.to_thread(self.folder.place)
            await self.leftovers.look()
        except OSError as error:
            self._warn_of_disk(error)
            return ""
        return place

    async def _store(self, partition: Partition, errands: Errands, place: str) -> bool:
        """Write loose segments; whether some are outside now."""
        segments = await self.grace.bear(lambda: errand.entries(partition, errands.loose))
        if not segments:
            return False  # their queues took them back
        number = self.partitions.index(partition)
        try:
            where = await asyncio.to_thread(self.folder.write, number, segments)
        except OSError as error:
            self._warn_of_disk(error)
            self._disk_rests = time.monotonic() + _DISK_REST
            return False
        self._warned.discard("disk")
        pairs = list(zip(segments, where, strict=True))
        await self.grace.bear(lambda: errand.stored(partition, errands.moment, place, pairs))
        await self.leftovers.note([where[0].file])
        return True

    async def _bring(self, partition: Partition, wanted: list[Errand]) -> bool:
        """Put stored segments back; whether there is more to claim, or to bring."""
        found = await asyncio.to_thread(lambda: [self._try_to_read(one) for one in wanted])
        segments = [one for one in found if isinstance(one, Segment)]
        brought = await self.grace.bear(lambda: errand.refill(partition, *segments))
        if brought:
            self.refilled()
        for one, error in zip(wanted, found, strict=True):
            if isinstance(error, FileNotFoundError | MalformedRecord):
                brought += await self._give_up(partition, one, error)
            elif isinstance(error, OSError):
                self._warn(one.name, f"{one.count} URLs of {one.host} wait, unreadable: {error}")
        await self.leftovers.note({one.where.file for one in wanted if one.where})
        return brought > 0

    def _try_to_read(self, one: Errand) -> Segment | OSError | MalformedRecord:
        try:
            return self._read(one)
        except (OSError, MalformedRecord) as error:
            return error

    def _read(self, one: Errand) -> Segment:
        assert one.where is not None
        segment = self.folder.read(one.name, one.where)
        if (segment.host, segment.priority, len(segment.entries)) != (one.host, one.priority, one.count):
            raise MalformedRecord("it is of another queue")
        return segment

    async def _give_up(self, partition: Partition, one: Errand, why: Exception) -> bool:
        assert one.where is not None
        lost = await self.grace.bear(lambda: errand.lost(partition, one.name))
        if not lost:
            return False  # another worker had brought it back, and its file has gone since
        how = "missing"
        if isinstance(why, MalformedRecord):
            how = f"damaged ({why})"
            with contextlib.suppress(OSError):
                await asyncio.to_thread(self.folder.put_aside, one.where.file)
        self._tell_lost(one.host, lost, f"{self.folder.path / one.where.file}.seg is {how}")
        return True

    def _tell_lost(self, host: str, urls: int, why: str) -> None:
        """A line for each file; the end of the crawl has the sum."""
        self._lost += urls
        if why not in self._warned:
            self._warned.add(why)
            logger.error("%s: lost is what it held, as %d URLs of %s - %s", why, urls, host, _WAY_OUT)
        self.error = SegmentLost(f"{self._lost} URLs that waited on disk are lost", _WAY_OUT)

    def _warn_of_disk(self, error: OSError) -> None:
        self._warn("disk", f"long queues stay in Redis: {of_the_disk(self.folder.path, error).what}")

    def _warn(self, about: str, what: str) -> None:
        """Say a thing once."""
        if about not in self._warned:
            self._warned.add(about)
            logger.warning("%s", what)


def _elsewhere(errands: Errands) -> str:
    return (
        f"queues that go on in another folder than this worker's, of the machine {errands.machine}: "
        f"{errands.elsewhere} - let a worker run there, or let the machines share COLLECTIONS_DIR"
    )
