"""One line that tells how a crawl goes: in place on a terminal, now and then in a log."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import time
from collections.abc import Iterator
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.text import Text
from scrapy import signals
from scrapy.crawler import Crawler

from crawler.scheduler.claimer import RUNNING

logger = logging.getLogger(__name__)

ON_A_TERMINAL = 0.5
IN_A_LOG = 10.0


class Progress:
    """A Scrapy extension. It reads the crawl's counters, which the scheduler keeps in the stats."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._began = time.monotonic()
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make components."""
        progress = cls(crawler)
        crawler.signals.connect(progress.open, signals.spider_opened)
        crawler.signals.connect(progress.close, signals.spider_closed)
        return progress

    def open(self) -> None:
        """Begin to tell."""
        self._began = time.monotonic()
        shown = self._show if sys.stderr.isatty() else self._log
        self._task = asyncio.get_running_loop().create_task(shown())

    async def close(self) -> None:
        """Tell the last state and end."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        logger.info("%s", self.line())

    def line(self) -> str:
        """The state of the whole crawl, over all workers."""
        stats = self.crawler.stats
        done, dead, queued, flying, hosts = (
            int(stats.get_value(f"clew/{name}", 0))
            for name in ("done", "dead", "queued", "in_flight", "hosts")
        )
        seconds = max(time.monotonic() - self._began, 0.001)
        given_up = f", {dead} given up" if dead else ""
        state = stats.get_value("clew/state", RUNNING)
        held_up = "" if state == RUNNING else f"{state}: "
        return (
            f"{held_up}{done} URLs done{given_up}, {queued} waiting on {hosts} hosts, {flying} in flight"
            f"; {stats.get_value('clew/captures', 0)} exchanges here, {_clock(seconds)}"
        )

    async def _show(self) -> None:
        # rich's redirection comes too late for the log's handler, which holds the stream itself.
        live = Live(
            console=Console(stderr=True),
            transient=True,
            auto_refresh=False,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        with _log_lines_alone(), live:
            while True:
                live.update(Text(self.line(), no_wrap=True, overflow="ellipsis"), refresh=True)
                await asyncio.sleep(ON_A_TERMINAL)

    async def _log(self) -> None:
        while True:
            await asyncio.sleep(IN_A_LOG)
            logger.info("%s", self.line())


@contextlib.contextmanager
def _log_lines_alone() -> Iterator[None]:
    """Wipe the progress line before a log line comes; the next refresh draws it again."""
    terminal = sys.stderr

    def wipe(record: logging.LogRecord) -> bool:
        terminal.write("\r\x1b[2K")
        return True

    handlers = [h for h in logging.getLogger().handlers if getattr(h, "stream", None) is terminal]
    for handler in handlers:
        handler.addFilter(wipe)
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(wipe)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}"
