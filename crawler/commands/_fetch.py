"""One page over the network, for a command that only reads it: a crawl of one request, nothing kept.

It goes through Clew's own download handler, so the address guard, `OPERATOR` and the limits of size and
time hold as in any crawl; robots.txt is asked for by Scrapy's middleware.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler import config
from crawler.download import supplied
from crawler.errors import CheckFailed, ClewError, RefusedAddress
from crawler.model.capture import Capture, CaptureRef
from crawler.model.uri import normalise

_HANDLER = "crawler.download.handler.RecordingHandler"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it came: its address after redirects, its payload decoded, its Content-Type field."""

    uri: str
    body: bytes
    content_type: str


class NotFetched(CheckFailed):
    """The page could not be had: refused, not found, or no answer."""


class NoSink:
    """A capture sink that keeps nothing: the page is read, not archived."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As `CAPTURE_SINK` asks for."""
        return cls()

    async def visit(self, uri: str) -> None:
        """Nothing was kept before."""

    async def capture_once(self, capture: Capture) -> CaptureRef:
        """Forget the capture."""
        return CaptureRef(0, "")

    def capture(self, capture: Capture) -> CaptureRef:
        """Forget the capture."""
        return CaptureRef(0, "")


class PageSpider(Spider):
    """Fetches one page into `outcome`."""

    name = "page"
    config: config.Config

    def __init__(self, uri: str, outcome: list[Fetched | ClewError]) -> None:
        super().__init__()
        self.uri = uri
        self.outcome = outcome

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Read the settings, which the download handler takes from the spider."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.config = config.Config.from_settings(crawler.settings)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """The one request."""
        yield Request(self.uri, callback=self.parse, errback=self.failed, meta={"verbatim_url": True})

    def parse(self, response: Response, **kwargs: Any) -> None:
        """The page is there."""
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        self.outcome.append(Fetched(response.url, response.body, kind))

    def failed(self, failure: Failure) -> None:
        """The page is not there."""
        self.outcome.append(_reason(self.uri, failure.value))


def fetch(uri: str, settings: Settings) -> Fetched:
    """Fetch `uri`. Raises `InvalidUri`, `NotFetched`, or `SettingError` without an `OPERATOR`."""
    uri = normalise(uri)
    outcome: list[Fetched | ClewError] = []
    own = settings.copy()
    read = config.Config.from_settings(settings)
    supplied.check(read)
    for remark in supplied.remarks(read):
        print(f"clew: {remark}", file=sys.stderr)
    for name, value in _wiring(read).items():
        own.set(name, value, priority="cmdline")
    process = AsyncCrawlerProcess(own)
    process.crawl(PageSpider, uri=uri, outcome=outcome)
    process.start()
    found = outcome[0] if outcome else NotFetched(f"{uri} was not fetched", "try again with -L DEBUG")
    if isinstance(found, ClewError):
        raise found
    return found


def _wiring(read: config.Config) -> Mapping[str, Any]:
    return {
        "ADDONS": {},
        "CAPTURE_SINK": f"{__name__}.{NoSink.__name__}",
        "DOWNLOAD_HANDLERS": {
            "http": _HANDLER,
            "https": _HANDLER,
            "data": None,
            "file": None,
            "ftp": None,
        },
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
            "crawler.download.cookies.CookieMiddleware": 700,
            "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
        },
        "USER_AGENT": config.user_agent(read),
        "ROBOTSTXT_OBEY": read.robotstxt_obey,
        "RETRY_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "LOG_LEVEL": "CRITICAL",
    }


def _reason(uri: str, error: BaseException | None) -> ClewError:
    if isinstance(error, RefusedAddress):
        return NotFetched(error.what, error.way_out)
    if isinstance(error, ClewError):
        return error
    if isinstance(error, HttpError):
        return NotFetched(f"{uri} answered {error.response.status}", "check the address")
    if isinstance(error, IgnoreRequest):
        return NotFetched(f"{uri} is not to be fetched: {error}", "its robots.txt may forbid it")
    return NotFetched(f"{uri} was not fetched: {error}", "check the address and the network")
