"""A worker: Clew's own crawl, with Scrapy's engine, on a made-up web and a made-up disk.

All else is what a user runs: spider, engine, scheduler, robots gate, claimer, committer, frontier,
scripts. What the frontier confirms is written down by a frontier that is watched.
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import AsyncIterator, Sequence
from typing import Any

from scrapy import Request
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.settings import Settings

from benchmarks.proofs import madeup  # noqa: F401  (loaded before workers are forked)
from benchmarks.proofs.journal import Journal
from benchmarks.proofs.plan import NAME, Plan, Process
from benchmarks.proofs.web import page_of
from crawler.frontier.frontier import Frontier
from crawler.frontier.item import Addition
from crawler.frontier.lease import Ack, Claim, Verdict
from crawler.frontier.priority import Kind
from crawler.scheduler import reasons, scheduler
from crawler.spiders.walk import WalkSpider

_PAUSE, _PAUSE_SHARE = 0.25, 0.2
"""Seconds between two links of a page that is slow to read, and the share of such pages. Their children
are added well before their own ack."""


class WatchedFrontier(Frontier):
    """The frontier, which tells the journal what it has confirmed."""

    _pages: dict[bytes, int]

    async def claim(self, *args: Any, **kwargs: Any) -> Claim:
        """As the frontier's, remembering which lease is for which page."""
        claim = await super().claim(*args, **kwargs)
        self._pages = getattr(self, "_pages", {})
        self._pages |= {lease.id: page_of(lease.item.uri) for lease in claim.leased}
        return claim

    async def commit(self, additions: Sequence[Addition], acks: Sequence[Ack]) -> None:
        """As the frontier's, writing down what is done."""
        await super().commit(additions, acks)
        done = [ack.lease_id for ack in acks if ack.verdict is Verdict.DONE]
        Process.journal.acked([self._pages[lease] for lease in done])


class ProofSpider(WalkSpider):
    """Follows every link of the made-up web."""

    name = NAME

    async def parse(self, response: Response, **kwargs: Any) -> AsyncIterator[Request]:
        """A child for each link."""
        web = Process.plan.web
        pause = _PAUSE if random.random() < _PAUSE_SHARE else 0.0
        for page in web.links(page_of(response.url)):
            yield self.child(response, web.uri(page), Kind.LINK)
            await asyncio.sleep(pause)

    def closed(self, reason: str) -> None:
        """Scrapy's call at the end."""
        Process.journal.end(reason)


def work(plan: Plan, number: int) -> None:
    """The whole life of a worker process; ends with the exit code of `scrapy crawl`."""
    Process.plan, Process.journal = plan, Journal(plan.folder, number)
    scheduler.Frontier = WatchedFrontier  # type: ignore[attr-defined]
    settings = Settings(plan.settings | {"LOG_FILE": str(plan.folder / f"worker-{number}.log")})
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(ProofSpider)
    process.crawl(crawler, seeds=str(plan.seeds), collection=NAME, hops="1000000", scope="any")
    process.start()
    sys.exit(int(reasons.exit_code(crawler.stats.get_value("finish_reason"))))
