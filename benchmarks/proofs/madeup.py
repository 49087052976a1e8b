"""The two parts of a proof's worker that are not Clew's own: the web and the disk."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response

from benchmarks.proofs.plan import Process
from benchmarks.proofs.web import page_of
from crawler.model.capture import CaptureRef
from crawler.model.log import LogLine
from crawler.model.original import OriginalIndex

_SHORT, _LONG, _LONG_SHARE = (0.001, 0.008), (0.05, 0.1), 0.1
"""Seconds that an answer takes, and the share of long ones. Most are short: a host rests five times as
long as its answer took, which would hide a delay that is not kept. The long ones are in hand at a
fault."""
_LEASES = 1.4
"""What a slow answer takes: so many times a lease."""
_SYNC = 0.02


class MadeUpHandler(BaseDownloadHandler):
    """Scrapy's handler for http: answers every page after a moment."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.sink = KeepingSink.from_crawler(crawler)

    async def download_request(self, request: Request) -> Response:
        """Wait, and answer with an empty page, or with a host's robots.txt."""
        page, host, journal = page_of(request.url), urlsplit(request.url).netloc, Process.journal
        task = request.meta["lease"]  # the scheduler looked at its lease when it let it start
        deadline = getattr(task, "deadline", math.inf)
        request.meta["wire_start"] = journal.start(host, page, deadline, task.started)
        await asyncio.sleep(_seconds(page))
        request.meta["wire_end"] = time.monotonic()
        journal.answered(page)
        request.meta["capture"] = self.sink.keep(page)
        body = Process.plan.web.robots(host) if page < 0 else "<p>"
        return HtmlResponse(request.url, body=body, encoding="ascii", request=request)

    async def close(self) -> None:
        """Nothing is open."""


def _seconds(page: int) -> float:
    if page >= 0 and Process.plan.web.is_slow(page):
        return _LEASES * Process.plan.lease_time
    return random.uniform(*(_LONG if random.random() < _LONG_SHARE else _SHORT))


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
        """Takes as long as a disk may."""
        taken, unsafe, self._unsafe = self._taken, self._unsafe, []
        await asyncio.sleep(random.uniform(0, _SYNC))
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
