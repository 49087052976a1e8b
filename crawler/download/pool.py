"""Connections by origin: opened to checked addresses, used again while that is safe."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import defaultdict
from dataclasses import dataclass

from scrapy.exceptions import DownloadConnectionRefusedError, DownloadFailedError

from crawler.config import Config
from crawler.download import tls
from crawler.download.connection import Connection
from crawler.download.guard import Address, AddressGuard

IDLE = 4.0
"""Seconds after which an idle connection is closed: servers commonly close theirs after five, and a
request that crosses that close would be lost (it is never sent again silently)."""
_PER_ORIGIN = 8
CONNECT = 10.0
"""Seconds for one address where a host has more; the last one has what the deadline leaves."""
_TRUST_AGAIN = 600.0
"""Seconds after which an untrusted certificate is looked at anew."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port (RFC 6454)."""

    scheme: str
    host: str
    port: int


class Pool:
    """The connections of one worker. The frontier bounds how many run at once."""

    def __init__(self, config: Config) -> None:
        self.guard = AddressGuard(config)
        self._refuse = config.tls_verify == "refuse"
        self._verifying = tls.context(verify=True)
        self._lenient = tls.context(verify=False)
        self._idle: defaultdict[Origin, list[Connection]] = defaultdict(list)
        self._untrusted: dict[Origin, tuple[str, float]] = {}
        self._swept = time.monotonic()

    async def acquire(self, origin: Origin) -> Connection:
        """An idle connection that is fit, else a new one.

        Raises what `AddressGuard.resolve` does, and Scrapy's `DownloadConnectionRefusedError` and
        `DownloadFailedError`. No request byte has been sent then.
        """
        self._sweep()
        idle = self._idle.get(origin, [])
        while idle:
            connection = idle.pop()
            if _fit(connection):
                return connection
            connection.abort()
        return await self._open(origin)

    def release(self, origin: Origin, connection: Connection, reusable: bool) -> None:
        """Take a connection back after its exchange; one that is not `reusable` is closed."""
        if reusable and not connection.closed and len(self._idle.get(origin, ())) < _PER_ORIGIN:
            connection.idle_since = time.monotonic()
            self._idle[origin].append(connection)
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
        for origin, idle in list(self._idle.items()):
            fit = [connection for connection in idle if _fit(connection)]
            for connection in idle:
                if connection not in fit:
                    connection.abort()
            self._idle[origin] = fit
            if not fit:
                del self._idle[origin]

    async def _open(self, origin: Origin) -> Connection:
        addresses = await self.guard.resolve(origin.host, origin.port)
        error: OSError | None = None
        for address in addresses:
            patience = None if address is addresses[-1] else CONNECT
            try:
                async with asyncio.timeout(patience):
                    return await self._connect(origin, address)
            except ssl.SSLError as broken:
                raise DownloadFailedError(f"TLS with {origin.host}: {broken}") from broken
            except OSError as refused:
                error = refused
        raise DownloadConnectionRefusedError(f"{origin.host}:{origin.port}: {error}") from error

    async def _connect(self, origin: Origin, address: Address) -> Connection:
        if origin.scheme == "http":
            return await self._dial(origin, address, None)
        reason, since = self._untrusted.get(origin, ("", 0.0))
        if not reason or time.monotonic() - since > _TRUST_AGAIN:
            try:
                return await self._dial(origin, address, self._verifying)
            except ssl.SSLError as error:
                if self._refuse:
                    raise
                reason = getattr(error, "verify_message", "") or str(error.reason or error)
                self._untrusted[origin] = reason, time.monotonic()
        connection = await self._dial(origin, address, self._lenient)
        connection.trouble = reason
        return connection

    async def _dial(
        self, origin: Origin, address: Address, context: ssl.SSLContext | None
    ) -> Connection:
        loop = asyncio.get_running_loop()
        name = origin.host if context else None
        transport, connection = await loop.create_connection(
            Connection, str(address), origin.port, ssl=context, server_hostname=name
        )
        connection.peer = str(address)
        ssl_object = transport.get_extra_info("ssl_object")
        if ssl_object is not None:
            connection.tls = tls.session(ssl_object, trusted=context is self._verifying)
        return connection


def _fit(connection: Connection) -> bool:
    return not connection.closed and time.monotonic() - connection.idle_since < IDLE
