"""Filling a frontier with additions, and emptying some of its queues, as one worker does."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator

from benchmarks.overflow.made import Web, place_of
from crawler.config import Config
from crawler.frontier.frontier import Frontier
from crawler.frontier.item import Addition
from crawler.frontier.lease import Ack, Verdict
from crawler.frontier.segment_folder import SegmentFolder
from crawler.model.collection import Collection
from crawler.scheduler.background import end
from crawler.scheduler.grace import Grace
from crawler.scheduler.overflow import Overflow

_COMMIT = 500
"""Additions of one commit, about what 64 pages bring that end together."""
_CLAIM = 500
_FAR = 100_000.0
"""Seconds for which the hosts rest that are not emptied."""
_HOLDS_AT_ONCE = 30


@contextlib.asynccontextmanager
async def worker(collection: Collection, most: int, room: int) -> AsyncIterator[Frontier]:
    """A worker of the collection, on its embedded server, with its overflow task running."""
    config = Config(download_delay=0.0, queue_most=most, queue_room=room, redis_grace=300.0)
    frontier = await Frontier.open(config, collection, "bench:1")
    overflow = Overflow(frontier, SegmentFolder(collection.frontier), Grace(300.0), lambda: None)
    task = asyncio.create_task(overflow.run())
    try:
        yield frontier
    finally:
        await end([task])
        await frontier.close(clean=False)


async def fill(frontier: Frontier, additions: Iterator[list[Addition]], urls: int) -> float:
    """Add that many URLs; the seconds that took without making them up."""
    spent, left = 0.0, urls
    while left > 0:
        batch: list[Addition] = []
        while len(batch) < min(_COMMIT, left):
            batch += next(additions)
        start = time.monotonic()
        await frontier.commit(batch, [])
        spent += time.monotonic() - start
        left -= len(batch)
    return spent


async def stored(frontier: Frontier) -> None:
    """Wait until no segment is loose."""
    (partition,) = frontier.partitions
    while await partition.store.command("ZCARD", partition.store.keys("errands:")):  # noqa: ASYNC110
        await asyncio.sleep(0.02)


async def hold(frontier: Frontier, others: list[str]) -> None:
    """Let these hosts rest."""
    for start in range(0, len(others), _HOLDS_AT_ONCE):
        some = others[start : start + _HOLDS_AT_ONCE]
        await asyncio.gather(*(frontier.hold(name, _FAR) for name in some))


async def empty(frontier: Frontier, web: Web, hosts: list[str], most: int) -> tuple[int, float, int]:
    """Take out up to `most` URLs of these hosts: how many, seconds, how many out of their order."""
    want = min(most, sum(map(web.added, hosts)))
    taken, disorder, start = 0, 0, time.monotonic()
    next_of: dict[tuple[str, int], int] = defaultdict(int)
    while taken < want:
        leased = (await frontier.claim(_CLAIM, _CLAIM)).leased
        for lease in leased:
            priority, number = place_of(lease.item.uri)
            disorder += number != next_of[lease.host, priority]
            next_of[lease.host, priority] = number + 1
        await frontier.commit([], [Ack(lease.id, Verdict.DONE) for lease in leased])
        taken += len(leased)
        if not leased:
            await asyncio.sleep(0.01)
    return taken, time.monotonic() - start, disorder
