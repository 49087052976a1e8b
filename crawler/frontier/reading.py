"""What lies in one partition, read line by line for an export."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from crawler.errors import FrontierError, MalformedRecord
from crawler.frontier import errand, steering
from crawler.frontier.item import Item
from crawler.frontier.partition import Partition
from crawler.frontier.segment_folder import SegmentFolder
from crawler.frontier.transfer import DeadLine, DueLine, HostLine, SeedLine, Seen, Waiting

_AT_ONCE = 500
_BUCKETS = 20
"""Buckets of fingerprints in one line, about 4,000."""
_QUEUES = 50
"""Classes of hosts of which the first entries are read at once."""
_OUTSIDE = 16
"""From this bit on a host's mask says of which classes a part lies outside (overflow.lua)."""
_OF_A_HOST = ("pages", "bytes", "delay", "asked", "slots", "next", "held", "failures", "clock")


class Reading:
    """One partition; `folder` has its segments. Each method yields lines, and raises `FrontierError`."""

    def __init__(self, partition: Partition, number: int, folder: SegmentFolder) -> None:
        self.partition = partition
        self.number = number
        self.folder = folder
        self._clocks: dict[str, str] = {}
        """Of hosts that share one."""
        self._masks: dict[str, int] = {}
        """Of hosts at which something waits."""

    async def hosts(self) -> AsyncIterator[HostLine]:
        """Every host and shared clock, before all else; some may come twice."""
        prefix, cursor = self.partition.store.keys("host:"), b"0"
        while True:
            words = ("SCAN", cursor, "MATCH", prefix + "*", "COUNT", _AT_ONCE)
            cursor, keys = await self.partition.store.command(*words)
            rows = [("HMGET", key, "mask", *_OF_A_HOST) for key in keys]
            replies = await self.partition.store.commands(*rows) if rows else []
            for key, (mask, *values) in zip(keys, replies, strict=True):
                yield self._host(key.decode().removeprefix(prefix), int(mask or 0), values)
            if int(cursor) == 0:
                return

    def _host(self, name: str, mask: int, values: Sequence[bytes | None]) -> HostLine:
        pairs = zip(_OF_A_HOST, values, strict=True)
        fields = {field: value.decode() for field, value in pairs if value is not None}
        if mask:
            self._masks[name] = mask
        if "clock" in fields:
            self._clocks[name] = fields["clock"]
        return HostLine(name, self._clock(name), fields)

    def _clock(self, host: str) -> str:
        return self._clocks.get(host, host)

    async def waiting(self) -> AsyncIterator[Waiting]:
        """What waits, each queue in its order."""
        queues = [
            (host, priority, mask >> priority + _OUTSIDE & 1 == 1)
            for host, mask in self._masks.items()
            for priority in range(steering.CLASSES)
            if mask >> priority & (1 | 1 << _OUTSIDE)
        ]
        key = self.partition.store.keys
        for part in _parts(queues, _QUEUES):
            heads = await self.partition.store.commands(
                *(
                    ("LRANGE", key(f"queue:{host}:{priority}"), 0, _AT_ONCE - 1)
                    for host, priority, _ in part
                )
            )
            for (host, priority, has_more), head in zip(part, heads, strict=True):
                async for entry in self._queue(host, priority, head, has_more):
                    item = Item.decode(entry[2:])
                    yield Waiting(host, self._clock(host), priority, entry[0], entry[1], item)

    async def leased(self) -> AsyncIterator[Waiting]:
        """What is on lease, for the heads of queues: the last to expire first, so it ends up last."""
        scored = await self._command("ZRANGE", "leases", 0, -1, "WITHSCORES")
        leases = list(zip(scored[::2], scored[1::2], strict=True))
        for part in _parts(leases[::-1]):
            records = await self._command("HMGET", "items", *(lease for lease, _ in part))
            for (_, expiry), record in zip(part, records, strict=True):
                host, priority, attempts, expiries, _, item = record.split(b"\n", 5)
                yield Waiting(
                    *(host.decode(), self._clock(host.decode()), int(priority), int(attempts)),
                    *(int(expiries), Item.decode(item), "head", int(float(expiry))),
                )

    async def dead(self) -> AsyncIterator[DeadLine]:
        """What was given up, the newest last."""
        async for one in steering.dead([self.partition]):
            at, clock = round(1000 * one.at), self._clock(one.host)
            yield DeadLine(one.reason, one.host, clock, one.priority, at, one.item)

    async def seeds(self) -> AsyncIterator[SeedLine]:
        """Seeds with their states and passes; some may come twice."""
        async for part in self._fields("passes"):  # each that has a state has begun a pass
            states = await self._command("HMGET", "seeds", *part)
            for (seed, passed), state in zip(part.items(), states, strict=True):
                moment = int(float(passed))
                yield SeedLine(self.number, seed.decode(), (state or b"").decode(), moment)

    async def due(self) -> AsyncIterator[DueLine]:
        """Pages that will be due again; some may come twice."""
        async for part in self._fields("recrawl"):
            key = self.partition.store.keys("due")
            moments = await self.partition.store.commands(*(("ZSCORE", key, one) for one in part))
            for (fingerprint, record), moment in zip(part.items(), moments, strict=True):
                host, priority, item = record.split(b"\n", 2)
                yield DueLine(
                    *(fingerprint.decode(), int(float(moment or 0)), host.decode()),
                    *(self._clock(host.decode()), int(priority), Item.decode(item)),
                )

    async def seen(self) -> AsyncIterator[Seen]:
        """The fingerprints of all that was ever added."""
        buckets, split = await self._command("HMGET", "crawl", "buckets", "split")
        numbers = range(int(buckets or 1) + int(split or 0))
        for some in _parts(numbers, _BUCKETS):
            key = self.partition.store.keys
            sets = await self.partition.store.commands(
                *(("SMEMBERS", key(f"seen:{number}")) for number in some)
            )
            if prints := sorted(int(one) for members in sets for one in members):
                yield Seen(self.number, b"".join(one.to_bytes(8) for one in prints))

    async def _queue(
        self, host: str, priority: int, head: Sequence[bytes], has_more: bool
    ) -> AsyncIterator[bytes]:
        """The entries of one class: the list; where `has_more` the segments and what is behind them."""
        name = f"queue:{host}:{priority}"
        for entry in head:
            yield entry
        if len(head) == _AT_ONCE:
            async for entry in self._list(name, _AT_ONCE):
                yield entry
        if not has_more:
            return
        for one in await errand.outside(self.partition, host, priority):
            for entry in await self._segment(one):
                yield entry
        async for entry in self._list(f"{name}:behind", 0):
            yield entry

    async def _segment(self, one: errand.Errand) -> Sequence[bytes]:
        if one.where is None:
            entries: Sequence[bytes] = await self._command("LRANGE", f"loose:{one.name}", 0, -1)
            return entries
        try:
            return (await asyncio.to_thread(self.folder.read, one.name, one.where)).entries
        except (OSError, MalformedRecord) as error:
            raise FrontierError(
                f"a part of the queue of {one.host} is not to be had here ({error})",
                "export where the workers of the crawl ran, or let the machines share COLLECTIONS_DIR",
            ) from error

    async def _list(self, name: str, start: int) -> AsyncIterator[bytes]:
        while some := await self._command("LRANGE", name, start, start + _AT_ONCE - 1):
            start += len(some)
            for entry in some:
                yield entry

    async def _fields(self, name: str) -> AsyncIterator[dict[bytes, bytes]]:
        """The fields of a hash, some at a time; some may come twice."""
        cursor = b"0"
        while True:
            cursor, flat = await self._command("HSCAN", name, cursor, "COUNT", _AT_ONCE)
            pairs = flat.items() if isinstance(flat, dict) else zip(flat[::2], flat[1::2], strict=True)
            if found := dict(pairs):
                yield found
            if int(cursor) == 0:
                return

    async def _command(self, word: str, name: str, *words: str | bytes | int) -> Any:
        return await self.partition.store.command(word, self.partition.store.keys(name), *words)


def _parts(things: Sequence[Any], size: int = _AT_ONCE) -> list[Sequence[Any]]:
    return [things[i : i + size] for i in range(0, len(things), size)]
