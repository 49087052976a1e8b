"""The pacer: when the first task of a chain may start, and whether the gate lets it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any

from crawler.model import timestamp, uri
from crawler.model.capture import CaptureSink
from crawler.model.log import LogLine
from crawler.scheduler.bench import Workbench
from crawler.scheduler.chain import Chain
from crawler.scheduler.gate import Gate, Refusal, RobotsGate, Unreachable
from crawler.scheduler.task import LeaseTask, RobotsTask, Task

logger = logging.getLogger(__name__)


class Pacer:
    """Moves chains forward: through the gate, to their moment, to the engine.

    `spawn` runs a coroutine as a background task whose failure ends the crawl; `wake` lets the engine
    ask for the next request.
    """

    def __init__(
        self,
        bench: Workbench,
        gate: RobotsGate,
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
        if self._pass_gate(chain):
            self._schedule(chain)
        elif not chain.gated:
            self.bench.forget(chain)

    def _pass_gate(self, chain: Chain) -> bool:
        """Take out what the gate refuses; False when nothing is left, or nothing known yet."""
        while chain.queue and isinstance(task := chain.queue[0], LeaseTask):
            answer = self.gate.judge(task.item, time.monotonic())
            if answer is Gate.UNKNOWN:
                chain.gated = True
                self.spawn(self._ask(chain, uri.origin(task.item.uri)))
                return False
            if not isinstance(answer, Refusal):
                break
            chain.queue.popleft()
            self._refuse(task, answer)
        if chain.queue and (delay := self.gate.forgotten(chain)):
            chain.gated = True
            self.spawn(self._remind(chain, delay))
            return False
        return bool(chain.queue)

    def begin_anew(self) -> None:
        """Give back what waits in all chains, but where a robots.txt is on its way."""
        for chain in list(self.bench.chains):
            if not (chain.gated or any(isinstance(task, RobotsTask) for task in chain.queue)):
                self.bench.give_back(chain)
                self.advance(chain)

    def give_back(self, task: Task) -> None:
        """A task that is late goes back unstarted; with a robots.txt, all that waits for it."""
        if isinstance(task, LeaseTask):
            self.bench.give_back_one(task)
        elif isinstance(task, RobotsTask):
            self.bench.release(task)
            self.bench.give_back(task.chain)
            self.spawn(self.gate.let_ask(task.origin))
        self.advance(task.chain)

    def robots_ended(self, task: RobotsTask) -> None:
        """A robots.txt answer is complete: follow it, publish it, or let the host rest."""
        hop = self.gate.redirected(task)
        if hop is not None and hop.item.host == task.item.host:
            task.chain.robots_first(hop)
            self.advance(task.chain)
        else:
            task.chain.gated = True
            self.spawn(self._settle_robots(task) if hop is None else self._pass_on(hop))

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

    async def _ask(self, chain: Chain, origin: str) -> None:
        await self.gate.ask(chain, origin, time.monotonic())
        chain.gated = False
        self.advance(chain)

    async def _remind(self, chain: Chain, delay: float) -> None:
        await self.gate.remind(chain, delay)
        chain.gated = False
        self.advance(chain)

    async def _pass_on(self, hop: RobotsTask) -> None:
        await self.gate.pass_on(hop)
        hop.chain.gated = False
        self.advance(hop.chain)

    async def _settle_robots(self, task: RobotsTask) -> None:
        chain = task.chain
        answer = self.gate.settle(task)
        if isinstance(answer, Unreachable):
            await self.gate.fail(task, answer, time.monotonic())
        else:
            delay = await self.gate.publish(task, answer, time.monotonic())
            if chain.delay and chain.host == uri.netloc(task.origin):
                chain.delay = max(chain.delay, delay)
        chain.gated = False
        self.advance(chain)

    def _refuse(self, task: LeaseTask, why: Refusal) -> None:
        item = task.item
        line = LogLine(timestamp.now(), item.uri_r, why.outcome, None, item.via, item.hops, why.reason)
        self.sink.log(line)
        self.bench.refuse(task, why.verdict, why.reason)
