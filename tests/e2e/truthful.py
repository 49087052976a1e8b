"""A server that knows the truth: every connection, every request and every byte that it sent.

Each `Site` listens on a port of its own, so that it is a host of its own to a crawler, with its own
robots.txt, delay and connections. What it answers is scripted, exchange by exchange, on raw sockets.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import subprocess
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 20.0
"""Seconds that an answer waits for a peer that should end the connection."""


@dataclass(eq=False)
class Exchange:
    """One request as it came and all that was written as an answer to it."""

    connection: int
    request: bytes
    sent: bytearray = field(default_factory=bytearray)
    late: bytearray = field(default_factory=bytearray)
    """Bytes that nobody asked for, sent after the whole answer."""
    cut_by_peer: bool = False
    was_reset: bool = False
    """Bytes on their way may be lost with the connection."""

    @property
    def path(self) -> str:
        return self.request.split(b" ", 2)[1].decode("latin-1")


class Talk:
    """What a script may do in one exchange."""

    def __init__(
        self,
        exchange: Exchange,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        names: Mapping[str, str],
    ) -> None:
        self.exchange = exchange
        self.over = False
        self._reader = reader
        self._writer = writer
        self._names = names

    async def send(self, data: bytes) -> None:
        """Write `data`; ``{name}`` in it stands for the address of the site of that name."""
        for name, url in self._names.items():
            data = data.replace(b"{" + name.encode() + b"}", url.encode())
        self.exchange.sent += data
        self._writer.write(data)
        await self._writer.drain()

    async def send_late(self, data: bytes) -> None:
        """Write what is no part of the answer any more."""
        self.exchange.late += data
        self._writer.write(data)
        await self._writer.drain()

    async def hang(self) -> None:
        """Say nothing until the peer ends the connection."""
        async with asyncio.timeout(PATIENCE):
            more = await self._reader.read()
        assert more == b"", f"a second request before the first was answered: {more!r}"
        self.over = self.exchange.cut_by_peer = True

    async def close(self) -> None:
        """FIN."""
        self.over = True
        self._writer.close()

    async def close_and_listen(self) -> list[bytes]:
        """FIN, and the requests that crossed it on their way."""
        self.over = True
        self._writer.write_eof()
        async with asyncio.timeout(PATIENCE):
            crossed = await self._reader.read()
        return [head + b"\r\n\r\n" for head in crossed.split(b"\r\n\r\n")[:-1]]

    async def reset(self) -> None:
        """RST."""
        self.over = self.exchange.was_reset = True
        sock = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()


Script = Callable[[Talk], Awaitable[Sequence[bytes] | None]]
"""Answers one request; returns the requests that crossed its end of the connection, if any."""


class Site:
    """Scripts by path. A list is gone through, request by request; its last one stays."""

    def __init__(
        self, scripts: Mapping[str, Script | Sequence[Script]], tls: ssl.SSLContext | None
    ) -> None:
        self.exchanges: list[Exchange] = []
        self.connections = 0
        self.strays: list[bytes] = []
        """What came on a connection and was no request."""
        self.url = ""
        self.tls = tls
        self._scripts = {
            path: [script] if callable(script) else list(script) for path, script in scripts.items()
        }

    @property
    def paths(self) -> set[str]:
        """All that may be asked for."""
        return set(self._scripts)

    def script(self, path: str) -> Script:
        """The next script of a path. Raises KeyError for one that nobody should ask for."""
        scripts = self._scripts[path]
        return scripts.pop(0) if len(scripts) > 1 else scripts[0]


class TruthfulServer:
    """All sites, in a thread and a loop of their own, while it is entered."""

    def __init__(self, sites: Mapping[str, Site]) -> None:
        self.sites = sites
        self.errors: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()
        self._servers: list[asyncio.Server] = []

    def __enter__(self) -> TruthfulServer:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> None:
        for site in self.sites.values():

            async def serve(
                reader: asyncio.StreamReader, writer: asyncio.StreamWriter, site: Site = site
            ) -> None:
                await self._serve(site, reader, writer)

            server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=site.tls)
            port = server.sockets[0].getsockname()[1]
            site.url = f"{'https' if site.tls else 'http'}://127.0.0.1:{port}"
            self._servers.append(server)

    async def _end(self) -> None:
        for server in self._servers:
            server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(
        self, site: Site, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        site.connections += 1
        number = site.connections
        try:
            while await self._exchange(site, number, reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            if getattr(error, "partial", b""):
                site.strays.append(error.partial)  # type: ignore[union-attr]
        except asyncio.CancelledError:
            return  # the end of the test
        except KeyError as error:
            self.errors.append(f"nobody should ask {site.url} for {error}")
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _exchange(
        self, site: Site, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        request = await reader.readuntil(b"\r\n\r\n")
        exchange = Exchange(number, request)
        site.exchanges.append(exchange)
        talk = Talk(exchange, reader, writer, {name: one.url for name, one in self.sites.items()})
        try:
            crossed = await site.script(exchange.path)(talk)
            site.exchanges += [Exchange(number, request) for request in crossed or ()]
        except ConnectionError:
            exchange.cut_by_peer = True
            return False
        return not talk.over


def self_signed(folder: Path) -> ssl.SSLContext:
    """A server's context with a certificate that nobody trusts."""
    certificate, key = folder / "cert.pem", folder / "key.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=127.0.0.1"
    words = [*command.split(), "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(words, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
