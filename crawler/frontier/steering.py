"""What an operator does to a frontier: pause it, requeue its dead, give up a host, drop all of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from enum import StrEnum

import msgspec

from crawler.config import Config
from crawler.errors import FrontierError, MalformedRecord
from crawler.frontier import errand, generation
from crawler.frontier.attach import opened
from crawler.frontier.item import Item
from crawler.frontier.partition import Partition
from crawler.frontier.segment_folder import SegmentFolder, Slice
from crawler.frontier.worker import may_run
from crawler.model.collection import Collection

_AT_ONCE = 500
CLASSES = 16
"""Of a host's queue."""


class Steered(StrEnum):
    """The states that an operator sets; claims obey them."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


class Dead(msgspec.Struct, frozen=True):
    """A URL that was given up."""

    reason: str
    host: str
    priority: int
    at: float
    """When, in seconds since 1970 of the server's clock."""
    item: Item


class Meant(msgspec.Struct, frozen=True):
    """Which of the dead are meant."""

    kind: str = "all"
    """``all``, ``reason`` (those whose reason begins with `word`) or ``url`` (`word` itself)."""
    word: str = ""


async def steer(partitions: Sequence[Partition], state: Steered) -> tuple[str, int]:
    """Set the state; the one before, and how many workers obey."""
    replies = [await partition.run("state", state) for partition in partitions]
    return str(replies[0][0].decode()), max(reply[1] for reply in replies)


async def dead(partitions: Sequence[Partition], reason: str = "") -> AsyncIterator[Dead]:
    """Those whose reason begins with `reason`, of each partition the newest last."""
    for partition in partitions:
        start, some = 0, [b""]
        while some:
            words = (partition.store.keys("dead"), start, start + _AT_ONCE - 1)
            some = await partition.store.command("LRANGE", *words)
            start += len(some)
            for entry in map(dead_of, some):
                if entry.reason.startswith(reason):
                    yield entry


def dead_of(entry: bytes) -> Dead:
    """An entry of the list of the dead."""
    reason, host, priority, at, item = entry.split(b"\n", 4)
    when = float(at) / 1000
    return Dead(reason.decode("utf-8", "replace"), host.decode(), int(priority), when, Item.decode(item))


async def requeue(partitions: Sequence[Partition], meant: Meant) -> int:
    """Let what is meant of the dead wait again, with all its tries; how many URLs that were."""
    return sum([await _requeue(partition, meant) for partition in partitions])


async def _requeue(partition: Partition, meant: Meant) -> int:
    left = await partition.store.command("LLEN", partition.store.keys("dead"))
    requeued = 0
    while left > 0:
        words = (min(left, _AT_ONCE), meant.kind, meant.word)
        looked, some = await partition.run("requeue", *words)
        requeued += some
        left = left - looked if looked else 0
    return requeued


async def drop_host(partitions: Sequence[Partition], folder: SegmentFolder, host: str) -> int:
    """Give up what waits at a host, reason ``dropped``; how many URLs that were.

    What lies in segments is fetched from `folder`. Raises `FrontierError` where it is not there.
    """
    return sum([await _drop_host(partition, folder, host) for partition in partitions])


async def _drop_host(partition: Partition, folder: SegmentFolder, host: str) -> int:
    dropped = 0
    while True:
        while some := await partition.run("drop", host):
            dropped += some
        stored = await _stored(partition, host)
        if stored is None:
            return dropped
        name, where = stored
        try:
            segment = await asyncio.to_thread(folder.read, name, where)
        except (OSError, MalformedRecord) as error:
            raise FrontierError(
                f"parts of the queue of {host} are not to be had here ({error})",
                f"{dropped} URLs were given up; run the same command where workers of the crawl ran",
            ) from error
        await errand.refill(partition, segment)


async def _stored(partition: Partition, host: str) -> tuple[str, Slice] | None:
    """The first segment of a host that lies in a file."""
    for priority in range(CLASSES):
        for one in await errand.outside(partition, host, priority):
            if one.where is not None:
                return one.name, one.where
    return None


async def drop(config: Config, collection: Collection) -> int:
    """Delete the whole frontier of a collection; how many keys that were.

    Raises `WrongFrontier` where the server holds another one, `FrontierError` where a worker is running.
    A drop that was broken off is ended by the next.
    """
    known = generation.read(collection.frontier)
    async with opened(config, collection) as partitions:
        gone: list[str] = []
        for sure in (0, 1):  # looked at everywhere, before the first is touched
            for partition in partitions:
                found = await partition.store.run("vacate", known, sure, *gone)
                heard = {worker.decode() for worker in found}
                if workers := sorted(filter(may_run, heard)):
                    raise at_work(collection, workers)
                gone += heard
        keys = sum([await clear(partition) for partition in partitions])
    folder = SegmentFolder(collection.frontier)
    for file in folder.files():
        folder.delete(file)
    (collection.frontier / "generation").unlink(missing_ok=True)
    return keys


def at_work(collection: Collection, workers: Sequence[str]) -> FrontierError:
    """The error for what cannot be done while workers run."""
    return FrontierError(
        f"workers of {collection.name} may be running: {', '.join(workers)}, heard within LEASE_TIME",
        f"`scrapy frontier stop {collection.name}`, and do it when they have ended",
    )


async def clear(partition: Partition, kept: Sequence[str] = ()) -> int:
    """Delete all keys of a partition but those of the names `kept`; how many.

    The generation goes last: until then nobody can join what is left.
    """
    key, store = partition.store.keys, partition.store
    late = {key(name).encode() for name in (*kept, "generation", "crawl")}
    cursor, deleted = b"0", 0
    while True:
        cursor, found = await store.command("SCAN", cursor, "MATCH", key("*"), "COUNT", 1000)
        if doomed := [name for name in found if name not in late]:
            deleted += await store.command("UNLINK", *doomed)
        if int(cursor) == 0:
            break
    if not kept:
        deleted += await store.command("UNLINK", key("crawl"), key("generation"))
    return deleted
