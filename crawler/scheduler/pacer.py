"""The pacer: when the first task of a chain may start, and whether robots.txt lets it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any

from crawler.frontier.lease import Verdict
from crawler.frontier.robots import Rules
from crawler.model import timestamp, uri
from crawler.model.capture import CaptureSink
from crawler.model.log import LogLine, Outcome
from crawler.scheduler.bench import Workbench
from crawler.scheduler.chain import Chain
from crawler.scheduler.gate import RobotsGate, Unreachable
from crawler.scheduler.task import LeaseTask, RobotsTask

logger = logging.getLogger(__name__)


class Pacer:
    """Moves chains forward: through the gate, to their moment, to the engine.

    `spawn` runs a coroutine as a background task whose failure ends the crawl; `wake` lets the engine
    ask for the next request.
    """

    def __init__(
        self,
        bench: Workbench,
        gate: RobotsGate | None,
        sink: CaptureSink,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        wake: Callable[[], None],
    ) -> None:
        self.bench = bench
        self.gate = gate
        self.sink = sink
        self.spawn = spawn
        self.wake = wake

    def advance(self, chain: Chain) -> None:
        """Bring the chain's first task on its way, or the chain to its end."""
        if chain.running or chain.gated:
            return
        if self._pass_robots(chain):
            self._schedule(chain)
        elif not chain.gated:
            self.bench.forget(chain)

    def _pass_robots(self, chain: Chain) -> bool:
        """Take out what robots.txt forbids; False when nothing is left, or nothing known yet."""
        while chain.queue and isinstance(task := chain.queue[0], LeaseTask):
            if self.gate is None or not task.item.robots:
                break
            origin = uri.origin(task.item.uri)
            rules = self.gate.known(origin, time.monotonic())
            if rules is None:
                self._ask(self.gate, chain, origin)
                return False
            if self.gate.allows(task, rules):
                break
            chain.queue.popleft()
            self._refuse(task)
        return bool(chain.queue)

    def robots_ended(self, task: RobotsTask) -> None:
        """A robots.txt answer is complete: follow it, publish it, or let the host rest."""
        assert self.gate is not None
        if (hop := self.gate.redirected(task)) is not None:
            task.chain.robots_first(hop)
            self.advance(task.chain)
        else:
            task.chain.gated = True
            self.spawn(self._settle_robots(self.gate, task))

    def _schedule(self, chain: Chain) -> None:
        wait = chain.due() - time.monotonic()
        if wait <= 0:
            self._ready(chain)
        else:
            asyncio.get_running_loop().call_later(wait, self._ready, chain)

    def _ready(self, chain: Chain) -> None:
        if chain.queue and not chain.running and not self.bench.draining:
            self.bench.ready.append(chain)
            self.wake()

    def _ask(self, gate: RobotsGate, chain: Chain, origin: str) -> None:
        chain.gated = True
        self.spawn(self._pass_gate(gate, chain, origin))

    async def _pass_gate(self, gate: RobotsGate, chain: Chain, origin: str) -> None:
        await gate.ask(chain, origin, time.monotonic())
        chain.gated = False
        self.advance(chain)

    async def _settle_robots(self, gate: RobotsGate, task: RobotsTask) -> None:
        chain = task.chain
        first = next((t for t in chain.queue if isinstance(t, LeaseTask)), None)
        answer = gate.settle(task, first.leased.attempts if first else 0)
        if isinstance(answer, Unreachable):
            await gate.unlock(task.origin)
            if first is not None:
                self._postpone(first, answer)
            self.bench.give_back(chain)
        else:
            self._slow_down(chain, await gate.publish(task.origin, answer, time.monotonic()), gate)
        chain.gated = False
        self.advance(chain)

    def _postpone(self, task: LeaseTask, answer: Unreachable) -> None:
        """RFC 9309, 2.3.1.4: what cannot be asked may not be fetched; try again later."""
        task.chain.queue.remove(task)
        task.settle(Verdict.RETRY, f"robots-unreachable: {answer.reason}", answer.hold)
        self.bench.end(task)

    def _slow_down(self, chain: Chain, rules: Rules, gate: RobotsGate) -> None:
        if chain.delay:
            chain.delay = max(chain.delay, rules.crawl_delay(gate.user_agent) or 0.0)

    def _refuse(self, task: LeaseTask) -> None:
        item = task.item
        reason = "robots.txt forbids it"
        self.sink.log(
            LogLine(timestamp.now(), item.uri, Outcome.REFUSED_ROBOTS, None, item.via, item.hops, reason)
        )
        self.bench.refuse(task, reason)
