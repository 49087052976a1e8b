"""Scrapy's scheduler on top of the frontier: one URL, one lease, one exchange.

The walk of one lease (docs/architecture.md tells it at length): the claimer fetches a batch, which
becomes a chain; the robots gate lets it pass; when its moment has come the chain is ready and the
engine is woken; ``next_request`` hands the request out; whatever happens is noted on the task; the
engine's ``remove_request`` ends it; the committer acknowledges it once its capture is on disk.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from functools import partial
from typing import Self, cast
from weakref import WeakKeyDictionary

from scrapy import Request, Spider, signals
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.utils.defer import deferred_from_coro
from scrapy.utils.misc import load_object
from twisted.internet.defer import Deferred

from crawler.config import user_agent
from crawler.errors import ClewError
from crawler.frontier import politeness
from crawler.frontier.addresses import agreed
from crawler.frontier.counts import Counts
from crawler.frontier.frontier import Frontier
from crawler.frontier.lease import Verdict
from crawler.frontier.segment_folder import SegmentFolder
from crawler.model.capture import CaptureSink
from crawler.scheduler import reasons
from crawler.scheduler.background import Background
from crawler.scheduler.bench import Workbench
from crawler.scheduler.claimer import Claimer
from crawler.scheduler.closing import Closing
from crawler.scheduler.committer import Committer, Pass
from crawler.scheduler.engine import EngineHooks
from crawler.scheduler.events import Events, Walker
from crawler.scheduler.foreign import foreign_addition
from crawler.scheduler.gate import RobotsGate
from crawler.scheduler.grace import Grace
from crawler.scheduler.overflow import Overflow
from crawler.scheduler.pacer import Pacer
from crawler.scheduler.requesting import request_for
from crawler.scheduler.resolving import Resolver, take_word
from crawler.scheduler.task import LeaseTask, RobotsTask
from crawler.scheduler.terms import Dresser
from crawler.store.originals import Originals
from crawler.store.sites import SiteMemory

logger = logging.getLogger(__name__)


class Scheduler(BaseScheduler):
    """One worker's end of the shared frontier."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.finished = False
        self.error: ClewError | None = None
        self.background = Background(self._fatal)
        self._closing: Closing | None = None
        self._worked = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make components; `of` finds it again when the engine is gone."""
        scheduler = _BY_CRAWLER[crawler] = cls(crawler)
        return scheduler

    @classmethod
    def of(cls, crawler: Crawler) -> Scheduler:
        """The scheduler of a crawler that has been started. Raises KeyError before."""
        return _BY_CRAWLER[crawler]

    # -- Scrapy's interface

    def open(self, spider: Spider) -> Deferred[None]:
        """Join the frontier. A failure closes the spider as soon as Scrapy can bear it."""
        return deferred_from_coro(self._open(spider))

    def close(self, reason: str) -> Deferred[None]:
        """Give back what did not start, tell what ended, finish the files of this process."""
        return deferred_from_coro(self._close(reason))

    def has_pending_requests(self) -> bool:
        """True until the whole crawl has ended, over all workers."""
        return not self.finished

    def enqueue_request(self, request: Request) -> bool:
        """Take a seed, a child, a redirect's target, or another component's request."""
        self.finished = False
        parent = request.meta.get("parent") or request.meta.get("lease")
        lease = parent if isinstance(parent, LeaseTask) else None
        if request.meta.get("lease") is lease and lease is not None:
            lease.moved = True
        found = request.meta.get("addition") or foreign_addition(request, lease)
        addition = self.walker.placed(found)
        if addition.item.seed and not addition.item.path:
            self.bench.add_seed(addition)
        else:
            self.bench.add(addition, lease)
        return True

    def next_request(self) -> Request | None:
        """The next request whose moment has come; None without waiting where there is none."""
        now = time.monotonic()
        while (task := self.bench.start(now)) is not None:
            if self.bench.is_late(task, now):
                self.pacer.give_back(task)
                continue
            request = request_for(task, self.events)
            self.bench.running[request] = task
            self._worked = True
            return request
        return None

    # -- one lease

    def _ended(self, request: Request) -> None:
        """The engine let go of a request; called exactly once for each."""
        task = self.bench.running.pop(request, None)
        if task is None:
            return
        self.events.note_wire(task, request)
        chain = task.chain
        chain.last_start = task.started
        took = task.ended - task.started if self.walker.stretches(task.item) else 0.0
        stretch = politeness.stretch(took, chain.delay)
        chain.rest(stretch, task.ended)
        if isinstance(task, RobotsTask):
            self.bench.release(task)
            self.pacer.robots_ended(task)
            return
        assert isinstance(task, LeaseTask)
        task.stretch = stretch
        if task.fatal is not None:
            self._fatal(task.fatal)
        asked = request.meta.get("robots")
        if asked is not None:
            task.settle(Verdict.DONE, "robots.txt")
        self.bench.end(task)
        if task.hold or task.failed:
            self.bench.give_back(chain)
        if task.hold:
            for clock in self.walker.also_rest(task.item):
                self.background.spawn(self._hold(clock, task.hold))
        if asked is not None:
            self.pacer.robots_ended(asked)
        else:
            self.pacer.advance(chain)

    # -- start and end

    async def _open(self, spider: Spider) -> None:
        self.walker = cast(Walker, spider)
        self.config = self.walker.config
        try:
            self.frontier = await Frontier.open(
                self.config, self.walker.collection, worker_id(), self.walker.quotas
            )
        except ClewError as error:
            self._refuse_to_open(error)
            return
        self._assemble()
        self.originals = Originals(self.frontier.store)
        if self.config.learn:
            self.walker.memory = SiteMemory([part.store for part in self.frontier.partitions])
        try:
            await self.claimer.grace.bear(self._look_around)
        except ClewError as error:
            self._refuse_to_open(error)
            return
        self.background.spawn(self.walker.host_rules.watch(self._rules_changed))
        self.background.spawn(self.committer.run())
        self.background.spawn(self.overflow.run())
        self.background.spawn(
            self.claimer.run(self.pacer.advance, self._quiet, self._finish, self._report)
        )

    async def _look_around(self) -> None:
        await self.frontier.add_due()
        await self.dresser.apply()
        await self.originals.look_back()
        await self.committer.sink.share(self.originals)

    def _assemble(self) -> None:
        crawler, config = self.crawler, self.config
        sink = cast(CaptureSink, load_object(crawler.settings["CAPTURE_SINK"]).from_crawler(crawler))
        grace = Grace(config.redis_grace)
        self.bench = Workbench()
        rules = self.walker.host_rules
        resolver = self._resolver(grace) if config.politeness == "address" else None
        self.dresser = Dresser(rules, self.frontier, resolver, self.walker.budget)
        seed_pass = Pass(config.seed_interval, self.walker.again)
        self.committer = Committer(self.bench, self.frontier, sink, grace, seed_pass, self.dresser)
        self.claimer = Claimer(self.bench, self.frontier, grace, config, self._end)
        self.events = Events(
            self.walker, sink, config, crawler.settings.getlist("RETRY_EXCEPTIONS"), self._fatal
        )
        segments = SegmentFolder(self.walker.collection.frontier)
        self.overflow = Overflow(self.frontier, segments, grace, self.bench.to_claim.set)
        hooks = EngineHooks(crawler, self._ended, self._drain)
        agent = user_agent(config)
        gate = RobotsGate(self.bench, self.frontier, grace, config, agent, rules)
        self.pacer = Pacer(self.bench, gate, sink, self.background.spawn, hooks.wake)
        self.wake = hooks.wake
        self._closing = Closing(self.bench, self.frontier, self.committer, sink)
        crawler.signals.connect(self.events.response_received, signals.response_received)
        crawler.signals.connect(self.events.spider_error, signals.spider_error)

    def _resolver(self, grace: Grace) -> Resolver:
        if len(self.frontier.partitions) == 1:
            return Resolver(take_word)
        return Resolver(lambda found: grace.bear(partial(agreed, self.frontier.store, found)))

    def _refuse_to_open(self, error: ClewError) -> None:
        """Close the spider once it is open: Scrapy cannot close one that is only half open."""
        self.error, self.finished = error, True
        self.crawler.stats.set_value("clew/error", str(error))

        def close() -> None:
            raise CloseSpider(reasons.of_error(error))

        self._close_at_once = close  # Scrapy's signals hold their receivers weakly
        self.crawler.signals.connect(close, signals.spider_opened)

    async def _close(self, reason: str) -> None:
        if self._closing is None:
            return
        self._drain()
        await self.background.end()
        await self.originals.close()
        await self.pacer.gate.let_go()
        seeds = await self._closing.close(reason, self.walker.bad_seeds)
        if self._closing.counts is not None:
            self._report(self._closing.counts)
        stats = self.crawler.stats
        stats.set_value("clew/seeds", len(seeds))
        stats.set_value("clew/seeds_archived", sum(s == "archived" for s in seeds.values()))
        stats.set_value("clew/idle", not self._worked and not self.committer.due_seeds)

    def release(self) -> int:
        """After a second signal: tell the frontier, synchronously; the number of acks it took."""
        return self._closing.release() if self._closing is not None else 0

    def _drain(self) -> None:
        if self._closing is not None and not self.bench.draining:
            self.bench.drain()

    # -- background

    async def _hold(self, clock: str, seconds: float) -> None:
        await self.claimer.grace.bear(lambda: self.frontier.hold(clock, seconds))

    async def _rules_changed(self) -> None:
        """What waits here was claimed on the old terms: it goes back, to be claimed on the new ones."""
        await self.claimer.grace.bear(self.dresser.apply)
        self.pacer.begin_anew()

    def _quiet(self) -> bool:
        return self.bench.idle and self.committer.sending is None and not self.finished

    def _finish(self) -> None:
        if self.overflow.error is not None:
            self._fatal(self.overflow.error)
            return
        self.finished = True
        self.wake()

    def _end(self, state: str) -> None:
        """The crawl has come to a state in which no worker goes on."""
        closing = self.crawler.engine.close_spider_async(reason=reasons.of_state(state))
        self._stopping = asyncio.get_running_loop().create_task(closing)

    def _report(self, counts: Counts) -> None:
        for name in ("added", "done", "dead", "queued", "in_flight", "hosts"):
            self.crawler.stats.set_value(f"clew/{name}", getattr(counts, name))
        self.crawler.stats.set_value("clew/captures", self.committer.sink.synced)
        self.crawler.stats.set_value("clew/state", self.claimer.state)

    def _fatal(self, error: ClewError) -> None:
        """End the crawl for `error`; the first one counts."""
        if self.error is not None:
            return
        self.error = error
        self.crawler.stats.set_value("clew/error", str(error))
        self._stopping = asyncio.get_running_loop().create_task(
            self.crawler.engine.close_spider_async(reason=reasons.of_error(error))
        )


_BY_CRAWLER: WeakKeyDictionary[Crawler, Scheduler] = WeakKeyDictionary()


def worker_id() -> str:
    """``HOST:PID`` of this process, as in the names of its files."""
    return f"{socket.gethostname()}:{os.getpid()}"
