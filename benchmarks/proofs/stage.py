"""The stage of a proof: a server, workers, and the means to do them harm while they crawl."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TypeVar

from benchmarks.proofs import worker
from benchmarks.proofs.journal import Journals
from benchmarks.proofs.plan import NAME, Plan
from benchmarks.proofs.server import Server
from benchmarks.proofs.web import Web
from crawler.config import Config
from crawler.errors import WrongFrontier
from crawler.frontier.counts import Counts
from crawler.frontier.frontier import Frontier
from crawler.model.collection import Collection

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([worker.__name__])
_TICK = 0.02
T = TypeVar("T")


class Over(Exception):
    """The crawl has ended, or its time is up, before a fault could happen."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a proof is."""

    hosts: int
    pages: int
    workers: int
    lease_time: float
    worker_kills: int
    server_kills: int
    patience: float
    """Seconds after which a crawl that has not ended is broken."""

    def web(self, seed: int) -> Web:
        """Its web."""
        return Web(self.hosts, self.pages, max(4, self.hosts // 6), seed)


@dataclass(frozen=True, slots=True)
class Fault:
    """What was done to whom: from `begin` to `end` an ack may not have come through, or be forgotten."""

    begin: float
    end: float
    worker: int | None
    """None for the server, that is for every worker."""


class Stage:
    """A crawl under way. Its methods wait, look and do harm; each wait raises `Over` at the end."""

    def __init__(self, shape: Shape, server: Server, folder: Path, seed: int) -> None:
        self.shape = shape
        self.server = server
        self.rng = random.Random(seed)
        self.web = shape.web(seed)
        self.journals = Journals(folder)
        self.faults: list[Fault] = []
        self.workers: dict[int, BaseProcess] = {}
        self.killed: set[int] = set()
        self.late: list[int] = []
        """Workers that had to be ended, since they did not end by themselves."""
        self.server_kills = 0
        self.plan = Plan(self.web, folder, server.url, shape.lease_time, shape.patience)
        self._deadline = time.monotonic() + shape.patience

    @property
    def codes(self) -> dict[int, int | None]:
        """Exit codes of the workers that were not killed; None for one that still runs."""
        return {n: one.exitcode for n, one in self.workers.items() if n not in self.killed}

    @property
    def first_state(self) -> Path:
        """A copy of the server's state as the crawl has been joined, and no seed is known yet."""
        return self.plan.folder / "first-state"

    @property
    def foreign_state(self) -> Path:
        """A copy of the server's state with another collection of this name, which was only joined."""
        return self.plan.folder / "foreign-state"

    @property
    def in_time(self) -> bool:
        """Whether the patience lasts."""
        return time.monotonic() < self._deadline

    @property
    def now(self) -> float:
        """The moment, as the journals have it."""
        return time.monotonic()

    def open(self) -> None:
        """Start the server and the workers."""
        self.server.start()
        asyncio.run(self._ask(Frontier.counts, self.plan.folder / "elsewhere"))
        self.server.copy(self.foreign_state)
        self.server.wipe()
        self.server.start()
        assert self.counts() == Counts()
        self.server.copy(self.first_state)
        seeds = "".join(self.web.uri(page) + "\n" for page in range(self.web.seeds))
        self.plan.seeds.write_text(seeds)
        self.plan.rules.write_text(self.web.rules())
        for _ in range(self.shape.workers):
            self.add_worker()

    def add_worker(self) -> None:
        """One more."""
        number = len(self.workers)
        process = _PROCESSES.Process(target=worker.work, args=(self.plan, number))
        process.start()
        self.workers[number] = process

    def until(self, share: float) -> None:
        """Wait until that share of the pages has been fetched, and a moment of chance more."""
        while len(self.journals.kept) < share * self.web.pages:
            self.wait(0)
        self.wait(self.rng.uniform(0, 0.2))

    def wait(self, seconds: float) -> None:
        """Wait, at least a tick."""
        until = time.monotonic() + seconds
        while True:
            time.sleep(_TICK)
            self.server.note_size()
            self.journals.read()
            if not self.in_time or None not in self.codes.values():
                raise Over
            if time.monotonic() >= until:
                return

    def kill_worker(self) -> None:
        """kill -9 of a worker; another takes its place."""
        victim = self._victim()
        self.killed.add(victim)
        self.workers[victim].kill()
        self.workers[victim].join()
        now = time.monotonic()
        self.faults.append(Fault(now, now, victim))
        self.add_worker()

    @contextmanager
    def starved(self) -> Iterator[None]:
        """A worker gets no processor for a while."""
        victim = self._victim()
        process = self.workers[victim]
        assert process.pid is not None
        begin = time.monotonic()
        os.kill(process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(process.pid, signal.SIGCONT)
            self.faults.append(Fault(begin, time.monotonic(), victim))

    @contextmanager
    def server_away(self, forgets: float = 0.0) -> Iterator[None]:
        """The server is ended inside, and starts again; it may have forgotten the last seconds."""
        begin = time.monotonic() - forgets
        self.server_kills += 1
        yield
        self.server.start()
        self.faults.append(Fault(begin, time.monotonic() + 1.25 * self.shape.lease_time, None))

    def close(self) -> None:
        """Wait for the end of all workers; those that do not end are killed."""
        try:
            while True:
                self.wait(0.1)
        except Over:
            pass
        self.late = [number for number, code in self.codes.items() if code is None]
        for process in self.workers.values():
            process.kill()
            process.join()
        self.journals.read()

    def counts(self) -> Counts | None:
        """What the frontier thinks; None where the server holds another, or none."""
        try:
            return asyncio.run(self._ask(Frontier.counts, self.plan.folder))
        except WrongFrontier:
            return None

    def _victim(self) -> int:
        return self.rng.choice([n for n, code in self.codes.items() if code is None])

    async def _ask(self, call: Callable[[Frontier], Awaitable[T]], folder: Path) -> T:
        plan = self.plan
        config = Config(frontier_url=plan.url, lease_time=plan.lease_time, download_delay=plan.delay)
        frontier = await Frontier.open(config, Collection(folder, NAME), "proof:0")
        try:
            return await call(frontier)
        finally:
            await frontier.leave()
            await frontier.close(clean=False)
