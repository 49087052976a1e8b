"""The committer: captures on disk first, then additions, then acks, in one pipeline a batch."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from crawler.errors import StaleBoot
from crawler.frontier.frontier import Frontier
from crawler.model.capture import CaptureSink
from crawler.scheduler.bench import Workbench
from crawler.scheduler.grace import Grace
from crawler.scheduler.outbox import Outbox
from crawler.scheduler.terms import Dresser

WINDOW = 0.02
"""Seconds that a batch gathers, so that one pipeline and one fsync serve many URLs."""
FULL = 64
"""Acks with which a batch goes at once."""


@dataclass(frozen=True, slots=True)
class Pass:
    """What decides whether a seed is due (``SEED_INTERVAL`` seconds, ``again=true``)."""

    interval: float
    again: bool


class Committer:
    """Empties the workbench's outbox as long as its task runs."""

    def __init__(
        self,
        bench: Workbench,
        frontier: Frontier,
        sink: CaptureSink,
        grace: Grace,
        seed_pass: Pass,
        dresser: Dresser,
    ) -> None:
        self.bench = bench
        self.dresser = dresser
        self.frontier = frontier
        self.sink = sink
        self.grace = grace
        self.seed_pass = seed_pass
        self.sending: Outbox | None = None
        """The batch under way; it is sent again as a whole until the frontier confirms it."""
        self.due_seeds = 0

    async def run(self) -> None:
        """Commit until cancelled."""
        while True:
            await self.bench.to_tell.wait()
            self.bench.to_tell.clear()
            if len(self.bench.outbox.ended) < FULL:
                await asyncio.sleep(WINDOW)
            await self.flush()
            self.bench.to_claim.set()

    async def flush(self) -> None:
        """Send what is in the outbox now, and what an interrupted flush left."""
        if self.sending is None:
            self.sending = self.bench.swap()
        batch = self.sending
        if batch.capture > self.sink.synced:
            await self.sink.sync()
        if batch.seeds:
            await self._seed(batch)
        await self._commit(batch)
        self.sending = None

    async def _seed(self, batch: Outbox) -> None:
        seeds = await self.dresser.dress(batch.seeds)
        due = await self.grace.bear(
            lambda: self.frontier.add_seeds(
                seeds, interval=self.seed_pass.interval, again=self.seed_pass.again
            )
        )
        self.due_seeds += sum(due)
        begun = (seed for seed, is_due in zip(batch.seeds, due, strict=True) if is_due)
        self.bench.begun.update({seed.item.seed: seed for seed in begun})
        batch.seeds = []

    async def _commit(self, batch: Outbox) -> None:
        while batch.additions or batch.backs or batch.ended:
            try:
                await self._tell(batch)
            except StaleBoot:
                # The server may have lost its last second: children first, then the acks again.
                batch.additions = [*batch.additions, *batch.children(), *self.bench.children_in_hand()]
                self.bench.add_seeds_again()
            else:
                return

    async def _tell(self, batch: Outbox) -> None:
        additions = await self.dresser.dress(batch.additions)
        acks = batch.acks()
        await self.grace.bear(lambda: self.frontier.commit(additions, acks))
