"""The frontier: which URL is fetched next, by whom, and when. One object a worker.

All that must be atomic is a script on the server (`crawler.store`), on the server's clock. This class
asks all partitions, and turns the server's moments into moments of this process.

Every method raises `RedisUnreachable` where no answer came (ask again, within ``REDIS_GRACE``) and
`WrongFrontier` where the server does not hold this collection's frontier.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Mapping, Sequence

from crawler.config import Config
from crawler.errors import ClewError, RedisUnreachable
from crawler.frontier import generation, politeness, wire
from crawler.frontier.counts import COUNTERS, Counts
from crawler.frontier.item import Addition, Item
from crawler.frontier.lease import ARCHIVED, Ack, Claim, Ended, Leased, Verdict
from crawler.frontier.limits import limits
from crawler.frontier.partition import Partition, partition_of
from crawler.frontier.quota import Quotas
from crawler.frontier.robots_cache import RobotsCache
from crawler.frontier.spread import acks_of, ended_in, every
from crawler.model.collection import Collection
from crawler.store.client import Store
from crawler.store.translate import wrong

START_PATIENCE = 5.0
"""Seconds that a worker waits for the server when it starts."""
_MOST_TELLING = ("stopped", "paused", "full", "held", "running")
_NOBODY = Item("")
_TERMS_AT_ONCE = 500


class Frontier:
    """One worker's view of the frontier that all workers share. Made by `open`."""

    def __init__(self, config: Config, stores: Sequence[Store], worker: str, quotas: Quotas) -> None:
        self.config = config
        self.worker = worker
        self.quotas = quotas
        self._full = False
        self.partitions = [Partition(store, config.lease_time) for store in stores]
        self.store = stores[0]
        """Of the first partition, which has what belongs to no host: robots.txt, originals."""
        self.robots = RobotsCache(self.store, worker, config.retry_times + 1)

    @classmethod
    async def open(
        cls, config: Config, collection: Collection, worker: str, quotas: Quotas | None = None
    ) -> Frontier:
        """Join the frontier of a collection as `worker` (``HOST:PID``).

        `quotas` are the crawl's from now on. Starts the embedded server where ``FRONTIER_URL`` says so.
        Raises `RedisUnreachable` after 5 seconds without an answer, `WrongFrontier`, `FrontierError`
        where the server is refused (it evicts keys, wants a password), `SettingError` for a bad URL.
        """
        stores = await Store.open_all(config.frontier_url, collection, round(1000 * config.lease_time))
        frontier = cls(config, stores, worker, quotas or Quotas.of_config(config))
        try:
            await frontier._join(collection)
        except BaseException:
            await frontier._close()
            raise
        return frontier

    async def add_seeds(
        self, additions: Sequence[Addition], *, interval: float, again: bool
    ) -> list[bool]:
        """Begin a pass of each seed whose last pass is older than `interval` seconds, or all (`again`).

        A seed that still waits in this crawl is not due, nor with `again` one that was fetched in this
        run. Returns for each whether it was added.
        """
        places = [partition_of(addition, len(self.partitions)) for addition in additions]
        due: list[bool] = [False] * len(additions)
        for number in sorted(set(places)):
            mine = [index for index, place in enumerate(places) if place == number]
            chosen = [additions[index] for index in mine]
            found = await self.partitions[number].add_seeds(chosen, interval, again)
            for index, is_due in zip(mine, found, strict=True):
                due[index] = is_due
        return due

    async def add_due(self) -> int:
        """Let the stories wait that were due when this run began; how many there were.

        Every worker that joins asks: what one that died has left is found by the next.
        """
        return sum(await every(partition.add_due() for partition in self.partitions))

    async def commit(self, additions: Sequence[Addition], acks: Sequence[Ack]) -> None:
        """Add, then acknowledge, in one transaction.

        Raises `StaleBoot` when a server was restarted since the last commit: it may have lost children
        that were added before. Add them again with the acks.
        """
        if len(self.partitions) == 1:
            await self.partitions[0].commit(additions, acks)
        else:
            await self._commit_apart(additions, acks)

    async def claim(self, urls: int, per_host: int, ended: Sequence[Ended] = ()) -> Claim:
        """Lease up to `urls` URLs, up to `per_host` of one host; tells that this worker lives.

        The slots of `ended` batches are free from then on. Raises `StaleBoot`; nothing was done then.
        """
        share = 0 if self._full else -(-urls // len(self.partitions))
        answers = await every(
            partition.claim(share, per_host, self.worker, ended_in(number, ended))
            for number, partition in enumerate(self.partitions)
        )
        waits = [answer.wait for answer in answers if answer.wait is not None]
        leased = [lease for answer in answers for lease in answer.leased]
        states = [answer.state for answer in answers] + ["full"] * self._full
        state = min(states, key=_MOST_TELLING.index)
        return Claim(state, min(waits, default=None), leased)

    async def extend(self, leased: Sequence[Leased]) -> list[float | None]:
        """Begin leases anew. For each its new deadline, None where it is not ours any more.

        Raises `StaleBoot`.
        """
        deadlines: dict[bytes, float | None] = {}
        for number, partition in enumerate(self.partitions):
            mine = [lease for lease in leased if wire.partition_of(lease.id) == number]
            if mine:
                found = await partition.extend(mine)
                deadlines.update(zip((lease.id for lease in mine), found, strict=True))
        return [deadlines[lease.id] for lease in leased]

    async def counts(self) -> Counts:
        """The counters of the whole crawl. Over several partitions only they tell that it is full."""
        parts = await every(partition.fields(COUNTERS) for partition in self.partitions)
        numbers = {name: sum(fields[name] for fields, _ in parts) for name in COUNTERS}
        counts = Counts(**numbers, in_flight=sum(leases for _, leases in parts))
        self._full = bool(self.quotas.of_crawl(counts.pages, counts.bytes))
        return counts

    async def finished(self) -> bool:
        """Whether the whole crawl has ended: two equal collections of counters that say so.

        Never while a restarted server is held: others may have to add again what it lost. A server
        without this collection's generation is never finished: raises `WrongFrontier`.
        """
        first = await self.counts()
        if not first.over:
            return False
        await every(partition.store.check_generation() for partition in self.partitions)
        if any(await every(partition.is_held() for partition in self.partitions)):
            return False
        return first == await self.counts()

    async def seeds(self) -> dict[str, str]:
        """Each seed with its state: ``pending``, ``archived``, or why it is not."""
        merged: dict[str, str] = {}
        for part in await every(partition.seeds() for partition in self.partitions):
            for seed, state in part.items():
                known = merged.get(seed)
                if known in (None, "pending") or state == ARCHIVED:
                    merged[seed] = state if state != "pending" else known or state
        return merged

    async def set_delay(self, host: str, delay: float) -> float:
        """The delay in seconds that a host asks for (``Crawl-delay``), at most 300; a rule's wins.

        Returns the delay that holds from now on.
        """
        honoured = politeness.crawl_delay(delay) or 0.0
        holds = await every(p.run("delay", host, round(1000 * honoured)) for p in self.partitions)
        return float(max(0, *holds)) / 1000

    async def has_terms(self) -> bool:
        """Whether rules said anything of any clock in this crawl so far."""
        return any(await every(partition.has_terms() for partition in self.partitions))

    async def set_terms(self, terms: Mapping[str, tuple[int, int]]) -> None:
        """What rules say of clocks from now on: milliseconds and slots, -1 where they say nothing."""
        for partition in self.partitions:
            mine = [(name, *two) for name, two in terms.items() if self._of_clock(name) is partition]
            for start in range(0, len(mine), _TERMS_AT_ONCE):
                rows = mine[start : start + _TERMS_AT_ONCE]
                await partition.run("terms", *(word for row in rows for word in row))

    async def hold(self, clock: str, seconds: float) -> None:
        """Let a clock rest from now on."""
        await self._of_clock(clock).run("hold", clock, round(1000 * seconds))

    async def clocks(self) -> AsyncIterator[tuple[str, str]]:
        """Every host that this crawl has met, with the name of its clock; some may come twice."""
        for partition in self.partitions:
            async for host, clock in partition.clocks():
                yield host, clock

    async def leave(self) -> list[str]:
        """This worker goes. The others that were heard within ``LEASE_TIME``."""
        heard = await every(p.store.run("leave", self.worker) for p in self.partitions)
        return sorted({worker.decode() for part in heard for worker in part})

    def release(self, additions: Sequence[Addition], acks: Sequence[Ack]) -> int:
        """Commit once more, without an event loop, as well as it goes; how many leases were known."""
        apart = len(self.partitions) > 1
        if apart:  # nobody can wait until children are durable: what was fetched is fetched again
            additions, acks = (), [ack for ack in acks if ack.verdict is Verdict.BACK]
        known = 0
        for number, partition in enumerate(self.partitions):
            mine = acks_of(number, acks) if apart else acks
            try:
                known += partition.commit_now(additions, mine)
            except ClewError:
                continue  # its leases run out by themselves
        return known

    async def close(self, clean: bool) -> None:
        """Close the connections; the last client's end stops an embedded server.

        `clean`: no lease of this worker is out. Where none is out at all, an embedded server is told
        that it stops cleanly, so that the next start need not wait for anything.
        """
        try:
            if clean and self.store.embedded:
                await self.store.run("clean")
        except RedisUnreachable:
            pass  # then the next start waits a lease: slow, but safe
        finally:
            await self._close()

    async def _close(self) -> None:
        for partition in self.partitions:
            await partition.store.close()

    def _of_clock(self, name: str) -> Partition:
        whose = Addition(_NOBODY, 0, "", host=name)
        return self.partitions[partition_of(whose, len(self.partitions))]

    async def _commit_apart(self, additions: Sequence[Addition], acks: Sequence[Ack]) -> None:
        """On several primaries: no ack before the children are durable on theirs."""
        of = partition_of
        parts = [
            (partition, [a for a in additions if of(a, len(self.partitions)) == number])
            for number, partition in enumerate(self.partitions)
        ]
        children = [(partition, part) for partition, part in parts if part]
        await every(partition.commit(part, ()) for partition, part in children)
        if acks:
            await every(partition.settle() for partition in self.partitions)
        archived = [ack.seed for ack in acks if ack.seed and ack.seed_state == ARCHIVED]
        if archived:
            await every(partition.run("tell", *archived) for partition in self.partitions)
        await every(
            partition.commit((), acks_of(number, acks))
            for number, partition in enumerate(self.partitions)
        )

    async def _join(self, collection: Collection) -> None:
        known = generation.read(collection.frontier)
        holds, told = known, limits(self.config, self.quotas, len(self.partitions))
        for partition in self.partitions:
            partition.store.generation = known
            holds = await self._join_one(partition, holds, told)
        for partition in self.partitions:
            partition.store.generation = holds
        if not known:
            generation.write(collection.frontier, holds)

    async def _join_one(self, partition: Partition, holds: str, told: Mapping[str, int]) -> str:
        """Join, also where the server goes away and comes back within `START_PATIENCE` meanwhile."""
        until = time.monotonic() + START_PATIENCE
        while True:
            await partition.store.reach(until - time.monotonic())
            with contextlib.suppress(RedisUnreachable):
                joined = await partition.join(holds or generation.new(), self.worker, told)
                if holds and joined != holds:
                    raise wrong(self.config.frontier_url)
                await partition.set_quotas(self.quotas.hosts)
                return joined
