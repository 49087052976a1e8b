"""New connections: to a checked address or through a proxy, in the clear or with TLS."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from dataclasses import dataclass
from functools import cached_property

from scrapy.exceptions import DownloadConnectionRefusedError, DownloadFailedError

from crawler.config import Config
from crawler.download import tls
from crawler.download.connection import Connection
from crawler.download.guard import Address, AddressGuard, look_up
from crawler.download.origin import Origin
from crawler.download.proxy import Proxy
from crawler.download.race import connect, interleaved, race
from crawler.download.tunnel import Tunnel

PATIENCE = 10.0
"""Seconds for the handshake with one address where others are left; the last one has what the deadline
leaves."""
_TRUST_AGAIN = 600.0
"""Seconds after which an untrusted certificate is looked at anew."""


@dataclass(frozen=True, slots=True)
class _Way:
    """To `origin`, by way of `proxy` where there is one; `port` is that of whichever comes first."""

    origin: Origin
    proxy: Proxy | None
    port: int

    async def shake_hands(
        self, dialled: socket.socket, context: ssl.SSLContext, trusted: bool
    ) -> Connection:
        """TLS over a connected socket. Raises ssl.SSLError and OSError."""
        loop = asyncio.get_running_loop()
        name = _server_name(self.origin)
        transport: asyncio.BaseTransport | None
        if self.proxy is None:
            transport, connection = await loop.create_connection(
                Connection, sock=dialled, ssl=context, server_hostname=name
            )
        else:
            plain = await self._tunnel(dialled, self.proxy)
            connection = Connection()
            transport = await loop.start_tls(plain, connection, context, server_hostname=name)
            assert transport is not None
            connection.connection_made(transport)
        connection.tls = tls.session(transport.get_extra_info("ssl_object"), trusted)
        return connection

    async def _tunnel(self, dialled: socket.socket, proxy: Proxy) -> asyncio.Transport:
        loop = asyncio.get_running_loop()
        _, tunnel = await loop.create_connection(lambda: Tunnel(self.origin, proxy), sock=dialled)
        return await tunnel.establish()


class Dialler:
    """Opens the connections of one worker."""

    def __init__(self, config: Config) -> None:
        self.guard = AddressGuard(config)
        self._config = config
        self._refuse = config.tls_verify == "refuse"
        self._untrusted: dict[Origin, tuple[str, float]] = {}

    @cached_property
    def _verifying(self) -> ssl.SSLContext:
        return tls.context(self._config, verify=True)

    @cached_property
    def _lenient(self) -> ssl.SSLContext:
        return tls.context(self._config, verify=False)

    async def open(self, origin: Origin, proxy: Proxy | None) -> Connection:
        """A connection that is ready for its first request; none of it has been sent.

        Raises what `AddressGuard.resolve` does, and Scrapy's `DownloadConnectionRefusedError` and
        `DownloadFailedError`.
        """
        if origin.scheme == "https":
            _server_name(origin)
        if proxy is None:
            place, port = origin.host, origin.port
            addresses = interleaved(await self.guard.resolve(place, port))
        else:
            await self.guard.vouch(origin.host, origin.port)
            place, port = f"the proxy {proxy.host}", proxy.port
            addresses = interleaved(await look_up(proxy.host, port))
        connection = await self._first(addresses, _Way(origin, proxy, port), f"{place}:{port}")
        connection.proxy = proxy
        return connection

    async def _first(self, addresses: list[Address], way: _Way, place: str) -> Connection:
        """The first address that takes a connection and then shakes hands."""
        while True:
            try:
                dialled, address = await race(addresses, way.port)
                async with asyncio.timeout(PATIENCE if addresses else None):
                    return await self._greet(dialled, address, way)
            except ssl.SSLError as broken:
                raise DownloadFailedError(f"TLS with {way.origin.host}: {broken}") from broken
            except OSError as refused:
                if not addresses:
                    why = str(refused) or "closed within the TLS handshake"
                    raise DownloadConnectionRefusedError(f"{place}: {why}") from refused

    async def _greet(self, dialled: socket.socket, address: Address, way: _Way) -> Connection:
        if way.origin.scheme == "http":
            loop = asyncio.get_running_loop()
            _, connection = await loop.create_connection(Connection, sock=dialled)
        else:
            connection = await self._secure(dialled, address, way)
        connection.peer = "" if way.proxy else str(address)
        return connection

    async def _secure(self, dialled: socket.socket, address: Address, way: _Way) -> Connection:
        reason, since = self._untrusted.get(way.origin, ("", 0.0))
        if not reason or time.monotonic() - since > _TRUST_AGAIN:
            try:
                return await way.shake_hands(dialled, self._verifying, trusted=True)
            except ssl.SSLError as error:
                if self._refuse:
                    raise
                reason, since = tls.reason(error), time.monotonic()
                dialled = await connect(address, way.port)
        connection = await way.shake_hands(dialled, self._lenient, trusted=False)
        self._untrusted[way.origin] = reason, since
        connection.trouble = reason
        return connection


def _server_name(origin: Origin) -> str:
    """The name for SNI, without a last dot; `ssl` sends none for an address (RFC 6066, 3).

    Raises Scrapy's `DownloadFailedError` for a host that no certificate can name.
    """
    name = origin.host.rstrip(".")
    try:
        name.encode("idna")
    except UnicodeError as error:
        raise DownloadFailedError(f"TLS with {name[:100]}: {error}") from None
    return name
