"""Errands: what workers do about segments, the parts of long queues that lie outside Redis.

Theory of operation. A segment is in one of three states; each move is one script, and its entries are at
every moment in Redis or in a durable file, so a worker may die at any point::

    (behind a full queue) --cut--> LOOSE --stored--> STORED --refill--> (queue)
                                     |                 |
                                     +--queue is       +--lost--> (dead)
                                        empty--> (queue)

LOOSE is a list in Redis; STORED is a file in one folder (a *place*), and in Redis no more than a record.
A move of a segment that is not in that state any more does nothing: so two workers may do one errand.
"""

from __future__ import annotations

import socket

import msgspec

from crawler.frontier.partition import Partition
from crawler.frontier.segment import Segment

_PATIENCE = 5000
"""Milliseconds after which another worker is given the same errand."""
_FIELDS = 5


class Errand(msgspec.Struct, frozen=True):
    """A segment to be stored, or to be put back into its queue."""

    name: str
    host: str
    priority: int
    count: int
    """How many entries it has."""
    stored: bool
    """It is wanted in its queue; else it waits to be stored."""


class Elsewhere(msgspec.Struct, frozen=True):
    """Segments that are wanted, and lie in a folder that this worker does not see."""

    segments: int
    machine: str
    """One that stored some of them."""


async def take(partition: Partition, place: str, most: int) -> tuple[list[Errand], Elsewhere]:
    """Up to `most` errands for a worker whose folder is `place`, what is wanted first."""
    reply = await partition.run("errand", place, most, _PATIENCE)
    rows = (reply[i : i + _FIELDS] for i in range(2, len(reply), _FIELDS))
    errands = [
        Errand(name.decode(), host.decode(), priority, count, stored == 1)
        for name, host, priority, count, stored in rows
    ]
    return errands, Elsewhere(reply[0], reply[1].decode())


async def loose(partition: Partition, errand: Errand) -> Segment | None:
    """The segment that waits to be stored; None where it is not loose any more."""
    store = partition.store
    entries = await store.command("LRANGE", store.keys(f"loose:{errand.name}"), 0, -1)
    if len(entries) != errand.count:
        return None
    return Segment(errand.name, errand.host, errand.priority, entries)


async def stored(partition: Partition, name: str, place: str) -> bool:
    """Say that a segment lies in a durable file; False where it is not loose any more."""
    return bool(await partition.run("stored", name, place, socket.gethostname()))


async def refill(partition: Partition, segment: Segment) -> bool:
    """Put a segment back into its queue; False where it is not outside any more."""
    return bool(await partition.run("refill", segment.name, *segment.entries))


async def lost(partition: Partition, name: str) -> int:
    """Give up a segment that cannot be read; how many URLs that were, 0 where it is not outside."""
    return int(await partition.run("lost", name))


async def unknown(partition: Partition, names: list[str]) -> tuple[str, list[str]]:
    """The server's boot id, and which of these segments it knows nothing of at that moment."""
    key = partition.store.keys
    boot, records = await partition.store.commands(
        ("HGET", key("crawl"), "boot"), ("HMGET", key("segments"), *names)
    )
    missing = [name for name, record in zip(names, records, strict=True) if record is None]
    return boot.decode(), missing


async def registry(partition: Partition) -> list[Errand]:
    """Every segment, those of one queue with the oldest first."""
    flat = await partition.store.command("HGETALL", partition.store.keys("segments"))
    pairs = flat.items() if isinstance(flat, dict) else zip(flat[::2], flat[1::2], strict=True)
    found = []
    for name, record in pairs:
        host, priority, count, place = record.decode().split("\n")
        found.append(Errand(name.decode(), host, int(priority), int(count), bool(place)))
    return sorted(found, key=lambda one: (one.host, one.priority, int(one.name.rpartition("-")[2])))
