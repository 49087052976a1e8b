"""What a worker has in hand: one leased URL, or one robots.txt that a gate asked for.

Theory of operation. A worker claims batches; each batch is a `Chain`, and each URL in it a
`LeaseTask`. A task moves through these states, and every way out ends in exactly one ack::

    WAITING --start--> RUNNING --end--> ENDED --commit--> (gone)
       |                  |
       +---give back------+--second signal--> BACK ack

* WAITING: in the chain's queue. It may be given back (host held, signal, too late) without a try.
* RUNNING: handed to Scrapy's engine. Whatever happens there is noted on the task (`settle`), but only
  the engine's `remove_request` ends it, since by then all its children are enqueued.
* ENDED: its ack waits in the outbox until the capture is on disk and the frontier has confirmed it.
  Until then the task keeps its children, so that they can be added again if the server lost them.
"""

from __future__ import annotations

import enum
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.errors import ClewError
from crawler.frontier.item import Addition, Item
from crawler.frontier.lease import ARCHIVED, Ack, Leased, Verdict
from crawler.frontier.recrawl import Again
from crawler.frontier.robots import KEPT

if TYPE_CHECKING:
    from crawler.scheduler.chain import Chain


class State(enum.Enum):
    """Where a task stands; see the module's theory of operation."""

    WAITING = enum.auto()
    RUNNING = enum.auto()
    ENDED = enum.auto()


@dataclass(slots=True, eq=False)
class Task:
    """Something to fetch. Moments are ``time.monotonic()`` seconds."""

    item: Item
    chain: Chain
    state: State = State.WAITING
    not_before: float = 0.0
    started: float = 0.0
    ended: float = 0.0
    capture: int = 0
    """Number of the newest capture of this task's exchange, 0 where there is none."""


@dataclass(slots=True, eq=False)
class RobotsTask(Task):
    """The robots.txt of an origin, asked for by the gate that holds its lock."""

    origin: str = field(kw_only=True)
    """The origin whose rules are sought; a redirect may have led elsewhere."""
    status: int | None = None
    body: bytes = b""
    location: str = ""
    failure: str = ""
    retry_after: float | None = None
    kept: float = KEPT
    """Seconds that the answer may be kept."""
    refused: bool = False
    """Its address may not be fetched from here, so nobody was asked."""
    failures: int = 0
    """Fetches that failed before this one, of whichever worker."""


@dataclass(slots=True, eq=False)
class LeaseTask(Task):
    """A leased URL with everything that is known about how it went."""

    leased: Leased = field(kw_only=True)
    deadline: float = 0.0
    children: list[Addition] = field(default_factory=list)
    verdict: Verdict | None = None
    reason: str = ""
    hold: float = 0.0
    """Seconds that the host rests, for every worker."""
    stretch: float = 0.0
    """Seconds from the end of the exchange that politeness adds to the host's delay."""
    failed: bool | None = None
    """Whether it counts as a failure of the host; None where it was not asked."""
    fatal: ClewError | None = None
    """What ends the crawl with it."""
    octets: int = 0
    """Of the answers that were archived for it."""
    status: int | None = None
    moved: bool = False
    """A downloader middleware put another request in this one's place."""
    redirected: bool = False
    again: Again | None = None
    """When the page is to be fetched again, if it is."""

    def settle(self, verdict: Verdict, reason: str = "", hold: float = 0.0) -> None:
        """Note the verdict; the first one counts."""
        if self.verdict is None:
            self.verdict, self.reason, self.hold = verdict, reason, hold

    def conclude(self) -> None:
        """At the end of the request: the verdict that no event gave."""
        if self.status is not None:
            self.settle(Verdict.DONE, str(self.status))
        elif self.moved:
            self.settle(Verdict.DONE, "replaced")
        else:
            self.settle(Verdict.DEAD, "dropped")

    def ack(self) -> Ack:
        """The ack of an ended task; the host has rested since its end already."""
        assert self.verdict is not None
        rested = time.monotonic() - self.ended if self.ended else 0.0
        hold = max(0.0, max(self.hold, self.stretch) - rested)
        again = self.again if self._has_2xx() else None
        return Ack(
            lease_id=self.leased.id,
            verdict=self.verdict,
            hold_ms=round(1000 * hold),
            reason=self.reason,
            seed=self.item.seed,
            seed_state=self._seed_state(),
            failed=None if self.failed is None else self.failed * (self.leased.failures + 1),
            pages=int(self._is_archived_page()),
            bytes=self.octets,
            due_ms=round(1000 * again.seconds) if again else 0,
            key=again.key if again else "",
            again=again.item if again else None,
        )

    def back(self, hold: float = 0.0) -> Ack:
        """The ack that puts the URL back unharmed: head of its queue, no attempt counted."""
        return Ack(lease_id=self.leased.id, verdict=Verdict.BACK, hold_ms=round(1000 * hold))

    def _seed_state(self) -> str:
        if not self.item.seed or self.verdict in (Verdict.BACK, None) or self.redirected:
            return ""
        return ARCHIVED if self._has_2xx() else self.reason

    def _is_archived_page(self) -> bool:
        item = self.item
        return self._has_2xx() and not (item.embedded or item.robots_of or item.errand)

    def _has_2xx(self) -> bool:
        return self.verdict is Verdict.DONE and self.status is not None and 200 <= self.status < 300


def robots_task(item: Item, chain: Chain) -> RobotsTask:
    """The task for a robots.txt, or for where it was moved (`Item.robots_of`)."""
    failures = int(item.data.get("failures", "0"))
    return RobotsTask(item, chain, origin=item.robots_of, failures=failures)
