"""One small spider on one of several recorders, as a program of its own.

``python -m benchmarks.capture.walker RECORDER FOLDER URL [--list N] [--bare]`` follows the plain links
and pictures of a site from URL on, or fetches N pages by number. Writes one JSON object: CPU
milliseconds from the first request until everything is written, and the answers that the spider got.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import HtmlResponse, Response
from scrapy.utils.misc import load_object

from benchmarks.capture import website

CONCURRENCY = 8
_CLEW = "crawler.download.handler.RecordingHandler"
_AIOHTTP = "scrapy.core.downloader.handlers._aiohttp.AiohttpDownloadHandler"
_ARCHIVING = {"DOWNLOAD_HANDLERS": {"http": _CLEW}, "CAPTURE_SINK": "pipelines.sink.CollectionSink"}
_LEAN = {
    # What Clew's add-on turns off in its own crawls.
    "RETRY_ENABLED": False,
    "REDIRECT_ENABLED": False,
    "METAREFRESH_ENABLED": False,
    "HTTPPROXY_ENABLED": False,
    "COMPRESSION_ENABLED": False,
    "COOKIES_ENABLED": False,
}
RECORDERS: dict[str, dict[str, Any]] = {
    "twisted": {},
    "aiohttp": {"DOWNLOAD_HANDLERS": {"http": _AIOHTTP}},
    "dropping": {
        "DOWNLOAD_HANDLERS": {"http": _CLEW},
        "CAPTURE_SINK": "benchmarks.capture.dropping.DroppingSink",
    },
    "clew": _ARCHIVING,
    "lean": {**_ARCHIVING, **_LEAN},
    "webarchive": {"EXTENSIONS": {"scrapy_webarchive.extensions.WaczExporter": 543}},
}
SETTINGS: dict[str, Any] = {
    "CONCURRENT_REQUESTS": CONCURRENCY,
    "CONCURRENT_REQUESTS_PER_DOMAIN": CONCURRENCY,
    "CONCURRENT_ITEMS": 1,
    "DOWNLOAD_DELAY": 0,
    "ROBOTSTXT_OBEY": True,
    "LOG_LEVEL": "ERROR",
    "LOGSTATS_INTERVAL": 0,
    "STATS_DUMP": False,
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
}
_BARE: dict[str, Any] = {
    "DOWNLOADER_MIDDLEWARES_BASE": {},
    "SPIDER_MIDDLEWARES_BASE": {},
    "EXTENSIONS_BASE": {},
}
_LINK = re.compile(rb'<(?:a href|img src)="([^"]+)"')
"""Enough for the site of the benchmark, and next to nothing beside the fetch."""


class Walker(Spider):
    """Asks for what a page names in plain HTML, once each."""

    name = "walker"

    def __init__(self, url: str, listed: int, folder: Path) -> None:
        super().__init__()
        self.url, self.listed, self.answers = url, listed, 0
        self._folder = folder
        self._begun = 0.0
        self._seen = {b"/"}

    def furnish(self) -> None:
        """What Clew's handler and sink look for at a spider."""
        # Imported here, so that the other recorders do not pay for it.
        from crawler.config import Config
        from crawler.model.collection import Collection

        given = {"COLLECTIONS_DIR": self._folder, "ALLOW_PRIVATE_ADDRESSES": "127.0.0.0/8"}
        for name, value in given.items():
            self.settings.set(name, value, priority="spider")
        self.config = Config.from_settings(self.settings)
        self.collection = Collection(self._folder, "bench")

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> Walker:
        """Scrapy's way to make a spider."""
        made = super().from_crawler(crawler, *args, **kwargs)
        if "CAPTURE_SINK" in crawler.settings:
            made.furnish()
        return made

    async def start(self) -> AsyncIterator[Request]:
        """The start page, or all pages of the list."""
        self._begun = time.process_time()
        for number in range(self.listed):
            yield Request(self.url + website.path(number), self.count, dont_filter=True)
        if not self.listed:
            yield Request(self.url, self.parse)

    def count(self, response: Response) -> None:
        """One more answer."""
        self.answers += 1

    def parse(self, response: Response) -> Iterator[Request]:
        """Follow everything."""
        self.answers += 1
        if isinstance(response, HtmlResponse):
            found = set(_LINK.findall(response.body)) - self._seen
            self._seen |= found
            for target in found:
                yield Request(response.urljoin(target.decode()), self.parse, dont_filter=True)

    def closed(self, reason: str) -> None:
        """Finish the files; that is part of the work."""
        sink = self.settings.get("CAPTURE_SINK")
        if sink:
            load_object(sink).from_crawler(self.crawler).close()
        spent = 1000 * (time.process_time() - self._begun)
        print(json.dumps({"cpu_ms": spent, "answers": self.answers}))


def main() -> None:
    """Run the spider."""
    given = _arguments().parse_args()
    settings = {**SETTINGS, **RECORDERS[given.recorder], **(_BARE if given.bare else {})}
    settings["SW_EXPORT_URI"] = f"{given.folder}/"
    process = AsyncCrawlerProcess(settings)
    process.crawl(Walker, url=given.url, listed=given.list, folder=given.folder)
    process.start()


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recorder", choices=RECORDERS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("url")
    parser.add_argument("--list", type=int, default=0)
    parser.add_argument("--bare", action="store_true")
    return parser


if __name__ == "__main__":
    main()
