"""The gate: no request of a chain starts that an operator's rule or robots.txt forbids.

Scrapy's own middleware lets requests through that wait while robots.txt is still loading. Here the
chain waits, occupying none of ``CONCURRENT_REQUESTS``: the worker that gets the lock puts
``/robots.txt`` in front of its chain, an ordinary request, recorded and delayed; the others give
their batch back (RFC 9309, 2.3.1).
"""

from __future__ import annotations

import contextlib
import enum
from dataclasses import dataclass
from typing import NamedTuple

from msgspec import structs

from crawler.config import Config
from crawler.errors import ClewError
from crawler.frontier import politeness, robots
from crawler.frontier.frontier import Frontier
from crawler.frontier.item import Addition, Item
from crawler.frontier.lease import Verdict
from crawler.frontier.robots import RobotsOutcome, Rules, outcome_of
from crawler.frontier.robots_cache import Asked, Closed, Held, Known, Yours
from crawler.model import uri
from crawler.model.log import Outcome
from crawler.scheduler.bench import Workbench
from crawler.scheduler.chain import Chain
from crawler.scheduler.grace import Grace
from crawler.scheduler.rules import LiveRules
from crawler.scheduler.task import RobotsTask, robots_task
from crawler.scheduler.verdict import REDIRECTS

KEPT_HERE = 600.0
"""Seconds that what is known is kept in a worker's memory before it looks again."""
ELSEWHERE = 0.25
"""Seconds that a host rests when another worker is asking for its robots.txt."""
MAX_REDIRECTS = 5
"""RFC 9309, 2.3.1.2: at least five consecutive redirects are followed."""
_MOST_KEPT = 10_000
"""Origins that a worker keeps in memory."""
NOT_FOR_US = "robots.txt forbids it"


class Refusal(NamedTuple):
    """Why a URL is not fetched, and what is told of it."""

    verdict: Verdict
    outcome: Outcome
    reason: str


