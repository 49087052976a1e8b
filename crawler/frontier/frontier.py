"""The frontier: which URL is fetched next, by whom, and when. One object a worker.

All that must be atomic is a script on the server (`crawler.store`), on the server's clock. This class
asks, and turns the server's moments into moments of this process.

Every method raises `RedisUnreachable` where no answer came (ask again, within ``REDIS_GRACE``) and
`WrongFrontier` where the server does not hold this collection's frontier.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import msgspec

from crawler.config import Config
from crawler.errors import ClewError, RedisUnreachable, StaleBoot
from crawler.frontier import generation, politeness, wire
from crawler.frontier.item import Addition
from crawler.frontier.lease import Ack, Claim, Leased
from crawler.model.collection import Collection
from crawler.store.client import Store

START_PATIENCE = 5.0
"""Seconds that a worker waits for the server when it starts."""
_MOST_TRIES = 255
"""Attempts and expiries are kept in a byte each."""


class Counts(msgspec.Struct, frozen=True):
    """What has become of the URLs of the crawl so far, over all workers."""

    added: int = 0
    done: int = 0
    dead: int = 0
    retried: int = 0
    back: int = 0
    expired: int = 0
    claimed: int = 0
    dup: int = 0
    queued: int = 0
    in_flight: int = 0
    hosts: int = 0
    """Hosts that have URLs waiting."""

    @property
    def over(self) -> bool:
        """Whether each URL that was added has come to its end."""
        return self.added == self.done + self.dead


_COUNTERS = ("added", "done", "dead", "retried", "back", "expired", "claimed", "dup", "hosts")


class Frontier:
    """One worker's view of the frontier that all workers share. Made by `open`."""

    def __init__(self, config: Config, store: Store, worker: str) -> None:
        self.config = config
        self.store = store
        self.worker = worker
        self._told = ""
        """The boot id that commits act for. It follows the store's only by a `StaleBoot` from `commit`:
        so whoever commits learns of every restart, also where another call met it first."""

    @classmethod
    async def open(cls, config: Config, collection: Collection, worker: str) -> Frontier:
        """Join the frontier of a collection as `worker` (``HOST:PID``).

        Starts the embedded server where ``FRONTIER_URL`` says so. Raises `RedisUnreachable` after 5
        seconds without an answer, `WrongFrontier`, `FrontierError` where the server is refused (it
        evicts keys, wants a password), `SettingError` for a bad URL.
        """
        store = await Store.open(config.frontier_url, collection, round(1000 * config.lease_time))
        frontier = cls(config, store, worker)
        try:
            await frontier._join(collection)
        except BaseException:
            await store.close()
            raise
        return frontier

    async def add_seeds(
        self, additions: Sequence[Addition], *, interval: float, again: bool
    ) -> list[bool]:
        """Begin a pass of each seed whose last pass is older than `interval` seconds, or all (`again`).

        A seed that still waits in this crawl is not due. Returns for each whether it was added.
        """
        while True:
            calls = wire.seeds(self.store.boot, additions, interval, again)
            try:
                replies = await self.store.transact(calls)
            except StaleBoot:
                continue
            return [bool(due) for reply in replies for due in reply]

    async def commit(self, additions: Sequence[Addition], acks: Sequence[Ack]) -> None:
        """Add, then acknowledge, in one transaction.

        Raises `StaleBoot` when the server was restarted since the last commit: it may have lost
        children that were added before. Nothing was done then; add them again with the acks.
        """
        calls = wire.calls(self._told, additions, acks)
        try:
            if calls:
                await self.store.transact(calls)
        except StaleBoot:
            self._told = self.store.boot
            raise

    async def claim(self, urls: int, per_host: int) -> Claim:
        """Lease up to `urls` URLs, up to `per_host` of one host; tells that this worker lives.

        Raises `StaleBoot`.
        """
        asked = time.monotonic()
        reply = await self.store.run("claim", self.store.boot, urls, per_host, self.worker)
        return wire.claim(reply, asked, time.monotonic(), self.config.lease_time)

    async def extend(self, leased: Sequence[Leased]) -> list[float | None]:
        """Begin leases anew. For each its new deadline, None where it is not ours any more.

        Raises `StaleBoot`.
        """
        now = time.monotonic()
        offsets = [max(0.0, lease.not_before - now) for lease in leased]
        pairs = zip(leased, offsets, strict=True)
        arguments = [word for lease, offset in pairs for word in (lease.id, round(1000 * offset))]
        known = await self.store.run("extend", self.store.boot, *arguments)
        return [
            min(lease.latest, now + offset + self.config.lease_time) if is_known else None
            for lease, offset, is_known in zip(leased, offsets, known, strict=True)
        ]

    async def counts(self) -> Counts:
        """The counters of the whole crawl."""
        key = self.store.keys
        fields, in_flight = await self.store.commands(
            ("HMGET", key("crawl"), *_COUNTERS), ("HLEN", key("items"))
        )
        numbers = {name: int(value or 0) for name, value in zip(_COUNTERS, fields, strict=True)}
        queued = numbers["added"] - numbers["done"] - numbers["dead"] - in_flight
        return Counts(**numbers, queued=queued, in_flight=in_flight)

    async def finished(self) -> bool:
        """Whether the whole crawl has ended: two equal collections of counters that say so.

        A server without this collection's generation is never finished: raises `WrongFrontier`.
        """
        first = await self.counts()
        if not first.over:
            return False
        await self.store.check_generation()
        return first == await self.counts()

    async def seeds(self) -> dict[str, str]:
        """Each seed with its state: ``pending``, ``archived``, or why it is not."""
        flat = await self.store.command("HGETALL", self.store.keys("seeds"))
        pairs = flat.items() if isinstance(flat, dict) else zip(flat[::2], flat[1::2], strict=True)
        return {seed.decode(): state.decode() for seed, state in pairs}

    async def set_delay(self, host: str, delay: float) -> None:
        """A host's own delay in seconds (``Crawl-delay``), at most 300; a longer default wins."""
        honoured = politeness.crawl_delay(delay)
        if honoured is None:
            return
        milliseconds = round(1000 * honoured)
        try:
            await self.store.run("delay", self.store.boot, host, milliseconds)
        except StaleBoot:
            await self.store.run("delay", self.store.boot, host, milliseconds)

    async def robots(self, origin: str) -> str | None:
        """The robots.txt that some worker put, None where there is none or it is too old."""
        text = await self.store.command("GET", self.store.keys.robots(origin))
        return None if text is None else text.decode("utf-8", "replace")

    async def lock_robots(self, origin: str) -> bool:
        """Whether this worker is to fetch the origin's robots.txt; it is, for one lease at most."""
        key = self.store.keys.asking(origin)
        milliseconds = self.store.lease_ms
        reply = await self.store.command("SET", key, self.worker, "NX", "PX", milliseconds)
        return reply is not None

    async def put_robots(self, origin: str, text: str, seconds: float) -> None:
        """Keep a robots.txt for all workers, for `seconds`; lets go of the lock."""
        key = self.store.keys.robots(origin)
        await self.store.command("SET", key, text.encode("utf-8", "replace"), "EX", round(seconds))
        await self.unlock_robots(origin)

    async def unlock_robots(self, origin: str) -> None:
        """Let another worker ask: this one's fetch failed."""
        await self.store.unlock(self.store.keys.asking(origin), self.worker)

    async def leave(self) -> list[str]:
        """This worker goes. The others that were heard within ``LEASE_TIME``."""
        return [worker.decode() for worker in await self.store.run("leave", self.worker)]

    def release(self, additions: Sequence[Addition], acks: Sequence[Ack]) -> int:
        """Commit once more, without an event loop, as well as it goes; how many leases were known."""
        calls = wire.calls(self._told, additions, acks)
        if not calls:
            return 0
        try:
            replies = self.store.run_now(calls)
        except ClewError:
            return 0  # the leases run out by themselves
        pairs = zip(calls, replies, strict=True)
        return sum(sum(reply) for call, reply in pairs if call.name == "ack")

    async def close(self, clean: bool) -> None:
        """Close the connections; the last client's end stops an embedded server.

        `clean`: no lease of this worker is out. Where none is out at all, an embedded server is told
        that it stops cleanly, so that the next start need not wait for anything.
        """
        try:
            if clean and self.store.embedded is not None:
                await self.store.run("clean")
        except RedisUnreachable:
            pass  # then the next start waits a lease: slow, but safe
        finally:
            await self.store.close()

    async def _join(self, collection: Collection) -> None:
        self.store.generation = generation.read(collection.frontier)
        await self.store.reach(START_PATIENCE)
        config = self.config
        self.store.generation, known = await self._enter(config), self.store.generation
        if not known:
            generation.write(collection.frontier, self.store.generation)
        self._told = self.store.boot

    async def _enter(self, config: Config) -> str:
        reply = await self.store.run(
            "join",
            self.store.generation,
            generation.new(),
            self.worker,
            round(1000 * config.download_delay),
            config.concurrent_requests_per_domain,
            min(_MOST_TRIES, config.retry_times + 1),
            min(_MOST_TRIES, config.max_expiries),
            self.store.lease_ms,
        )
        return str(reply.decode())
