"""Where the primary of a partition is now.

It stays where it is, or moves: Sentinels promote a replica, a cluster does, or moves its slots. Whoever
lost it asks again; the answer is a URL that any plain client understands, so that nothing else of Clew
knows of the kinds.
"""

from __future__ import annotations

import asyncio
from typing import Any, Protocol

from redis.asyncio.cluster import ClusterNode, RedisCluster
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import MasterNotFoundError, Sentinel
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, ConnectionError, RedisClusterException, RedisError

from crawler.errors import FrontierError
from crawler.store.address import Address
from crawler.store.embedded import EmbeddedServer

_PATIENCE = 3.0
"""Seconds for one answer of a Sentinel or a node, before the next is asked."""


class Locator(Protocol):
    """Knows where a primary is."""

    async def primary(self) -> str:
        """Its URL (``redis://``, ``rediss://`` or ``unix://``) as far as anybody knows now.

        Raises `FrontierError`, or an error of redis-py where nobody who was asked can tell.
        """

    async def close(self) -> None:
        """Close connections to those who are asked, and give back a share."""


class Fixed:
    """A server that is always at the same place."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def primary(self) -> str:
        """The same each time."""
        return self._url

    async def close(self) -> None:
        """Nothing is open."""


class Embedded:
    """The collection's own server, started anew where its guard was killed."""

    def __init__(self, server: EmbeddedServer) -> None:
        self.server = server
        self._holding: asyncio.Future[None] | None = None

    async def primary(self) -> str:
        """Its socket, once it answers. Raises `SettingError` where there is no binary."""
        if self._holding is None:
            self._holding = asyncio.ensure_future(asyncio.to_thread(self.server.hold))
        holding = self._holding
        try:
            # Whoever gives up waiting (`lookups`) leaves one thread at work, not one each time.
            await asyncio.shield(holding)
        finally:
            self._holding = None if holding.done() else holding
        return self.server.url

    async def close(self) -> None:
        """Give the share back; the last one ends the server."""
        self.server.release()


class BySentinel:
    """The primary that Sentinels agree on. Any of them that is up is asked."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._sentinel = Sentinel(
            list(address.nodes),
            sentinel_kwargs={**_options(address.asked[0]), "retry": Retry(NoBackoff(), 0)},
        )

    async def primary(self) -> str:
        """Raises `FrontierError` where no Sentinel knows the service, or one wants a password."""
        try:
            host, port = await self._sentinel.discover_master(self._address.service)
        except MasterNotFoundError:
            raise await self._why() from None
        return self._address.at(host, port)

    async def close(self) -> None:
        """Close the connections to the Sentinels."""
        for sentinel in self._sentinel.sentinels:
            await sentinel.aclose()

    async def _why(self) -> Exception:
        """What stands behind redis-py's one error for all that can be wrong."""
        service, answers = self._address.service, list[object]()
        why = "no Sentinel answers"
        for sentinel in self._sentinel.sentinels:
            try:
                answers.append(await sentinel.sentinel_get_master_addr_by_name(service))
            except AuthenticationError as error:
                return FrontierError(
                    f"a Sentinel refuses this user and password ({error})",
                    "Sentinels have their own: FRONTIER_URL=...?sentinel_password=PASSWORD",
                )
            except (RedisError, OSError) as error:
                why = f"no Sentinel answers: {error}"
        if answers and not any(answers):
            return FrontierError(
                f"the Sentinels at {_places(self._address)} know no service {service!r}",
                "write FRONTIER_URL=redis+sentinel://HOST:PORT,.../SERVICE as sentinel.conf names it",
            )
        return ConnectionError("the Sentinels see no primary that is up" if answers else why)


class Topology:
    """Which node of a cluster has which slots. Shared by all partitions."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._nodes = set(address.nodes)

    async def primary_of(self, key: str) -> tuple[str, int]:
        """Host and port of the primary that has the key's slot, as any node that is up says."""
        known = [ClusterNode(host, port) for host, port in sorted(self._nodes)]
        cluster: RedisCluster = RedisCluster(startup_nodes=known, **_options(self.address.asked[0]))
        try:
            async with cluster:
                self._nodes.update((str(node.host), int(node.port)) for node in cluster.get_nodes())
                node = cluster.get_node_from_key(key)
        except RedisClusterException as error:
            raise _cause(error) from error
        if node is None:
            raise ConnectionError("no node has the slots of this frontier")
        return str(node.host), int(node.port)


class ByCluster:
    """The node that has the slot of a partition's keys."""

    def __init__(self, topology: Topology, key: str) -> None:
        self._topology = topology
        self._key = key

    async def primary(self) -> str:
        """Raises an error of redis-py where no node answers, or the server is no cluster."""
        return self._topology.address.at(*await self._topology.primary_of(self._key))

    async def close(self) -> None:
        """Nothing stays open."""


def _cause(error: RedisClusterException) -> Exception:
    """What a node said: redis-py tells only that none could be asked."""
    cause = error.__cause__
    if isinstance(cause, RedisClusterException):  # "not enabled", also where the ACL forbids to ask
        cause = cause.__context__
    return cause if isinstance(cause, (RedisError, OSError)) else ConnectionError(str(error))


def _options(url: str) -> dict[str, Any]:
    """What redis-py's classes for several servers want, who take no URL."""
    options: dict[str, Any] = dict(parse_url(url))
    for name in ("host", "port", "db"):
        options.pop(name, None)
    if options.pop("connection_class", None) is not None:
        options["ssl"] = True
    return options | {
        "protocol": 2,
        "socket_timeout": _PATIENCE,
        "socket_connect_timeout": _PATIENCE,
    }


def _places(address: Address) -> str:
    return ", ".join(f"{host}:{port}" for host, port in address.nodes)
