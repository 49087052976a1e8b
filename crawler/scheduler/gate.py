"""The robots gate: no request of a chain starts before its origin's robots.txt is known.

Scrapy's own middleware lets requests through that wait while robots.txt is still loading. Here the
chain waits, occupying none of ``CONCURRENT_REQUESTS``: the worker that gets the lock puts
``/robots.txt`` in front of its chain, an ordinary request, recorded and delayed; the others give
their batch back (RFC 9309, 2.3.1).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime

from crawler.config import Config
from crawler.frontier import politeness
from crawler.frontier.frontier import Frontier
from crawler.frontier.item import Item
from crawler.frontier.robots import RobotsOutcome, Rules, outcome_of
from crawler.model import uri
from crawler.scheduler.bench import Workbench
from crawler.scheduler.chain import Chain
from crawler.scheduler.grace import Grace
from crawler.scheduler.task import LeaseTask, RobotsTask
from crawler.scheduler.verdict import REDIRECTS

logger = logging.getLogger(__name__)

KEPT = 86400.0
"""Seconds that rules are kept: a day (RFC 9309, 2.4)."""
KEPT_SHORT = 600.0
"""Seconds that rules from Redis are kept in a worker's memory before it looks again."""
ELSEWHERE = 0.25
"""Seconds that a host rests when another worker is asking for its robots.txt."""
MAX_SIZE = 500 * 1024
"""Bytes of a robots.txt that count: RFC 9309, 2.5 asks for at least 500 kibibytes."""
MAX_REDIRECTS = 5
"""RFC 9309, 2.3.1.2: at least five consecutive redirects are followed."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """robots.txt could not be had: nothing of the host is fetched until `hold` seconds are over."""

    reason: str
    hold: float


class RobotsGate:
    """The rules that this worker knows, by origin, and how it comes to know more."""

    def __init__(
        self, bench: Workbench, frontier: Frontier, grace: Grace, config: Config, user_agent: str
    ) -> None:
        self.bench = bench
        self.frontier = frontier
        self.grace = grace
        self.config = config
        self.user_agent = user_agent
        self._rules: dict[str, tuple[Rules, float]] = {}

    def known(self, origin: str, now: float) -> Rules | None:
        """Rules from this worker's memory, unless they are too old."""
        rules, until = self._rules.get(origin, (None, 0.0))
        return rules if now < until else None

    async def ask(self, chain: Chain, origin: str, now: float) -> None:
        """Find the rules of `origin`: from Redis, else by a fetch, else the batch goes back."""
        text = await self.grace.bear(lambda: self.frontier.robots(origin))
        if text is not None:
            self._keep(origin, text, now, KEPT_SHORT)
        elif await self.grace.bear(lambda: self.frontier.lock_robots(origin)):
            item = Item(uri=origin + "/robots.txt", path="P", via=chain.queue[0].item.uri)
            chain.robots_first(RobotsTask(item, chain, origin=origin))
        else:
            self.bench.give_back(chain, ELSEWHERE)

    def redirected(self, task: RobotsTask) -> RobotsTask | None:
        """The next hop of a robots.txt that moved, or None where it ends."""
        if task.status not in REDIRECTS or not task.location or task.redirects >= MAX_REDIRECTS:
            return None
        target = uri.join(task.item.uri, task.location)
        if target is None:
            return None
        item = Item(uri=target, path=task.item.path + "R", via=task.item.uri)
        return RobotsTask(item, task.chain, origin=task.origin, redirects=task.redirects + 1)

    def settle(self, task: RobotsTask, attempts: int) -> str | Unreachable:
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
                hold = politeness.backoff(attempts, refused=False)
            return Unreachable(task.failure or f"robots.txt answered {status}", hold)
        if outcome is RobotsOutcome.ALLOW_ALL:
            return ""
        return task.body[:MAX_SIZE].decode("utf-8", "replace")

    async def publish(self, origin: str, text: str, now: float) -> Rules:
        """Keep the rules for this worker and for all others."""
        await self.grace.bear(lambda: self.frontier.put_robots(origin, text, KEPT))
        rules = self._keep(origin, text, now, KEPT)
        delay = rules.crawl_delay(self.user_agent)
        if delay and delay > self.config.download_delay > 0:
            host = uri.netloc(origin + "/")
            await self.grace.bear(lambda: self.frontier.set_delay(host, delay))
        return rules

    async def unlock(self, origin: str) -> None:
        """Let another worker try: this one's robots.txt failed."""
        await self.grace.bear(lambda: self.frontier.unlock_robots(origin))

    def allows(self, task: LeaseTask, rules: Rules) -> bool:
        """Whether robots.txt lets this worker fetch the task's URL."""
        return rules.allows(task.item.uri, self.user_agent)

    def _keep(self, origin: str, text: str, now: float, seconds: float) -> Rules:
        rules = Rules.parse(text)
        self._rules[origin] = (rules, now + seconds)
        return rules


def retry_after(value: str | None) -> float | None:
    """Seconds that a ``Retry-After`` field asks for."""
    return politeness.retry_after(value, datetime.now(UTC))
