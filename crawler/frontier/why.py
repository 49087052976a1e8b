"""Why nothing is happening: from a snapshot to reasons that an operator can do something about. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from crawler.frontier.snapshot import Host, Snapshot

_SILENT = 0.5
"""Part of ``LEASE_TIME`` after which a worker that did not extend a lease seems dead: others do so at a
quarter."""
_LONG = 5.0
"""Seconds of waiting that need no reason."""


def why(seen: Snapshot) -> list[str]:
    """What keeps URLs from being fetched, one reason a line; empty where nothing does.

    What ends the crawl, or holds all of it, stands alone; the others add up.
    """
    for reason in (_finished, _state, _nobody, _held):
        if said := reason(seen):
            return [said]
    return [said for reason in _PARTS for said in reason(seen)]


def _finished(seen: Snapshot) -> str:
    if not seen.counts.over:
        return ""
    said = "nothing waits: the crawl is finished"
    if not seen.recrawl:
        return said
    if seen.next_recrawl <= 0:
        return (
            f"{said}; {seen.recrawl:,} stories come again: the next `scrapy crawl` fetches what is due"
        )
    return f"{said}; {seen.recrawl:,} stories come again, the first in {span(seen.next_recrawl)}"


def _state(seen: Snapshot) -> str:
    return {
        "paused": "paused: `scrapy frontier resume` lets it go on",
        "stopped": "stopped: the next `scrapy crawl` goes on, as does `scrapy frontier resume`",
        "full": "a quota of pages or bytes is reached: `scrapy crawl` with a higher one goes on",
    }.get(seen.state, "")


def _nobody(seen: Snapshot) -> str:
    if any(worker.alive for worker in seen.workers):
        return ""
    said = "no worker is running: start one with the command that began the crawl"
    if not seen.workers:
        return said
    last = min(seen.workers, key=lambda worker: worker.silent)
    return f"{said}; {last.name} was heard last, {span(last.silent)} ago"


def _held(seen: Snapshot) -> str:
    if seen.hold <= 0:
        return ""
    return (
        f"the server was restarted and may have lost its last second: nothing is claimed for "
        f"{span(seen.hold)}, so that no host is asked too soon"
    )


def _resting(seen: Snapshot) -> Iterator[str]:
    """Hosts that have a free slot, all of which rest for a while."""
    waiting = [host for host in seen.hosts if host.queued and not host.busy]
    if not waiting or seen.due:
        return
    first = min(waiting, key=lambda host: host.due)
    if first.due > _LONG:
        yield (
            f"each of {seen.ready:,} hosts with a free slot rests, the first ({first.name}) for another "
            f"{span(first.due)}: {_cause(first)}"
        )


def _cause(host: Host) -> str:
    if host.held < host.due:
        return f"its delay is {span(host.delay)}"
    if host.failures:
        return f"{host.failures} failures in a row let it rest longer each time, or it asked for it"
    return "it asked for patience (Retry-After), or a lease of it was lost"


def _taken(seen: Snapshot) -> Iterator[str]:
    """Hosts that wait for a slot, and the leases that may never end by themselves."""
    busy = [host for host in seen.hosts if host.queued and host.busy]
    lost = [lease for lease in seen.leases if lease.silent > _SILENT * seen.lease_time]
    if busy and not seen.ready:
        yield f"every slot of the {_hosts(busy)} that have URLs waiting is taken by a lease"
    if lost:
        last = max(lease.expires for lease in lost)
        yield (
            f"a worker seems dead: {len(lost):,} leases, such as {lost[0].uri}, were not extended for "
            f"{span(lost[0].silent)}; others take them in {span(last)} at the latest"
        )


def _hosts(hosts: Sequence[Host]) -> str:
    return f"{len(hosts):,} hosts" if len(hosts) > 1 else hosts[0].name


def _outside(seen: Snapshot) -> Iterator[str]:
    if seen.wanted:
        yield (
            f"{seen.wanted:,} of {seen.segments:,} parts of queues that lie on disk are wanted; nobody "
            "brings them: let a worker run where they were written, or machines share COLLECTIONS_DIR"
        )


_PARTS: Iterable[Callable[[Snapshot], Iterator[str]]] = (_resting, _taken, _outside)


def span(seconds: float) -> str:
    """A time for people: ``0.4 s``, ``38 s``, ``12 min``, ``3 h 5 min``, ``2 d 4 h``."""
    if seconds < 9.95:
        return f"{max(0.0, seconds):.1f} s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 100:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min"
    return f"{hours // 24} d {hours % 24} h"
