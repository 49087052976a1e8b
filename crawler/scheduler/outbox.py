"""What waits to be told to the frontier: seeds, additions and acks, in the order they arose."""

from __future__ import annotations

from dataclasses import dataclass, field

from crawler.frontier.item import Addition
from crawler.frontier.lease import Ack
from crawler.scheduler.task import LeaseTask


@dataclass(slots=True)
class Outbox:
    """One batch for the committer. Additions go before acks, so no child is younger than an ack."""

    seeds: list[Addition] = field(default_factory=list)
    additions: list[Addition] = field(default_factory=list)
    backs: list[Ack] = field(default_factory=list)
    ended: list[LeaseTask] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.seeds or self.additions or self.backs or self.ended)

    @property
    def capture(self) -> int:
        """The newest capture that must be on disk before the acks may go."""
        return max((task.capture for task in self.ended), default=0)

    def acks(self) -> list[Ack]:
        """Every ack; only right once `capture` is on disk."""
        return [*self.backs, *(task.ack() for task in self.ended)]

    def safe_acks(self, synced: int) -> list[Ack]:
        """Acks for a disk that keeps no more than capture number `synced`: the rest goes back."""
        return [
            *self.backs,
            *(task.ack() if task.capture <= synced else task.back() for task in self.ended),
        ]

    def children(self) -> list[Addition]:
        """The children of the ended leases, for a server that lost its tail."""
        return [child for task in self.ended for child in task.children]
