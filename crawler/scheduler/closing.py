"""The end of a worker: acks that are safe, files closed, and, for the last one, the crawl merged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from crawler.errors import ClewError, DiskFull
from crawler.frontier.counts import Counts
from crawler.frontier.frontier import Frontier
from crawler.frontier.worker import may_run
from crawler.model.capture import CaptureSink
from crawler.scheduler.bench import Workbench
from crawler.scheduler.committer import Committer

logger = logging.getLogger(__name__)

PATIENCE = 10.0
"""Seconds that the last commit may take before the leases are left to run out."""


class Closing:
    """Ends a worker once, in one of two ways: `close` while the loop runs, `release` after it."""

    def __init__(
        self, bench: Workbench, frontier: Frontier, committer: Committer, sink: CaptureSink
    ) -> None:
        self.bench = bench
        self.frontier = frontier
        self.committer = committer
        self.sink = sink
        self.counts: Counts | None = None
        """The crawl's counters at the end, where the frontier could be asked."""
        self._closed = False

    async def close(self, reason: str, bad_seeds: Mapping[str, str]) -> Mapping[str, str]:
        """Tell, close, leave; the last worker merges. Returns the state of each seed of the crawl."""
        safe = await self._tell()
        self.sink.close()
        self._closed = True
        seeds: Mapping[str, str] = dict(bad_seeds)
        try:
            seeds = {**bad_seeds, **await self.frontier.seeds()}
            self.counts = await self.frontier.counts()
            others = [one for one in await self.frontier.leave() if may_run(one)]
            if not others and reason != "disk_full":
                self.sink.finish(seeds, reason)
        except DiskFull as error:
            logger.error("%s", error)
        except ClewError as error:
            logger.warning("left without a word to the frontier: %s", error)
        await self.frontier.close(clean=safe)
        return seeds

    def release(self) -> int:
        """Synchronously, after a second signal: everything in hand goes back."""
        if self._closed:
            return 0
        self._closed = True
        self.sink.close()
        sent = self.committer.sending
        rest = self.bench.withdraw()
        additions = [*(sent.additions if sent else []), *rest.additions]
        acks = [*(sent.safe_acks(self.sink.synced) if sent else []), *rest.safe_acks(self.sink.synced)]
        return self.frontier.release(self.committer.dresser.dress_now(additions), acks)

    async def _tell(self) -> bool:
        """The last commit; on a full disk only what is safe is acknowledged, the rest goes back."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self.committer.flush()
                await self.committer.flush()
        except DiskFull:
            return await self._tell_safe()
        except (ClewError, TimeoutError) as error:
            logger.warning("the last acks were not sent, their leases will run out: %s", error)
            return False
        return not self.bench.held

    async def _tell_safe(self) -> bool:
        parts = [part for part in (self.committer.sending, self.bench.swap()) if part]
        self.committer.sending = None
        try:
            for part in parts:
                additions = self.committer.dresser.dress_now(part.additions)
                await self.frontier.commit(additions, part.safe_acks(self.sink.synced))
        except ClewError as error:
            logger.warning("the last acks were not sent, their leases will run out: %s", error)
            return False
        return not self.bench.held
