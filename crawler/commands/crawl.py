"""`scrapy crawl`: one worker, or the supervisor of ``WORKERS=N``; sets the exit code."""

from __future__ import annotations

import argparse
import gc
import logging
import signal
import sys

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import Crawler
from scrapy.settings import Settings

from crawler.commands import _supervisor
from crawler.commands._common import ClewCommand, words
from crawler.config import Config
from crawler.errors import ExitCode, UsageError
from crawler.scheduler import reasons
from crawler.scheduler.scheduler import Scheduler
from crawler.spiders.arguments import example
from crawler.spiders.walk import WalkSpider

_CHATTY = ("scrapy.utils.log", "scrapy.addons", "scrapy.middleware", "scrapy.crawler", "asyncio")
"""Loggers that list versions and components at every start; ``-L DEBUG`` shows them."""


class Command(ClewCommand, ScrapyCrawl):
    """Scrapy's crawl command with workers, exit codes and one clear line for each failure."""

    requires_crawler_process = True

    def short_desc(self) -> str:
        """For the list of commands."""
        return "Archive a story: follow its related-story links, live, in a web archive or in files"

    def long_desc(self) -> str:
        """For ``--help``."""
        return (
            "Spiders: story (the live web), memento (a web archive), warc (files). Arguments (-a): "
            "seeds=URL|FILE|-, "
            "collection=NAME, hops=N (3), follow=related|all, scope=site|host|any|FILE, again=true; "
            "memento also archive=URL,..., at=YYYY[MM[DD[hhmmss]]], window=30d, target=anchor|parent, "
            "fallback=live, versions=all|day|month|change; story also archive, at, window, for what the "
            "live web has not; "
            "warc also source=FILES, at, window, target. " + example("story")
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Decide, before Scrapy makes a crawler process, whether this process is the supervisor."""
        super().process_options(args, opts)
        assert self.settings is not None
        if self.settings.get("LOG_LEVEL") != "DEBUG":
            for name in _CHATTY:
                # A level would not last: Scrapy's logging configuration resets those of its loggers.
                logging.getLogger(name).addFilter(lambda record: record.levelno > logging.INFO)
        self.supervisor = self.settings.getint("WORKERS", 1) > 1
        if self.supervisor:
            self.requires_crawler_process = False

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run the crawl; `exitcode` is set whatever happens."""
        if len(words(args, 1)) != 1:
            raise UsageError("name one spider: story, memento or warc", example("story"))
        if self.supervisor:
            self.exitcode = _supervisor.supervise(self.config().workers)
        else:
            self.exitcode = self._work(args[0], opts.spargs)

    def _work(self, name: str, arguments: dict[str, str]) -> int:
        assert self.settings is not None
        assert self.crawler_process is not None
        try:
            crawler = self._create_crawler(name)
        except KeyError as error:
            raise UsageError(f"there is no spider {name!r}", "story, memento or warc") from error
        if issubclass(crawler.spidercls, WalkSpider):
            _check(crawler.spidercls, crawler.settings, arguments)
        _supervisor.die_with_supervisor(crawler, self.settings.getint("SUPERVISOR_FD", -1))
        # A crawl makes few cycles and many objects: by default a tenth of its time goes into looking.
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)
        self.crawler_process.crawl(crawler, **arguments)
        self.crawler_process.start()
        # Twisted put the default handlers back: a late signal must not break the last steps.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if self.crawler_process.bootstrap_failed:
            return ExitCode.UNEXPECTED
        return _conclude(crawler)


def _check(spider: type[WalkSpider], settings: Settings, arguments: dict[str, str]) -> None:
    """Find what is wrong with arguments, settings and seeds before anything starts.

    Standard input can be read once only, so its seeds are checked by the spider itself.
    """
    config = Config.from_settings(settings)
    if arguments.get("seeds") != "-":
        spider(**arguments).prepare(config)


def _conclude(crawler: Crawler) -> int:
    """The exit code of a crawl that has ended, with the line that says why."""
    stats = crawler.stats
    reason = stats.get_value("finish_reason")
    code = reasons.exit_code(reason)
    if reason is None:
        Scheduler.of(crawler).release()
    error = stats.get_value("clew/error")
    if error:
        _say(error)
    elif code is not ExitCode.FINISHED:
        _say(_why(reason))
    elif stats.get_value("clew/idle"):
        _say("nothing is due - SEED_INTERVAL says when, -a again=true fetches the seeds now")
    elif not stats.get_value("clew/seeds_archived") and stats.get_value("clew/seeds"):
        _say("no seed could be archived - reports/seeds.txt says why for each")
        return ExitCode.FAILED
    return code


def _why(reason: str | None) -> str:
    if reason is None:
        return "broken off by a second signal - give the same command again to go on"
    if reason == "shutdown":
        return "stopped by a signal, everything is safe - give the same command again to go on"
    if reason == "frontier_stopped":
        return "stopped by `scrapy frontier stop` - give the same command again to go on"
    if reason == "frontier_full":
        return "a quota of pages or bytes is reached - with a higher one the same command goes on"
    if reason.startswith("closespider_"):
        limit = reason.upper()
        return f"the limit {limit} was reached - give the same command again to go on"
    return f"ended with {reason!r} - the log says more"


def _say(line: str) -> None:
    print(f"clew: {line}", file=sys.stderr, flush=True)
