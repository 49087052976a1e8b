"""Connections that wait for the next request, used again while that is safe."""

from __future__ import annotations

import time
from collections import defaultdict

from crawler.config import Config
from crawler.download.connection import Connection
from crawler.download.dialler import Dialler
from crawler.download.origin import Origin
from crawler.download.proxy import Proxy

IDLE = 4.0
"""Seconds after which an idle connection is closed: servers commonly close theirs after five, and a
request that crosses that close would be lost (it is never sent again silently)."""
_PER_ROUTE = 8

Route = tuple[Origin, Proxy | None]
"""An origin and how it is reached: a proxied connection carries one origin, and one login, only."""


class Pool:
    """The connections of one worker. The frontier bounds how many run at once."""

    def __init__(self, config: Config) -> None:
        self.dialler = Dialler(config)
        self._idle: defaultdict[Route, list[Connection]] = defaultdict(list)
        self._swept = time.monotonic()

    async def acquire(self, origin: Origin, proxy: Proxy | None = None) -> Connection:
        """An idle connection that is fit, else a new one; raises what `Dialler.open` does."""
        self._sweep()
        idle = self._idle.get((origin, proxy), [])
        while idle:
            connection = idle.pop()
            if _fit(connection):
                return connection
            connection.abort()
        return await self.dialler.open(origin, proxy)

    def release(self, origin: Origin, connection: Connection, reusable: bool) -> None:
        """Take a connection back after its exchange; one that is not `reusable` is closed."""
        route = origin, connection.proxy
        if reusable and not connection.closed and len(self._idle.get(route, ())) < _PER_ROUTE:
            connection.idle_since = time.monotonic()
            self._idle[route].append(connection)
        else:
            connection.abort()

    def close(self) -> None:
        """Close all that is idle."""
        for idle in self._idle.values():
            for connection in idle:
                connection.abort()
        self._idle.clear()

    def _sweep(self) -> None:
        """Close what was idle too long, of all origins: a wide crawl must not run out of sockets."""
        if time.monotonic() - self._swept < IDLE:
            return
        self._swept = time.monotonic()
        for route, idle in list(self._idle.items()):
            fit = [connection for connection in idle if _fit(connection)]
            for connection in idle:
                if connection not in fit:
                    connection.abort()
            self._idle[route] = fit
            if not fit:
                del self._idle[route]


def _fit(connection: Connection) -> bool:
    if connection.closed or time.monotonic() - connection.idle_since >= IDLE:
        return False
    return not connection.spoke_unasked()
