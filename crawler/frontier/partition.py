"""A partition: the part of a frontier that lies in one history, that of its primary's append-only file.

A crawl has one, on a cluster several. What must be atomic lies within one: a clock with all its hosts.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from crawler.errors import StaleBoot
from crawler.frontier import wire
from crawler.frontier.item import Addition
from crawler.frontier.lease import Ack, Claim, Ended, Leased
from crawler.frontier.quota import HostQuota
from crawler.store.client import Store, Value
from crawler.store.keys import LAYOUT

_NOUNS = ("pages", "bytes")
_DUE_AT_ONCE = 500
"""Pages of one script, so that none holds the server for long."""


def partition_of(addition: Addition, partitions: int) -> int:
    """The partition of an addition: all that share its clock are in the same one."""
    return number_of(addition.clock or addition.queue, partitions) if partitions > 1 else 0


def number_of(clock: str, partitions: int) -> int:
    """The partition of a clock."""
    return int.from_bytes(hashlib.blake2b(clock.encode(), digest_size=8).digest()) % partitions


class Partition:
    """One worker's view of it. Methods raise as those of `crawler.frontier.frontier.Frontier` do."""

    def __init__(self, store: Store, lease_time: float) -> None:
        self.store = store
        self.run_began = False
        """Whether this worker's joining began a run of the crawl."""
        self._lease_time = lease_time
        self._unsettled = False
        """Whether additions were made that are not known to be durable."""
        self._told = ""
        """The boot id that commits act for. It follows the store's only by a `StaleBoot` from `commit`:
        so whoever commits learns of every restart, also where another call met it first."""

    async def join(self, new_generation: str, worker: str, limits: Mapping[str, int]) -> str:
        """Join as `worker`, with these fields of the key ``crawl``; the generation that holds."""
        pairs = [word for pair in limits.items() for word in pair]
        reply = await self.store.run(
            *("join", self.store.generation, new_generation, LAYOUT, worker, self.store.lease_ms),
            *pairs,
        )
        self.run_began = self.run_began or reply[1] == 1
        self._told = self.store.boot
        return str(reply[0].decode())

    async def set_quotas(self, hosts: Mapping[str, HostQuota]) -> None:
        """What single hosts may bring from now on, in place of the limits that hold for each."""
        key = self.store.keys("quotas")
        numbers = [(name, noun, getattr(own, noun)) for name, own in hosts.items() for noun in _NOUNS]
        fields = [word for name, noun, most in numbers if most for word in (f"{noun} {name}", most)]
        await self.store.commands(("DEL", key), *([("HSET", key, *fields)] if fields else []))

    async def add_seeds(self, additions: Sequence[Addition], interval: float, again: bool) -> list[bool]:
        """Begin a pass of each seed that is due; for each whether it was."""
        while True:
            try:
                replies = await self.store.transact(
                    wire.seeds(self.store.boot, additions, interval, again)
                )
            except StaleBoot:
                continue
            return [bool(due) for reply in replies for due in reply]

    async def commit(self, additions: Sequence[Addition], acks: Sequence[Ack]) -> None:
        """Add, then acknowledge, in one transaction. Raises `StaleBoot` where nothing was done."""
        calls = wire.calls(self._told, additions, acks)
        self._unsettled = self._unsettled or bool(additions)
        try:
            if calls:
                await self.store.transact(calls)
        except StaleBoot:
            self._told = self.store.boot
            raise

    async def settle(self) -> None:
        """Wait until all additions of this worker are durable. Raises `StaleBoot`: they may be lost."""
        if not self._unsettled:
            return
        self._unsettled = False
        try:
            await self.store.durable(self._told)
        except BaseException as error:
            self._unsettled = True
            if isinstance(error, StaleBoot):
                self._told = self.store.boot
            raise

    def commit_now(self, additions: Sequence[Addition], acks: Sequence[Ack]) -> int:
        """`commit` without an event loop; how many leases were known. Raises `ClewError`."""
        calls = wire.calls(self._told, additions, acks)
        if not calls:
            return 0
        replies = zip(calls, self.store.run_now(calls), strict=True)
        return sum(sum(reply) for call, reply in replies if call.name == "ack")

    async def claim(self, urls: int, per_host: int, worker: str, ended: Sequence[Ended]) -> Claim:
        """Lease up to `urls` URLs, up to `per_host` of one host, after `ended` batches gave up slots."""
        asked = time.monotonic()
        words = wire.ended(ended, asked)
        reply = await self.store.run("claim", self.store.boot, urls, per_host, worker, *words)
        return wire.claim(reply, asked, time.monotonic(), self._lease_time)

    async def extend(self, leased: Sequence[Leased]) -> list[float | None]:
        """Begin leases anew. For each its new deadline, None where it is not known any more."""
        now = time.monotonic()
        offsets = [max(0.0, lease.not_before - now) for lease in leased]
        pairs = zip(leased, offsets, strict=True)
        arguments = [word for lease, offset in pairs for word in (lease.id, round(1000 * offset))]
        known = await self.store.run("extend", self.store.boot, *arguments)
        return [
            min(lease.latest, now + offset + self._lease_time) if is_known else None
            for lease, offset, is_known in zip(leased, offsets, known, strict=True)
        ]

    async def add_due(self) -> int:
        """Let the pages wait that were due when this run began; how many there were."""
        moved = 0
        while some := await self.run("due", _DUE_AT_ONCE):
            moved += int(some)
        return moved

    async def run(self, name: str, *words: Value) -> Any:
        """Run a script for the newest boot id: what it does may be done twice."""
        while True:
            try:
                return await self.store.run(name, self.store.boot, *words)
            except StaleBoot:
                continue

    async def fields(self, names: Sequence[str]) -> tuple[dict[str, int], int]:
        """Numbers of the key ``crawl`` (0 where there is none), and how many leases are out."""
        key = self.store.keys
        fields, leases = await self.store.commands(
            ("HMGET", key("crawl"), *names), ("HLEN", key("items"))
        )
        return {name: int(value or 0) for name, value in zip(names, fields, strict=True)}, leases

    async def has_terms(self) -> bool:
        """Whether rules said anything of any clock in this crawl so far."""
        return bool(await self.store.command("HGET", self.store.keys("crawl"), "terms"))

    async def is_held(self) -> bool:
        """Whether nothing is claimed yet after a restart of the server."""
        hold, (seconds, microseconds) = await self.store.commands(
            ("HGET", self.store.keys("crawl"), "hold"), ("TIME",)
        )
        return int(hold or 0) > 1000 * int(seconds) + int(microseconds) // 1000

    async def seeds(self) -> dict[str, str]:
        """Each seed with its state, as far as this partition knows it."""
        flat = await self.store.command("HGETALL", self.store.keys("seeds"))
        pairs = flat.items() if isinstance(flat, dict) else zip(flat[::2], flat[1::2], strict=True)
        return {seed.decode(): state.decode() for seed, state in pairs}

    async def clocks(self) -> AsyncIterator[tuple[str, str]]:
        """Every host with the name of its clock; some may come twice."""
        prefix, cursor = self.store.keys("host:"), b"0"
        while True:
            cursor, found = await self.store.command("SCAN", cursor, "MATCH", prefix + "*", "COUNT", 500)
            hosts = [key.decode("utf-8", "replace").removeprefix(prefix) for key in found]
            hosts = [host for host in hosts if "@" not in host]
            asked = [("HGET", prefix + host, "clock") for host in hosts]
            shared = await self.store.commands(*asked) if asked else []
            for host, clock in zip(hosts, shared, strict=True):
                yield host, clock.decode() if clock else host
            if int(cursor) == 0:
                return
