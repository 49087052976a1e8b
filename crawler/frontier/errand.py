"""Errands: what workers do about segments, the parts of long queues that lie outside Redis.

Theory of operation. A segment is in one of three states; each move is one script, and its entries are at
every moment in Redis or in a durable file, so a worker may die at any point::

    (behind a full queue) --cut--> LOOSE --stored--> STORED --refill--> (queue)
                                     |                 |
                                     +--queue is       +--lost--> (dead)
                                        empty--> (queue)

LOOSE is a list in Redis; STORED is a slice of a file in one folder (a *place*), in Redis only a record.
A move of a segment that is not in that state does nothing: so two workers may do the same errand.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Any

import msgspec

from crawler.errors import StaleBoot
from crawler.frontier.partition import Partition
from crawler.frontier.segment import Segment
from crawler.frontier.segment_folder import Slice
from crawler.store.client import Call

GATHER = 10_000
"""Milliseconds that a loose segment waits for others to share its file, unless there are many."""
PATIENCE = 5_000
"""Milliseconds after which another worker is given the same errand."""
_QUEUES_MOST = 64
ENTRIES_MOST = 20_000
"""Entries that are brought back at once, and of one file, but for the last segment: some megabytes."""
_FIELDS = 7


class Errand(msgspec.Struct, frozen=True):
    """A segment to be stored, or to be put back into its queue."""

    name: str
    host: str
    priority: int
    count: int
    """How many entries it has."""
    where: Slice | None
    """It is wanted in its queue, and lies there; None: it is loose."""


class Errands(msgspec.Struct, frozen=True):
    """What the server handed out to a worker."""

    moment: int
    """When that was, in ms of the server's clock."""
    wanted: list[Errand]
    """Of each queue the oldest first."""
    loose: list[Errand]
    elsewhere: int
    """Segments that are wanted, and lie in a folder that this worker does not see."""
    machine: str
    """One that stored some of those."""


async def take(partition: Partition, place: str, entries: int = ENTRIES_MOST) -> Errands:
    """Errands for a worker whose folder is `place`; it stores about so many `entries`."""
    reply = await partition.run(
        *("errand", place, _QUEUES_MOST, ENTRIES_MOST, entries, GATHER, PATIENCE),
    )
    rows = [_errand(reply[i : i + _FIELDS]) for i in range(3, len(reply), _FIELDS)]
    wanted, loose = (
        [one for one in rows if (one.where is None) is is_loose] for is_loose in (False, True)
    )
    return Errands(reply[0], wanted, loose, reply[1], reply[2].decode())


async def entries(partition: Partition, errands: Sequence[Errand]) -> list[Segment]:
    """The segments that are loose still, with what they hold."""
    if not errands:
        return []
    key = partition.store.keys
    lists = await partition.store.commands(
        *(("LRANGE", key(f"loose:{one.name}"), 0, -1) for one in errands)
    )
    return [
        Segment(one.name, one.host, one.priority, found)
        for one, found in zip(errands, lists, strict=True)
        if len(found) == one.count
    ]


async def stored(
    partition: Partition, moment: int, place: str, where: Sequence[tuple[Segment, Slice]]
) -> int:
    """Say that segments lie in a durable file; how many were loose still.

    None counts where they were handed out more than half a minute ago (`Errands.moment`).
    """
    words: list[str | int] = [moment, place, socket.gethostname(), where[0][1].file]
    for segment, slice_ in where:
        words += [segment.name, slice_.offset, slice_.length]
    return int(await partition.run("stored", *words))


async def refill(partition: Partition, *segments: Segment) -> int:
    """Put segments back into their queues; how many that were.

    One that is not outside any more does not count, nor one behind an older that is.
    """
    if not segments:
        return 0
    while True:
        boot = partition.store.boot
        calls = [Call("refill", (boot, segment.name, *segment.entries)) for segment in segments]
        try:
            return sum(await partition.store.transact(calls))
        except StaleBoot:
            continue


async def lost(partition: Partition, name: str) -> int:
    """Give up a segment that cannot be read; how many URLs that were, 0 where it is not outside."""
    return int(await partition.run("lost", name))


async def unknown(partition: Partition, files: list[str]) -> tuple[str, list[str]]:
    """The server's boot id, and which of these files no segment lies in at that moment."""
    key = partition.store.keys
    boot, counts = await partition.store.commands(
        ("HGET", key("crawl"), "boot"), ("HMGET", key("files"), *files)
    )
    return boot.decode(), [file for file, count in zip(files, counts, strict=True) if count is None]


async def outside(partition: Partition, host: str, priority: int) -> list[Errand]:
    """The segments of one queue, the oldest first."""
    key = partition.store.keys
    names = await partition.store.command("LRANGE", key(f"queue:{host}:{priority}:outside"), 0, -1)
    if not names:
        return []
    records = await partition.store.command("HMGET", key("segments"), *names)
    return [
        _errand([name, *record.split(b"\n")[:3], *record.split(b"\n")[4:]])
        for name, record in zip(names, records, strict=True)
    ]


def _errand(row: Sequence[Any]) -> Errand:
    name, host, priority, count, file, offset, length = row
    where = Slice(file.decode(), int(offset), int(length)) if file else None
    return Errand(name.decode(), host.decode(), int(priority), int(count), where)
