"""``scrapy frontier status``: how a crawl stands, and why nothing is happening."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from crawler.commands._common import print_json
from crawler.commands._rows import printable
from crawler.config import Config
from crawler.frontier.attach import attached
from crawler.frontier.snapshot import Host, Snapshot
from crawler.frontier.view import SHOWN, look
from crawler.frontier.why import span, why
from crawler.model.collection import Collection
from crawler.store import address
from pipelines.report.crawl import count

_REASONS = 8


def print_status(collection: Collection, config: Config, as_json: bool, all: bool = False) -> None:
    """Print the state, counters, workers, hosts, leases, the dead by reason, and what holds it up."""
    seen = asyncio.run(_look(collection, config, all))
    server = address.shown(config.frontier_url)
    if as_json:
        head = {"collection": collection.name, "server": server, "why": why(seen)}
        print_json({**head, **msgspec.to_builtins(seen), "queued": seen.counts.queued})
        return
    print(f"{collection.name}: {seen.state} ({server})")
    for line in _lines(seen, all):
        print(printable(line))


async def _look(collection: Collection, config: Config, everything: bool) -> Snapshot:
    async with attached(config, collection) as partitions:
        return await look(partitions, everything=everything)


def _lines(seen: Snapshot, everything: bool) -> Iterator[str]:
    yield from (f"  why: {reason}" for reason in why(seen))
    yield from _counters(seen)
    yield from _workers(seen)
    most = None if everything else SHOWN
    yield from _section("hosts with work, the next first", _hosts(seen.hosts[:most]))
    if more := seen.counts.hosts - sum(host.queued > 0 for host in seen.hosts[:most]):
        yield f"  and {count(more, 'host')} more{'' if everything else ': --all'}" if more > 0 else ""
    yield from _section("leases, the next to expire first", _leases(seen, most))


def _counters(seen: Snapshot) -> Iterator[str]:
    counts = seen.counts
    yield (
        f"  {counts.added:,} URLs: {counts.done:,} done, {counts.dead:,} given up, "
        f"{counts.queued:,} waiting on {count(counts.hosts, 'host')}, {counts.in_flight:,} on lease"
    )
    yield (
        f"  {counts.pages:,} pages archived; {counts.retried:,} tried again, "
        f"{counts.back:,} handed back, {counts.expired:,} leases ran out"
    )
    if seen.outside:
        yield f"  {seen.outside:,} of those that wait lie on disk, in {count(seen.segments, 'segment')}"
    if seen.recrawl:
        yield f"  {count(seen.recrawl, 'story', 'stories')} will come again, see docs/recrawl.md"
    if seen.dead:
        reasons = sorted(seen.dead.items(), key=lambda pair: -pair[1])
        counted = ", ".join(f"{number:,} {reason}" for reason, number in reasons[:_REASONS])
        yield f"  given up: {counted} (`scrapy frontier dead` lists them)"


def _workers(seen: Snapshot) -> Iterator[str]:
    for worker in seen.workers:
        fate = "" if worker.alive else ": dead, or cut off"
        yield f"  worker {worker.name}, heard {span(worker.silent)} ago{fate}"


def _hosts(hosts: Sequence[Host]) -> Iterator[tuple[str, ...]]:
    if hosts:
        yield ("host", "waiting", "leased", "next in", "delay", "slots", "failures", "")
    for host in hosts:
        when = "all slots taken" if host.busy else "now" if host.due <= 0 else span(host.due)
        slots = f"{host.used} of {host.slots}"
        held = f"held for {span(host.held)}" if host.held else ""
        shared = "" if host.clock == host.name else f"clock {host.clock}"
        yield (
            *(host.name, f"{host.queued:,}", f"{host.leased:,}", when, span(host.delay), slots),
            *(str(host.failures or ""), ", ".join(filter(None, (held, shared)))),
        )


def _leases(seen: Snapshot, most: int | None) -> Iterator[tuple[str, ...]]:
    if seen.leases:
        yield ("expires in", "silent for", "tries", "URL")
    for lease in seen.leases[:most]:
        yield (span(lease.expires), span(lease.silent), str(lease.attempts + 1), lease.uri)


def _section(title: str, rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """A table, each column as wide as its widest cell; nothing where there are no rows."""
    table = list(rows)
    if not table:
        return
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    yield f"  {title}"
    for row in table:
        cells = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        yield f"    {'  '.join(cells)}".rstrip()
