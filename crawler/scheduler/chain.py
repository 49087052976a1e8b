"""A chain: one claimed batch, that is one slot of one host, strictly one request after the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from crawler.frontier.lease import Ended
from crawler.scheduler.task import LeaseTask, RobotsTask, Task

GUARD = 0.01
"""Seconds added to a delay: what counts is when requests arrive, and on a busy machine one can be held
up by some milliseconds on its way (3 ms were too few: 0.195 s were seen for a delay of 0.2 s)."""


@dataclass(slots=True, eq=False)
class Chain:
    """The tasks of one batch. `delay` is the host's, in seconds; moments are monotonic."""

    host: str
    delay: float
    batch: bytes = b""
    """What the frontier calls it."""
    queue: deque[Task] = field(default_factory=deque)
    running: Task | None = None
    last_start: float = 0.0
    rest_until: float = 0.0
    gated: bool = False
    """Waiting for robots.txt: nothing of it starts but the robots.txt itself."""

    def due(self) -> float:
        """The moment at which the first task may start; the queue must not be empty."""
        first = self.queue[0]
        spacing = self.last_start + self.delay + GUARD if self.last_start and self.delay else 0.0
        return max(first.not_before, spacing, self.rest_until)

    def rest(self, seconds: float, now: float) -> None:
        """Nothing of the host starts for so long from `now` on."""
        self.rest_until = max(self.rest_until, now + seconds)

    def over(self, now: float) -> Ended:
        """What the frontier is told when nothing of it is left: the slot is free, the host may rest.

        The guard counts between two chains as within one.
        """
        started = self.last_start + GUARD if self.last_start else now
        return Ended(self.batch, self.host, started, now, max(0.0, self.rest_until - now))

    def leases(self) -> Iterator[LeaseTask]:
        """Leased tasks that have not started, last first, so that each `back` keeps the order."""
        return (task for task in reversed(self.queue) if isinstance(task, LeaseTask))

    def robots_first(self, task: RobotsTask) -> None:
        """Put a robots.txt in front of everything else; it takes the place of the first in time."""
        task.not_before = self.queue[0].not_before if self.queue else 0.0
        self.queue.appendleft(task)
