"""The client: one server, one collection, every foreign error translated.

Whoever speaks to the server says first, on each new connection, which run of the server it met
(``boot.lua``). `Store.boot` is the id of the newest; scripts refuse to act for another one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import redis
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, ResponseError

from crawler.errors import RedisUnreachable, StaleBoot
from crawler.model.collection import Collection
from crawler.store import address
from crawler.store.embedded import EmbeddedServer
from crawler.store.keys import Keys
from crawler.store.scripts import COMMANDS, script
from crawler.store.translate import FOREIGN, is_stale, translate, unreachable, wrong

Value = str | bytes | int | float
_TIMEOUT = 20.0
"""Seconds that one answer may take; a stopped server must not stop a worker for longer."""


class Call(NamedTuple):
    """A script with its arguments (ARGV)."""

    name: str
    args: Sequence[Value]


class Store:
    """A connection pool to the server of one collection's frontier.

    Each method raises `RedisUnreachable` where no answer came, `StaleBoot` where the server was
    restarted (with the new boot id already learnt), `WrongFrontier` where it holds another generation,
    `FrontierError` where it refuses.
    """

    def __init__(
        self, url: str, keys: Keys, lease_ms: int, embedded: EmbeddedServer | None = None
    ) -> None:
        self.url = url
        self.embedded = embedded
        self.keys = keys
        self.lease_ms = lease_ms
        self.boot = ""
        self.generation = ""
        """The collection's generation, empty as long as it has none."""
        self._lost = False
        self._holding: asyncio.Future[None] | None = None
        self._redis = Redis.from_url(
            url, retry=Retry(NoBackoff(), 0), redis_connect_func=self._connected, **_options(_TIMEOUT)
        )

    @classmethod
    async def open(cls, url: str, collection: Collection, lease_ms: int) -> Store:
        """A store for a ``FRONTIER_URL``; for ``embedded:`` the server runs when this returns.

        Raises `SettingError` for a URL that names no server, `FrontierError` where none starts.
        """
        address.check(url)
        if url != address.EMBEDDED:
            return cls(url, Keys(collection.name), lease_ms)
        keys = Keys(collection.name)
        # However the last client ended: what it held is in the leases, and nothing else is lost.
        embedded = EmbeddedServer(collection.frontier, f"HSET {keys('crawl')} clean 1")
        await asyncio.to_thread(embedded.hold)
        return cls(embedded.url, keys, lease_ms, embedded)

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
        await self._regain()
        with self._translated():
            replies = await self._evaluate(calls)
            if any(isinstance(reply, NoScriptError) for reply in replies):
                await self._load()
                replies = await self._evaluate(calls)
        await self._refuse_stale(replies)
        with self._translated():
            for reply in replies:
                if isinstance(reply, Exception):
                    raise reply
        return replies

    async def command(self, *words: Value) -> Any:
        """Run a plain command; its reply."""
        await self._regain()
        with self._translated():
            return await self._redis.execute_command(*words)

    async def evaluate(self, name: str, keys: Sequence[str], *args: Value) -> Any:
        """Run a script on keys of its own; its reply."""
        return await self.command("EVAL", script(name).text, len(keys), *keys, *args)

    async def unlock(self, key: str, owner: str) -> None:
        """Delete a lock, unless it is another's."""
        await self.evaluate("unlock", (key,), owner)

    async def commands(self, *commands: Sequence[Value]) -> list[Any]:
        """Run several plain commands as one transaction; their replies."""
        await self._regain()
        with self._translated():
            async with self._redis.pipeline(transaction=True) as pipe:
                for words in commands:
                    pipe.execute_command(*words)
                return list(await pipe.execute())

    async def durable(self) -> None:
        """Wait until every write so far is on the primary's disk (``WAITAOF``: Redis 7.2, Valkey)."""
        raise NotImplementedError

    async def check_generation(self) -> None:
        """Raises `WrongFrontier` unless the server holds this collection's generation."""
        found = await self.command("GET", self.keys("generation"))
        if found is None or found.decode() != self.generation:
            raise wrong(self.url)

    async def close(self) -> None:
        """Close every connection, and give back the share in an embedded server."""
        with self._translated():
            await self._redis.connection_pool.disconnect()
        if self.embedded is not None:
            self.embedded.release()

    def run_now(self, calls: Sequence[Call]) -> list[Any]:
        """`transact` without an event loop, for the last words of a process."""
        client = redis.Redis.from_url(self.url, **_options(5.0))
        with self._translated():
            try:
                pipe = client.pipeline(transaction=True)
                for call in calls:
                    pipe.execute_command("EVAL", script(call.name).text, *self._arguments(call))
                return list(pipe.execute())
            finally:
                client.close()

    async def _regain(self) -> None:
        """After a lost connection: an embedded server whose guard was killed is started anew."""
        if self._lost and self.embedded is not None:
            if self._holding is None:
                self._holding = asyncio.ensure_future(asyncio.to_thread(self.embedded.hold))
            holding = self._holding
            try:
                # Whoever gives up waiting (`lookups`) leaves one thread at work, not one each time.
                await asyncio.shield(holding)
            finally:
                self._holding = None if holding.done() else holding
        self._lost = False

    async def _evaluate(self, calls: Sequence[Call]) -> list[Any]:
        async with self._redis.pipeline(transaction=True) as pipe:
            for call in calls:
                pipe.execute_command("EVALSHA", script(call.name).sha, *self._arguments(call))
            return list(await pipe.execute(raise_on_error=False))

    def _arguments(self, call: Call) -> list[Value]:
        declared = self.keys.declared
        return [len(declared), *declared, *call.args]

    async def _load(self) -> None:
        for name in COMMANDS:
            await self._redis.execute_command("SCRIPT LOAD", script(name).text)

    async def _refuse_stale(self, replies: Sequence[Any]) -> None:
        if not any(map(is_stale, replies)):
            return
        with self._translated():
            await self._redis.connection_pool.disconnect()
            await self._redis.execute_command("PING")
        raise StaleBoot("the frontier's server was restarted", "nothing to do: the worker goes on")

    async def _connected(self, connection: Any) -> None:
        """Say who we are on a new connection, and learn which run of the server this is."""
        await connection.on_connect()
        server = _info(await _ask(connection, "INFO", "server"))
        memory = _info(await _ask(connection, "INFO", "memory"))
        policy = memory.get("maxmemory_policy", "noeviction")
        if policy != "noeviction":
            raise ResponseError(f"EVICTS maxmemory-policy is {policy}")
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


async def _ask(connection: Any, *words: Value) -> Any:
    await connection.send_command(*words)
    return await connection.read_response()


def _options(timeout: float) -> dict[str, Any]:
    return {"protocol": 2, "socket_timeout": timeout, "socket_connect_timeout": timeout}


def _info(reply: bytes) -> dict[str, str]:
    lines = (line.partition(":") for line in reply.decode("utf-8", "replace").splitlines())
    return {name: value for name, mark, value in lines if mark}
