"""A snapshot: what one look at a frontier has seen, as values. No server is asked here.

Times are seconds from the moment of the look, in the past where they are negative.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import msgspec

from crawler.frontier.counts import Counts


class Worker(msgspec.Struct, frozen=True):
    """A worker that joined and did not leave."""

    name: str
    """``HOST:PID``."""
    silent: float
    """Seconds since it was heard."""
    alive: bool
    """It was heard within ``LEASE_TIME``, and no process of this machine that has gone."""


class Host(msgspec.Struct, frozen=True):
    """A host that has URLs waiting or on lease. Times are seconds from now on, negative in the past."""

    name: str
    clock: str
    """Whose delay and slots hold: its own name, or the clock that it shares."""
    queued: int
    """URLs that wait in Redis."""
    leased: int
    due: float
    """When its delay is over, and its hold."""
    held: float
    """Until when it rests, as an answer (``Retry-After``) or a back-off asked for; 0: not at all."""
    delay: float
    used: int
    slots: int
    failures: int
    """Failures in a row."""

    @property
    def busy(self) -> bool:
        """Whether all its slots are taken."""
        return self.used >= self.slots


class Lease(msgspec.Struct, frozen=True):
    """A URL in a worker's hands."""

    uri: str
    host: str
    attempts: int
    expiries: int
    expires: float
    """Seconds until it goes back into its queue."""
    silent: float
    """Seconds since its worker claimed or last extended it, at most. One that lives does that at a
    quarter of ``LEASE_TIME``."""


class Snapshot(msgspec.Struct, frozen=True):
    """One look at a frontier. Times are seconds from now on."""

    state: str
    """``running``, ``paused``, ``stopped``, ``full`` (a quota of the crawl is reached), ``finished``."""
    counts: Counts
    lease_time: float
    hold: float = 0.0
    """How long nothing is claimed after a restart of the server; 0: not."""
    workers: Sequence[Worker] = ()
    ready: int = 0
    """Clocks (hosts, mostly) that have work and a free slot."""
    due: int = 0
    """Those of them that may be asked now."""
    hosts: Sequence[Host] = ()
    """Those with all slots taken, then the others, the next first; not all of them."""
    leases: Sequence[Lease] = ()
    """The next to expire first; not all of them."""
    outside: int = 0
    """URLs that wait in segments."""
    segments: int = 0
    wanted: int = 0
    """Segments whose host waits for them, while no worker has brought them."""
    dead: Mapping[str, int] = {}
    """Reason -> how many, among the newest ten thousand."""
    recrawl: int = 0
    """Stories that will be due again."""
    next_recrawl: float = 0.0
    """When the first of them is due."""


def merged(parts: Sequence[Snapshot]) -> Snapshot:
    """One snapshot of several partitions'."""
    if len(parts) == 1:
        return parts[0]
    workers: dict[str, Worker] = {}
    for worker in chain(*(part.workers for part in parts)):
        known = workers.get(worker.name)
        workers[worker.name] = worker if known is None or worker.silent < known.silent else known
    rows = (msgspec.structs.astuple(part.counts) for part in parts)
    counts = Counts(*map(sum, zip(*rows, strict=True)))
    states = {part.state for part in parts} - {"finished"}
    said = next((state for state in ("stopped", "paused", "full") if state in states), "running")
    return Snapshot(
        state=state_of(said, counts, full=False),
        counts=counts,
        lease_time=max(part.lease_time for part in parts),
        hold=max(part.hold for part in parts),
        workers=sorted(workers.values(), key=lambda worker: worker.name),
        ready=sum(part.ready for part in parts),
        due=sum(part.due for part in parts),
        hosts=ordered(chain(*(part.hosts for part in parts))),
        leases=sorted(chain(*(part.leases for part in parts)), key=lambda lease: lease.expires),
        outside=sum(part.outside for part in parts),
        segments=sum(part.segments for part in parts),
        wanted=sum(part.wanted for part in parts),
        dead=sum((Counter(part.dead) for part in parts), Counter[str]()),
        recrawl=sum(part.recrawl for part in parts),
        next_recrawl=min((part.next_recrawl for part in parts if part.recrawl), default=0.0),
    )


def state_of(said: str, counts: Counts, full: bool) -> str:
    """The state that an operator reads, of the one that claims obey."""
    if counts.over:
        return "finished"
    return "full" if full and said == "running" else said


def ordered(hosts: Iterable[Host]) -> list[Host]:
    """Those with all slots taken first, then the next first."""
    return sorted(hosts, key=lambda host: (not host.busy, host.due, host.name))
