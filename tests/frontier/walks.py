"""Workers that walk a made-up web, as the scheduler's claimer and committer do, in one process."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence

from crawler.errors import StaleBoot
from crawler.frontier.frontier import Frontier
from crawler.frontier.item import Addition
from crawler.frontier.lease import Ack, Verdict
from crawler.scheduler.grace import Grace

Page = Callable[[str], Addition]


async def commit(
    frontier: Frontier, grace: Grace, additions: Sequence[Addition], acks: list[Ack]
) -> int:
    """Until it is done; how often the server had to be told of children again."""
    stale = 0
    while True:
        try:
            await grace.bear(lambda: frontier.commit(additions, acks))
        except StaleBoot:
            stale += 1
        else:
            return stale


class Walk:
    """Page n of `pages` lies on host n modulo `hosts`, and links to 2n + 1 and 2n + 2."""

    def __init__(self, page: Page, pages: int, hosts: int) -> None:
        self.pages = pages
        self.seen: Counter[int] = Counter()
        self.stale = 0
        self._page = page
        self._hosts = hosts

    def page(self, number: int) -> Addition:
        return self._page(f"h{number % self._hosts}/{number}")

    async def work(self, frontier: Frontier) -> None:
        """Until the whole walk is finished."""
        grace = Grace(30)
        while not await grace.bear(frontier.finished):
            try:
                leased = (await grace.bear(lambda: frontier.claim(4, 2))).leased
            except StaleBoot:
                continue
            for lease in leased:
                number = int(lease.item.uri.rpartition("/")[2])
                self.seen[number] += 1
                links = [n for n in (2 * number + 1, 2 * number + 2) if n < self.pages]
                await asyncio.sleep(0.02)
                acks = [Ack(lease.id, Verdict.DONE)]
                self.stale += await commit(frontier, grace, list(map(self.page, links)), acks)
            await asyncio.sleep(0.02)

    async def reaches(self, pages: int) -> None:
        """Wait until so many were fetched."""
        while self.seen.total() < pages:
            await asyncio.sleep(0.01)
