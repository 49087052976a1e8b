"""The claimer: claims ahead of the downloader, keeps leases alive, and sees the end of the crawl."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable

from crawler.config import Config
from crawler.errors import StaleBoot
from crawler.frontier.counts import Counts
from crawler.frontier.frontier import Frontier
from crawler.frontier.lease import Claim
from crawler.scheduler.bench import Workbench
from crawler.scheduler.chain import Chain
from crawler.scheduler.grace import Grace

logger = logging.getLogger(__name__)

_NAP = 0.1
"""Seconds between two claims that brought nothing; an ack or an addition ends the nap."""
_REPORT = 1.0
_BATCH_SECONDS = 1.0
_BATCH_MOST = 64
RUNNING, HELD = "running", "held"
ENDS = frozenset({"stopped", "full"})
"""States of the frontier in which a worker ends."""
_SAID = {
    HELD: "the frontier's server was restarted and may have lost its last second: nothing is claimed "
    "for {wait:.0f} s, so that no host is asked too soon",
    "paused": "the crawl is paused: `scrapy frontier resume` lets it go on",
    RUNNING: "the crawl goes on",
}


def batch_size(delay: float) -> int:
    """URLs of one host that a worker claims at once: about a second of work.

    More would let the URLs of a killed worker wait for nothing; fewer would cost a round trip each
    (one host, 8 slots, delay 0: batches of 64 were 1.4 times as fast as batches of 8).
    """
    if delay <= 0:
        return _BATCH_MOST
    return max(1, min(_BATCH_MOST, round(_BATCH_SECONDS / delay)))


class Claimer:
    """Fills the workbench as long as its task runs."""

    def __init__(
        self,
        bench: Workbench,
        frontier: Frontier,
        grace: Grace,
        config: Config,
        end: Callable[[str], None],
    ) -> None:
        """`end` is told a state of `ENDS` when the crawl has come to it."""
        self.bench = bench
        self.frontier = frontier
        self.grace = grace
        self.config = config
        self._room = 2 * config.concurrent_requests
        self._batch = batch_size(config.download_delay)
        self._extended = self._reported = time.monotonic()
        self.state = RUNNING
        self._end = end

    async def run(
        self,
        opened: Callable[[Chain], None],
        quiet: Callable[[], bool],
        finished: Callable[[], None],
        report: Callable[[Counts], None],
    ) -> None:
        """Claim until the workbench drains.

        `opened` gets each new chain; `quiet` says whether this worker has nothing left to tell;
        `finished` is called when the whole crawl has ended; `report` gets the counters every second.
        """
        while not self.bench.draining:
            self.bench.to_claim.clear()
            await self._keep()
            await self._report(report)
            nap = await self._claim(opened)
            if nap and quiet() and await self.grace.bear(self.frontier.finished) and quiet():
                finished()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.bench.to_claim.wait(), nap or 0.001)

    async def _claim(self, opened: Callable[[Chain], None]) -> float:
        """Claim once; the seconds to sleep, 0 when there may be more."""
        want = max(0, self._room - len(self.bench.held))
        over = list(self.bench.over)
        if not (want or over):
            return _NAP
        try:
            claim = await self.grace.bear(lambda: self.frontier.claim(want, self._batch, over))
        except StaleBoot:
            self.bench.add_seeds_again()
            return _NAP
        del self.bench.over[: len(over)]
        self._heed(claim)
        for chain in self.bench.take(claim.leased):
            if self.bench.draining:
                self.bench.give_back(chain)
            else:
                opened(chain)
        if claim.leased:
            return 0.0
        return _NAP if claim.wait is None else max(0.001, min(_NAP, claim.wait))

    def _heed(self, claim: Claim) -> None:
        """Say once what keeps the frontier from giving anything; end where that is for good."""
        if claim.state != self.state:
            self.state = claim.state
            if claim.state in _SAID:
                logger.warning("%s", _SAID[claim.state].format(wait=claim.wait or 0.0))
            if claim.state == HELD:
                self.bench.add_seeds_again()  # another call of this worker may have met the restart
            if claim.state in ENDS:
                self._end(claim.state)

    async def _keep(self) -> None:
        """Extend all leases at a quarter of their time."""
        now = time.monotonic()
        if now - self._extended < self.config.lease_time / 4 or not self.bench.held:
            return
        self._extended = now
        tasks = list(self.bench.held.values())
        with contextlib.suppress(StaleBoot):
            deadlines = await self.grace.bear(
                lambda: self.frontier.extend([task.leased for task in tasks])
            )
            for task, deadline in zip(tasks, deadlines, strict=True):
                if deadline is not None:
                    task.deadline = deadline

    async def _report(self, report: Callable[[Counts], None]) -> None:
        now = time.monotonic()
        if now - self._reported >= _REPORT:
            self._reported = now
            report(await self.grace.bear(self.frontier.counts))
