"""A forward proxy on raw sockets: absolute form and CONNECT. It keeps the head of each request it saw."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from tests.download.listening import Listening

Reader, Writer = asyncio.StreamReader, asyncio.StreamWriter


class ForwardProxy(Listening):
    """Relays what it is asked for.

    `hosts` are names that it alone can resolve, with the port they lead to on 127.0.0.1. `says` is sent
    in place of an answer, after which it closes; with `mute` it says nothing and waits.
    """

    def __init__(
        self, hosts: dict[str, int] | None = None, says: bytes | None = None, mute: bool = False
    ) -> None:
        super().__init__()
        self.heads: list[tuple[int, bytes]] = []
        self._hosts = hosts or {}
        self._says = says
        self._mute = mute

    @property
    def url(self) -> str:
        return self.root

    async def converse(self, number: int, reader: Reader, writer: Writer) -> None:
        """One origin a connection, as long as the client asks."""
        onward: Writer | None = None
        back: asyncio.Task[None] | None = None
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.heads.append((number, head))
                if self._mute:
                    await asyncio.sleep(30)
                if self._says is not None:
                    writer.write(self._says)
                    await writer.drain()
                    return
                method, target, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
                if onward is None:
                    incoming, onward = await self._open(target, method == "CONNECT")
                    if method == "CONNECT":
                        writer.write(b"HTTP/1.1 200 Connection established\r\nVia: a test\r\n\r\n")
                    back = asyncio.create_task(_pump(incoming, writer))
                if method == "CONNECT":
                    await _pump(reader, onward)
                    return
                onward.write(_origin_form(head))
        finally:
            if back is not None:
                back.cancel()
            if onward is not None:
                onward.close()

    async def _open(self, target: str, tunnel: bool) -> tuple[Reader, Writer]:
        parts = urlsplit(f"//{target}" if tunnel else target)
        port = self._hosts.get(parts.hostname or "", parts.port or 80)
        return await asyncio.open_connection("127.0.0.1", port)


def _origin_form(head: bytes) -> bytes:
    start, *fields = head.split(b"\r\n")
    method, target, version = start.split(b" ")
    path = b"/" + target.split(b"://", 1)[1].partition(b"/")[2]
    kept = [field for field in fields if not field.lower().startswith(b"proxy-")]
    return b"\r\n".join([b" ".join([method, path, version]), *kept])


async def _pump(reader: Reader, writer: Writer) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()
