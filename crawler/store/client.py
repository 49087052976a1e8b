"""The client: one primary, one partition of a collection, every foreign error translated.

Whoever speaks to the server says first, on each new connection, which run of the server it met
(``boot.lua``). `Store.boot` is the id of the newest; scripts refuse to act for another one. After each
call without an answer the primary is located anew (`crawler.store.locate`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import redis
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, ResponseError

from crawler.errors import FrontierError, RedisUnreachable, StaleBoot
from crawler.model.collection import Collection
from crawler.store import address
from crawler.store.embedded import EmbeddedServer
from crawler.store.keys import Keys
from crawler.store.locate import ByCluster, BySentinel, Embedded, Fixed, Locator, Topology
from crawler.store.scripts import COMMANDS, script
from crawler.store.translate import FOREIGN, is_stale, translate, unreachable, wrong

logger = logging.getLogger(__name__)

Value = str | bytes | int | float
PARTITIONS = 8
"""Of a frontier on a cluster, whatever its size: no partition ever moves to another number."""
_TIMEOUT = 20.0
"""Seconds that one answer may take; a stopped server must not stop a worker for longer."""
_FSYNC_MS = 5000


class Call(NamedTuple):
    """A script with its arguments (ARGV)."""

    name: str
    args: Sequence[Value]


class Store:
    """A connection pool to the primary of one partition of a collection's frontier.

    Each method raises `RedisUnreachable` where no answer came, `StaleBoot` where the server was
    restarted (with the new boot id already learnt), `WrongFrontier` where it holds another generation,
    `FrontierError` where it refuses.
    """

    def __init__(
        self, url: str, keys: Keys, lease_ms: int, locator: Locator, *, apart: bool = False
    ) -> None:
        """`apart`: other partitions have histories of their own, so `durable` must be possible."""
        self.url = url
        """As an error may name it."""
        self.keys = keys
        self.lease_ms = lease_ms
        self.boot = ""
        self.generation = ""
        """The collection's generation, empty as long as it has none."""
        self._apart = apart
        self._locator = locator
        self._locating = asyncio.Lock()
        self._lost = True
        self._warned = False
        self._primary = ""
        self._clients: list[Redis] = []
        """Of each primary that was met; the last is the one that holds."""

    @classmethod
    async def open_all(cls, url: str, collection: Collection, lease_ms: int) -> list[Store]:
        """The stores of all partitions for a ``FRONTIER_URL``: one, on a cluster `PARTITIONS`.

        Nobody is asked before the first call. Raises `SettingError` for a URL that names no server.
        """
        where = address.parse(url)
        if where.kind == "cluster":
            topology = Topology(where)
            partitions = [Keys(collection.name, number) for number in range(PARTITIONS)]
            locators = [ByCluster(topology, keys("crawl")) for keys in partitions]
            pairs = zip(partitions, locators, strict=True)
            return [cls(url, keys, lease_ms, locator, apart=True) for keys, locator in pairs]
        keys = Keys(collection.name)
        return [cls(url, keys, lease_ms, _locator(where, collection, keys))]

    @property
    def embedded(self) -> bool:
        """Whether the server is the collection's own."""
        return isinstance(self._locator, Embedded)

    async def reach(self, patience: float) -> None:
        """Wait until the server answers, at most `patience` seconds."""
        error = unreachable(self.url)
        try:
            async with asyncio.timeout(patience):
                while True:
                    try:
                        await self.command("PING")
                        return
                    except RedisUnreachable as away:
                        error = away
                        await asyncio.sleep(0.1)
        except TimeoutError:
            raise error from None

    async def run(self, name: str, *args: Value) -> Any:
        """Run one script with all keys of the collection; its reply."""
        return (await self.transact([Call(name, args)]))[0]

    async def transact(self, calls: Sequence[Call]) -> list[Any]:
        """Run scripts in one transaction; their replies.

        Nothing of another client lies between them, so that all act for the same boot id.
        """
        client = await self._client()
        with self._translated():
            replies = await self._evaluate(client, calls)
            if any(isinstance(reply, NoScriptError) for reply in replies):
                await _load(client)
                replies = await self._evaluate(client, calls)
        await self._refuse_stale(replies)
        with self._translated():
            for reply in replies:
                if isinstance(reply, Exception):
                    raise reply
        return replies

    async def command(self, *words: Value) -> Any:
        """Run a plain command; its reply."""
        client = await self._client()
        with self._translated():
            return await client.execute_command(*words)

    async def evaluate(self, name: str, keys: Sequence[str], *args: Value) -> Any:
        """Run a script on keys of its own; its reply."""
        return await self.command("EVAL", script(name).text, len(keys), *keys, *args)

    async def unlock(self, key: str, owner: str) -> None:
        """Delete a lock, unless it is another's."""
        await self.evaluate("unlock", (key,), owner)

    async def commands(self, *commands: Sequence[Value]) -> list[Any]:
        """Run several plain commands as one transaction; their replies."""
        client = await self._client()
        with self._translated():
            async with client.pipeline(transaction=True) as pipe:
                for words in commands:
                    pipe.execute_command(*words)
                return list(await pipe.execute())

    async def durable(self, boot: str) -> None:
        """Wait until every write so far is fsynced on the primary, and known to its replicas.

        `boot` is the run in which they were written: `StaleBoot` where it is over, since the server may
        have lost them. What is written last is fsynced last, so one write stands for all before it.
        Raises `RedisUnreachable` where that takes more than 5 seconds.
        """
        client = await self._client()
        words = ("EVAL", script("settle").text, *self._arguments(Call("settle", (boot,))))
        try:
            with self._translated():
                async with client.client() as one:  # both wait for what their own connection wrote
                    replicas = await one.execute_command(*words)
                    fsynced, _ = await one.execute_command("WAITAOF", 1, 0, _FSYNC_MS)
                    known = await one.execute_command("WAIT", replicas, _FSYNC_MS)
        except FrontierError as error:
            await self._refuse_stale([error.__cause__])
            raise
        if fsynced < 1 or known < replicas:
            raise unreachable(self.url, "its append-only file or its replicas lag behind")

    async def check_generation(self) -> None:
        """Raises `WrongFrontier` unless the server holds this collection's generation."""
        found = await self.command("GET", self.keys("generation"))
        if found is None or found.decode() != self.generation:
            raise wrong(self.url)

    async def close(self) -> None:
        """Close every connection, and give back the share in an embedded server."""
        with self._translated():
            for client in self._clients:
                await client.connection_pool.disconnect()
        await self._locator.close()

    def run_now(self, calls: Sequence[Call]) -> list[Any]:
        """`transact` without an event loop, for the last words of a process."""
        if not self._primary:
            raise unreachable(self.url)
        with self._translated():
            client = redis.Redis.from_url(self._primary, **_options(5.0))
            try:
                pipe = client.pipeline(transaction=True)
                for call in calls:
                    pipe.execute_command("EVAL", script(call.name).text, *self._arguments(call))
                return list(pipe.execute())
            finally:
                client.close()

    async def _client(self) -> Redis:
        """The client of the primary, which is located where it is not known, or was lost."""
        if self._lost:
            async with self._locating:
                if self._lost:
                    with self._translated():
                        self._meet(await self._locator.primary())
        return self._clients[-1]

    def _meet(self, primary: str) -> None:
        if primary != self._primary:
            if self._primary:
                logger.warning("the frontier's primary is now %s", address.shown(primary))
            self._primary = primary
            self._clients.append(
                Redis.from_url(
                    primary,
                    retry=Retry(NoBackoff(), 0),
                    redis_connect_func=self._connected,
                    **_options(_TIMEOUT),
                )
            )
        self._lost = False

    async def _evaluate(self, client: Redis, calls: Sequence[Call]) -> list[Any]:
        async with client.pipeline(transaction=True) as pipe:
            for call in calls:
                pipe.execute_command("EVALSHA", script(call.name).sha, *self._arguments(call))
            return list(await pipe.execute(raise_on_error=False))

    def _arguments(self, call: Call) -> list[Value]:
        declared = self.keys.declared
        return [len(declared), *declared, *call.args]

    async def _refuse_stale(self, replies: Sequence[Any]) -> None:
        if not any(map(is_stale, replies)):
            return
        client = await self._client()
        with self._translated():
            # Not those in use: a task that finds its connection closed so gets an AttributeError.
            await client.connection_pool.disconnect(inuse_connections=False)
            await client.execute_command("PING")
        raise StaleBoot("the frontier's server was restarted", "nothing to do: the worker goes on")

    async def _connected(self, connection: Any) -> None:
        """Say who we are on a new connection, and learn which run of the server this is."""
        await connection.on_connect()
        server = _info(await _ask(connection, "INFO"))
        policy = server.get("maxmemory_policy", "noeviction")
        if policy != "noeviction":
            raise ResponseError(f"EVICTS maxmemory-policy is {policy}")
        if self._apart:
            await _check_waitaof(connection)
        elif server.get("aof_enabled") == "0" and not self._warned:
            self._warned = True
            logger.warning(
                "%s keeps no append-only file: a restart would lose the frontier (appendonly yes)",
                address.shown(self.url),
            )
        boot = server["run_id"][:12]
        arguments = self._arguments(Call("boot", (boot, self.generation, self.lease_ms)))
        await _ask(connection, "EVAL", script("boot").text, *arguments)
        self.boot = boot

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except FOREIGN as error:
            ours = translate(error, self.url)
            self._lost = self._lost or isinstance(ours, RedisUnreachable)
            raise ours from error


