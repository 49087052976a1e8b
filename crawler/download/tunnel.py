"""A tunnel through a proxy: CONNECT (RFC 9110, 9.3.6). Its exchange is no capture."""

from __future__ import annotations

import asyncio
from typing import cast

from scrapy.exceptions import DownloadFailedError

from crawler.download.origin import Origin
from crawler.download.proxy import Proxy
from crawler.model.message import Message

_MAX_HEAD = 64 * 1024


class Tunnel(asyncio.Protocol):
    """Asks for a tunnel to `origin`; afterwards another protocol takes the transport over."""

    def __init__(self, origin: Origin, proxy: Proxy) -> None:
        self._origin = origin
        self._proxy = proxy
        self._seen = b""
        self._answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def establish(self) -> asyncio.Transport:
        """The open way to the origin. Raises Scrapy's `DownloadFailedError`, and closes then."""
        self._transport.write(self._request())
        try:
            head, blank, rest = (await self._answer).partition(b"\r\n\r\n")
            status = Message.parse(head + blank).status
            if status is None or not blank:
                raise self._failure("does not answer in HTTP")
            if not 200 <= status < 300:
                line = head.partition(b"\r\n")[0].partition(b" ")[2]
                raise self._failure(f"says {ascii(line.decode('latin-1')[:100])[1:-1]}")
            if rest:
                raise self._failure("speaks before it is asked")
        except BaseException:
            self._transport.abort()
            raise
        return self._transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Wait for the end of the head."""
        self._seen += data
        if b"\r\n\r\n" in self._seen or len(self._seen) > _MAX_HEAD:
            self._end()

    def connection_lost(self, exc: Exception | None) -> None:
        """What came until then is the answer."""
        self._end()

    def _end(self) -> None:
        if not self._answer.done():
            self._answer.set_result(self._seen)

    def _request(self) -> bytes:
        target = self._origin.host_and_port.encode()
        lines = [b"CONNECT " + target + b" HTTP/1.1", b"Host: " + target]
        if self._proxy.authorization:
            lines.append(b"Proxy-Authorization: " + self._proxy.authorization)
        return b"\r\n".join([*lines, b"", b""])

    def _failure(self, what: str) -> DownloadFailedError:
        how = what if self._seen else "closes without an answer"
        return DownloadFailedError(
            f"the proxy {self._proxy} {how} to CONNECT {self._origin.host_and_port}"
        )