class Gate(enum.Enum):
    """What is no refusal."""

    OPEN = enum.auto()
    UNKNOWN = enum.auto()
    """Its robots.txt must be asked for first."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """robots.txt could not be had: nobody asks again until `hold` seconds are over."""

    reason: str
    hold: float


class RobotsGate:
    """What this worker knows, by origin, and how it comes to know more."""

    def __init__(
        self,
        bench: Workbench,
        frontier: Frontier,
        grace: Grace,
        config: Config,
        user_agent: str,
        rules: LiveRules,
    ) -> None:
        self.bench = bench
        self.frontier = frontier
        self.grace = grace
        self.config = config
        self.user_agent = user_agent
        self.rules = rules
        self._known: dict[str, tuple[Rules | Closed, float]] = {}
        self._asking: set[str] = set()
        """Origins of which this worker has the lock."""

    def judge(self, item: Item, now: float) -> Refusal | Gate:
        """Whether `item` may be fetched, as far as this worker knows."""
        rule = self.rules.of(item.host)
        blocked = rule.block or self.rules.of(uri.netloc(item.uri_r)).block
        if blocked:
            return Refusal(Verdict.DONE, Outcome.REFUSED_RULE, blocked)
        obeys = self.config.robotstxt_obey if rule.robots is None else rule.robots
        if not (obeys and item.robots):
            return Gate.OPEN
        known, until = self._known.get(uri.origin(item.uri), (None, 0.0))
        if known is None or now >= until:
            return Gate.UNKNOWN
        if isinstance(known, Closed):
            return Refusal(Verdict.DEAD, Outcome.DEAD, f"robots-unreachable: {known.reason}")
        if known.allows(item.uri, self.user_agent):
            return Gate.OPEN
        return Refusal(Verdict.DONE, Outcome.REFUSED_ROBOTS, NOT_FOR_US)

    def forgotten(self, chain: Chain) -> float:
        """The delay that the host of `chain` asks for, where the frontier gave a shorter one; else 0.

        A server that lost its last second may have lost what it was told of a ``Crawl-delay``.
        """
        item = chain.queue[0].item
        known, _ = self._known.get(uri.origin(item.uri), (None, 0.0))
        ruled = self.rules.of(item.host).delay is not None
        if ruled or chain.delay <= 0 or not isinstance(known, Rules):
            return 0.0
        asked = politeness.crawl_delay(known.crawl_delay(self.user_agent)) or 0.0
        return asked if asked > chain.delay else 0.0

    async def remind(self, chain: Chain, delay: float) -> None:
        """Tell the frontier again what the host of `chain` asks for."""
        host = chain.queue[0].item.host
        await self.grace.bear(lambda: self.frontier.set_delay(host, delay))
        chain.delay = delay

    async def ask(self, chain: Chain, origin: str, now: float) -> None:
        """Find the rules of `origin`: from Redis, else by a fetch, else the batch goes back."""
        match await self.grace.bear(lambda: self.frontier.robots.ask(origin)):
            case Known(text, seconds):
                self._keep(origin, Rules.parse(text), now, seconds)
            case Closed() as closed:
                self._keep(origin, closed, now, closed.seconds)
            case Held(seconds):
                self.bench.give_back(chain, seconds)
            case Asked():
                self.bench.give_back(chain, ELSEWHERE)
            case Yours(failures):
                self._asking.add(origin)
                data = {"robots_of": origin, "failures": str(failures)}
                item = Item(
                    origin + "/robots.txt", chain.queue[0].item.uri, "P", robots=False, data=data
                )
                chain.robots_first(robots_task(item, chain))

    def redirected(self, task: RobotsTask) -> RobotsTask | None:
        """The next hop of a robots.txt that moved, or None where it ends."""
        item = task.item
        if task.status not in REDIRECTS or not task.location or item.redirects >= MAX_REDIRECTS:
            return None
        target = uri.join(item.uri, task.location)
        if target is None:
            return None
        data = {"robots_of": task.origin, "failures": str(task.failures)}
        return robots_task(structs.replace(item.led_to(target, "R", data), robots=False), task.chain)

    async def pass_on(self, hop: RobotsTask) -> None:
        """Let a hop to another host wait for its turn there, as any URL does."""
        reason = f"robots.txt was moved to {hop.item.uri}, which nobody could fetch"
        await self.grace.bear(lambda: self.frontier.robots.pass_on(hop.origin, hop.failures, reason))
        self._asking.discard(hop.origin)
        self.bench.add(Addition(hop.item, priority=0, key=""), None)
        if hop.chain.host == uri.netloc(hop.origin):
            self.bench.give_back(hop.chain, ELSEWHERE)

    def settle(self, task: RobotsTask) -> str | Unreachable:
        """What the last answer means: the text of the rules, or that they cannot be had.

        A redirect that leads nowhere counts as unavailable, as a 4xx does: everything is allowed
        (RFC 9309, 2.3.1.2 and 2.3.1.3); 429, 5xx and no answer disallow everything (2.3.1.4).
        """
        status = task.status
        if status is not None and status in REDIRECTS:
            return ""
        outcome = RobotsOutcome.RETRY if status is None else outcome_of(status)
        if outcome is RobotsOutcome.RETRY:
            hold = task.retry_after
            if hold is None:
                hold = politeness.backoff(task.failures, refused=status is None)
            return Unreachable(task.failure or f"robots.txt answered {status}", hold)
        if outcome is RobotsOutcome.ALLOW_ALL:
            return ""
        return task.body[: robots.MAX_SIZE].decode("utf-8", "replace")

    async def publish(self, task: RobotsTask, text: str, now: float) -> float:
        """Keep the rules for this worker and for all others; the delay in seconds that they ask for.

        An address that is refused (`RobotsTask.refused`) is this worker's own opinion, and no answer.
        """
        rules = Rules.parse(text)
        if task.refused:
            self._keep(task.origin, rules, now, KEPT_HERE)
            await self.let_ask(task.origin)
            return 0.0
        self._keep(task.origin, rules, now, task.kept)
        await self.grace.bear(lambda: self.frontier.robots.put(task.origin, text, task.kept))
        self._asking.discard(task.origin)
        delay, least = rules.crawl_delay(self.user_agent), self.config.download_delay
        if not delay or delay <= least or least == 0:
            return 0.0
        return await self.grace.bear(lambda: self.frontier.set_delay(uri.netloc(task.origin), delay))

    async def fail(self, task: RobotsTask, answer: Unreachable, now: float) -> None:
        """Tell all workers that this fetch brought nothing; what waits goes back, or to its end."""
        state = await self.grace.bear(
            lambda: self.frontier.robots.fail(task.origin, task.failures, answer.reason, answer.hold)
        )
        self._asking.discard(task.origin)
        if isinstance(state, Closed):
            self._keep(task.origin, state, now, state.seconds)
        else:
            self.bench.give_back(task.chain, state.seconds)

    async def let_ask(self, origin: str) -> None:
        """Let another worker ask: this one had no answer of its own."""
        await self.grace.bear(lambda: self.frontier.robots.unlock(origin))
        self._asking.discard(origin)

    async def let_go(self) -> None:
        """At the end of this worker: others may ask for what it had the lock of."""
        with contextlib.suppress(ClewError):
            for origin in self._asking:
                await self.frontier.robots.unlock(origin)

    def _keep(self, origin: str, known: Rules | Closed, now: float, seconds: float) -> None:
        if len(self._known) >= _MOST_KEPT:
            self._known.clear()
        self._known[origin] = known, now + min(KEPT_HERE, seconds)
