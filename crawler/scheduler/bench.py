"""The workbench: what one worker has in hand. Synchronous, no input or output.

Every function changes the state and puts what must be told to the frontier into the outbox; the
committer, the claimer and the robots gate act on it afterwards.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterable

from scrapy import Request

from crawler.frontier.item import Addition
from crawler.frontier.lease import Ended, Leased, Verdict
from crawler.scheduler.chain import Chain
from crawler.scheduler.outbox import Outbox
from crawler.scheduler.task import LeaseTask, State, Task


class Workbench:
    """Leases, chains and the outbox of one worker."""

    def __init__(self) -> None:
        self.outbox = Outbox()
        self.held: dict[object, LeaseTask] = {}
        self.chains: set[Chain] = set()
        self.ready: deque[Chain] = deque()
        self.over: list[Ended] = []
        """Chains that ended, for the next claim to tell."""
        self.begun: dict[str, Addition] = {}
        """Seeds whose pass this worker began, for a server that forgets it."""
        self.running: dict[Request, Task] = {}
        self.draining = False
        self.to_tell = asyncio.Event()
        """Set when something is in the outbox: wakes the committer."""
        self.to_claim = asyncio.Event()
        """Set when there may be room or news: wakes the claimer."""

    @property
    def idle(self) -> bool:
        """Whether nothing is in hand and nothing waits to be told."""
        return not (self.held or self.running or self.outbox)

    def take(self, leased: Iterable[Leased]) -> list[Chain]:
        """Claimed URLs become tasks, a chain per batch of a host."""
        chains: dict[str, Chain] = {}
        for lease in leased:
            chain = chains.get(lease.host)
            if chain is None:
                chain = Chain(lease.host, lease.delay_ms / 1000, lease.id)
                chains[lease.host] = chain
            task = LeaseTask(
                lease.item, chain, not_before=lease.not_before, leased=lease, deadline=lease.deadline
            )
            chain.queue.append(task)
            self.held[lease.id] = task
        self.chains.update(chains.values())
        return list(chains.values())

    def start(self, now: float) -> Task | None:
        """The next task whose moment has come; it counts as running from now on."""
        while self.ready:
            chain = self.ready.popleft()
            if not chain.queue or chain.running:
                continue
            task = chain.queue.popleft()
            task.state, task.started = State.RUNNING, now
            chain.running = task
            return task
        return None

    @staticmethod
    def is_late(task: Task, now: float) -> bool:
        """Whether a lease is over that a task would start under: its own, or one behind a robots.txt."""
        leases = [task] if isinstance(task, LeaseTask) else task.chain.leases()
        return any(now > lease.deadline for lease in leases)

    def add(self, addition: Addition, parent: LeaseTask | None) -> None:
        """A URL that the spider found; `parent` keeps it until its own ack is confirmed."""
        if parent is not None:
            parent.children.append(addition)
        self.outbox.additions.append(addition)
        self.to_tell.set()

    def add_seed(self, addition: Addition) -> None:
        """A seed: whether it is due is for the frontier to say."""
        self.outbox.seeds.append(addition)
        self.to_tell.set()

    def add_seeds_again(self) -> None:
        """After a restart of the server: those that it still knows are not due."""
        self.outbox.seeds.extend(self.begun.values())
        self.to_tell.set()

    def end(self, task: LeaseTask) -> None:
        """The request of a lease has left the engine: its ack goes to the outbox."""
        task.conclude()
        task.chain.rest(task.hold, task.ended or time.monotonic())
        self.release(task)
        self.outbox.ended.append(task)
        self.to_tell.set()

    def refuse(self, task: LeaseTask, verdict: Verdict, reason: str) -> None:
        """A waiting task that may not be fetched: it ends without a request."""
        task.settle(verdict, reason)
        self.end(task)

    def give_back(self, chain: Chain, hold: float = 0.0) -> None:
        """All that has not started goes back to the head of its queue; no attempt is counted."""
        chain.rest(hold, time.monotonic())
        for task in chain.leases():
            self.held.pop(task.leased.id, None)
            self.outbox.backs.append(task.back(hold))
        chain.queue.clear()
        self.to_tell.set()

    def give_back_one(self, task: LeaseTask) -> None:
        """One task that came too late to be started within its lease."""
        task.state = State.ENDED
        self.release(task)
        self.outbox.backs.append(task.back())
        self.to_tell.set()

    def release(self, task: Task) -> None:
        """The task no longer runs, nor holds its lease."""
        if task.chain.running is task:
            task.chain.running = None
        task.state = State.ENDED
        if isinstance(task, LeaseTask):
            self.held.pop(task.leased.id, None)

    def forget(self, chain: Chain) -> None:
        """A chain with nothing left: its slot is free, whether or not its acks are told yet."""
        if chain in self.chains:
            self.chains.discard(chain)
            self.over.append(chain.over(time.monotonic()))
        self.to_claim.set()

    def drain(self) -> None:
        """Start nothing any more: what waits goes back, what runs may end."""
        self.draining = True
        self.ready.clear()
        for chain in list(self.chains):
            self.give_back(chain)
            if not chain.running:
                self.chains.discard(chain)
        self.to_claim.set()

    def children_in_hand(self) -> list[Addition]:
        """Children of leases whose acks are not under way yet (for a server that lost its tail)."""
        held = [child for task in self.held.values() for child in task.children]
        return held + self.outbox.children()

    def swap(self) -> Outbox:
        """Take the outbox, leaving an empty one."""
        full, self.outbox = self.outbox, Outbox()
        return full

    def withdraw(self) -> Outbox:
        """For the end by a second signal: everything in hand as backs, and the outbox."""
        for task in self.held.values():
            self.outbox.backs.append(task.back())
        self.held.clear()
        return self.swap()
