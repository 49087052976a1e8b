"""A worker: Clew's own crawl, with Scrapy's engine, whose only made-up parts are the web and the disk.

Everything between is what a user runs: spider, engine, scheduler, claimer, committer, pacer, frontier,
scripts. The download handler answers from `Web` after some milliseconds; the sink keeps page numbers.
"""

from __future__ import annotations

import asyncio
import math
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from msgspec import structs
from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.http import HtmlResponse, Response
from scrapy.settings import Settings

from benchmarks.proofs.journal import Journal
from benchmarks.proofs.web import DELAYS_MS, Web, page_of
from crawler.frontier.frontier import Frontier
from crawler.frontier.item import Addition
from crawler.frontier.lease import Ack, Claim, Verdict
from crawler.frontier.priority import Kind
from crawler.model.capture import CaptureRef
from crawler.model.log import LogLine
from crawler.model.original import OriginalIndex
from crawler.scheduler import reasons, scheduler
from crawler.spiders.walk import WalkSpider

NAME = "proof"
_ANSWER, _LONG_ANSWER, _LONG = (0.001, 0.008), (0.05, 0.1), 0.1
"""Seconds that an answer takes, and the share of long ones. Most are short: a host rests five times as
long as its answer took, which would hide a delay that is not kept. The long ones are in hand at a
fault."""
_SYNC = 0.005


@dataclass(frozen=True, slots=True)
class Plan:
    """What every worker of a proof is told."""

    web: Web
    folder: Path
    url: str
    lease_time: float
    grace: float

    @property
    def delay(self) -> float:
        """Seconds: the crawl's own delay, which the quickest hosts have."""
        return min(DELAYS_MS) / 1000

    @property
    def settings(self) -> dict[str, Any]:
        """Settings of the crawl."""
        handler = f"{__name__}.{MadeUpHandler.__name__}"
        return {
            "ADDONS": {"crawler.addon.ClewAddon": 0},
            "COLLECTIONS_DIR": str(self.folder),
            "FRONTIER_URL": self.url,
            "LEASE_TIME": self.lease_time,
            "REDIS_GRACE": self.grace,
            "DOWNLOAD_DELAY": self.delay,
            "CONCURRENT_REQUESTS": 8,
            "ROBOTSTXT_OBEY": True,
            "REQUISITES": False,
            "DOWNLOAD_HANDLERS": {"http": handler, "https": None},
            "CAPTURE_SINK": f"{__name__}.{KeepingSink.__name__}",
            "ITEM_PIPELINES": {"pipelines.sink.StoryPipeline": None},
            "EXTENSIONS": {"crawler.progress.Progress": None},
            "LOG_LEVEL": "WARNING",
        }


class Process:
    """What this process is; set once, before the crawl."""

    plan: Plan
    journal: Journal


class MadeUpHandler(BaseDownloadHandler):
    """Scrapy's handler for http: answers every page after a moment."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.sink = KeepingSink.from_crawler(crawler)

    async def download_request(self, request: Request) -> Response:
        """Wait, and answer with an empty page, or with a host's robots.txt."""
        page, host = page_of(request.url), urlsplit(request.url).netloc
        deadline = getattr(request.meta["lease"], "deadline", math.inf)
        request.meta["wire_start"] = Process.journal.start(host, page, deadline)
        await asyncio.sleep(random.uniform(*(_LONG_ANSWER if random.random() < _LONG else _ANSWER)))
        request.meta["wire_end"] = asyncio.get_running_loop().time()
        request.meta["capture"] = self.sink.keep(page)
        body = Process.plan.web.robots(host) if page < 0 else "<p>"
        return HtmlResponse(request.url, body=body, encoding="ascii", request=request)

    async def close(self) -> None:
        """Nothing is open."""


class KeepingSink:
    """A sink that keeps the numbers of pages."""

    _only: KeepingSink | None = None

    def __init__(self) -> None:
        self.synced = 0
        self._taken = 0
        self._unsafe: list[int] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> KeepingSink:
        """The sink of this process."""
        cls._only = cls._only or cls()
        return cls._only

    def keep(self, page: int) -> CaptureRef:
        """A page that is safe after the next `sync`."""
        self._taken += 1
        self._unsafe.append(page)
        return CaptureRef(self._taken)

    async def sync(self) -> None:
        """Takes as long as a disk does."""
        taken, unsafe, self._unsafe = self._taken, self._unsafe, []
        await asyncio.sleep(_SYNC)
        Process.journal.kept(unsafe)
        self.synced = taken

    async def share(self, index: OriginalIndex) -> None:
        """No originals are kept."""

    def log(self, line: LogLine) -> None:
        """No log is kept."""

    def close(self) -> None:
        """What is not safe stays so."""

    def finish(self, seeds: Mapping[str, str], why: str) -> None:
        """Nothing is to be merged."""


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

    def seed_request(self, seed: str) -> Request:
        """As the walk's, with the delay of a rule."""
        return _with_rule(super().seed_request(seed))

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Request]:
        """A child for each link."""
        web = Process.plan.web
        for page in web.links(page_of(response.url)):
            yield _with_rule(self.child(response, web.uri(page), Kind.LINK))

    def closed(self, reason: str) -> None:
        """Scrapy's call at the end."""
        Process.journal.end(reason)


def _with_rule(request: Request) -> Request:
    addition: Addition = request.meta["addition"]
    rule = Process.plan.web.rule_ms(addition.queue)
    request.meta["addition"] = structs.replace(addition, terms=(rule, -1))
    return request


def work(plan: Plan, number: int) -> None:
    """The whole life of a worker process; ends with the exit code of `scrapy crawl`."""
    Process.plan, Process.journal = plan, Journal(plan.folder, number)
    scheduler.Frontier = WatchedFrontier  # type: ignore[attr-defined]
    settings = Settings(plan.settings | {"LOG_FILE": str(plan.folder / f"worker-{number}.log")})
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(ProofSpider)
    seeds = plan.folder / "seeds.txt"
    process.crawl(crawler, seeds=str(seeds), collection=NAME, hops="1000000", scope="any")
    process.start()
    sys.exit(int(reasons.exit_code(crawler.stats.get_value("finish_reason"))))
