"""One worker on a site of empty pages, as a program of its own.

``python -m benchmarks.frontier.walker SCHEDULER FOLDER PAGES URL ... [-s NAME=VALUE ...]`` fetches all
PAGES of `benchmarks.frontier.site` under Clew's scheduler or Scrapy's own, with one spider, Clew's
handler and the same settings, and writes one JSON object: what it took from the first request until
all is closed.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import AsyncIterator, Iterator
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from scrapy import Request
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

from benchmarks.frontier.site import leads_to
from crawler.frontier.priority import Kind
from crawler.spiders.walk import WalkSpider

SETTINGS: dict[str, Any] = {
    "ADDONS": {"crawler.addon.ClewAddon": 0},
    "ALLOW_PRIVATE_ADDRESSES": "127.0.0.0/8",
    "CAPTURE_SINK": "benchmarks.frontier.nothing.NoSink",
    "DOWNLOAD_DELAY": 0,
    "EXTENSIONS": {"crawler.progress.Progress": None},
    "ITEM_PIPELINES": {"pipelines.sink.StoryPipeline": None},
    "LOG_LEVEL": "ERROR",
    "REQUISITES": False,
    "ROBOTSTXT_OBEY": False,
}


class Walker(WalkSpider):
    """Follows what the number of a page leads to."""

    name = "walker"
    arguments = WalkSpider.arguments | {"urls", "pages"}

    def __init__(self, urls: str, pages: str) -> None:
        self._urls, self._pages = urls.split(), int(pages)
        super().__init__(seeds=f"{self._urls[0]}/0", collection="bench", scope="any", hops="1000")
        self._wire: list[tuple[float, float, object]] = []
        self._begun = self._cpu = 0.0

    async def start(self) -> AsyncIterator[Any]:
        """The first page."""
        self._begun, self._cpu = time.monotonic(), time.process_time()
        async for request in self._first():
            yield request

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Request]:
        """A request for each link."""
        meta = response.meta
        chain = meta["lease"].chain if "lease" in meta else None
        self._wire.append((meta["wire_start"], meta["wire_end"], chain))
        for number in leads_to(int(response.url.rpartition("/")[2]), self._pages):
            yield self.lead(response, f"{self._urls[number % len(self._urls)]}/{number}")

    def lead(self, response: Response, target: str) -> Request:
        """The request for a link, as Clew's spiders make it."""
        return self.child(response, target, Kind.LINK)

    def closed(self, reason: str) -> None:
        """Say what it took."""
        result = {"wall": time.monotonic() - self._begun, "cpu": time.process_time() - self._cpu}
        print(json.dumps({**result, "pages": len(self._wire), **in_flight(self._wire)}))

    def _first(self) -> AsyncIterator[Any]:
        return super().start()


class PlainWalker(Walker):
    """The same for Scrapy's scheduler: a request is a request."""

    def lead(self, response: Response, target: str) -> Request:
        """The request for a link, as any spider makes it."""
        return Request(target, self.parse)

    async def _first(self) -> AsyncIterator[Any]:
        yield Request(f"{self._urls[0]}/0", self.parse)


SCHEDULERS: dict[str, tuple[type[Walker], dict[str, Any]]] = {
    "clew": (Walker, {}),
    "memory": (PlainWalker, {"SCHEDULER": "scrapy.core.scheduler.Scheduler"}),
}


def in_flight(wire: list[tuple[float, float, object]]) -> dict[str, float]:
    """How many exchanges were in flight at once; how long none was, and how long between chains."""
    wire.sort(key=lambda one: one[:2])
    busy_until, gaps, between = wire[0][1], [0.0], [0.0]
    for (_, _, before), (start, end, chain) in pairwise(wire):
        if start > busy_until:
            (gaps if chain is before else between).append(start - busy_until)
        busy_until = max(busy_until, end)
    span = busy_until - wire[0][0]
    moments = sorted(
        (moment, step) for start, end, _ in wire for moment, step in ((start, 1), (end, -1))
    )
    return {
        "most": max(accumulate(step for _, step in moments)),
        "idle": (sum(gaps) + sum(between)) / span,
        "between": sum(between) / span,
    }


def main() -> None:
    """Run the spider."""
    given = _arguments().parse_args()
    spider, own = SCHEDULERS[given.scheduler]
    chosen = dict(pair.split("=", 1) for pair in given.set)
    settings = {**SETTINGS, **own, **chosen, "COLLECTIONS_DIR": str(given.folder)}
    process = AsyncCrawlerProcess(settings)
    process.crawl(spider, urls=" ".join(given.urls), pages=str(given.pages))
    process.start()


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scheduler", choices=SCHEDULERS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("pages", type=int)
    parser.add_argument("urls", nargs="+")
    parser.add_argument("-s", dest="set", action="append", default=[])
    return parser


if __name__ == "__main__":
    main()