def _locator(where: address.Address, collection: Collection, keys: Keys) -> Locator:
    if where.scheme == "embedded":
        # However the last client ended: what it held is in the leases, and nothing else is lost.
        return Embedded(EmbeddedServer(collection.frontier, f"HSET {keys('crawl')} clean 1"))
    return BySentinel(where) if where.kind == "sentinel" else Fixed(where.url)


async def _check_waitaof(connection: Any) -> None:
    """Nothing was written on this connection yet, so a server that can wait answers at once."""
    try:
        await _ask(connection, "WAITAOF", 1, 0, 1)
    except ResponseError as error:
        raise error if "replica" in str(error) else ResponseError(f"APART {error}") from error


async def _load(client: Redis) -> None:
    for name in COMMANDS:
        await client.execute_command("SCRIPT LOAD", script(name).text)


async def _ask(connection: Any, *words: Value) -> Any:
    await connection.send_command(*words)
    return await connection.read_response()


def _options(timeout: float) -> dict[str, Any]:
    return {"protocol": 2, "socket_timeout": timeout, "socket_connect_timeout": timeout}


def _info(reply: bytes) -> dict[str, str]:
    lines = (line.partition(":") for line in reply.decode("utf-8", "replace").splitlines())
    return {name: value for name, mark, value in lines if mark}
