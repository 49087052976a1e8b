"""A server that misbehaves on purpose: one function per misbehaviour, named for it.

It keeps what it saw: each request's bytes in `requests`, and the number of the connection it came on.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable

from tests.download.listening import Listening

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
PAGE = b"<html><p>A story.</p></html>"
WHOLE = OK + b"Content-Length: %d\r\n\r\n" % len(PAGE) + PAGE

Writer = asyncio.StreamWriter
Misbehaviour = Callable[[Writer], Awaitable[None]]


def says(answer: bytes, *, close: bool = False) -> Misbehaviour:
    """Send these bytes; then close, or wait for the next request."""

    async def misbehave(writer: Writer) -> None:
        writer.write(answer)
        if close:
            writer.close()

    return misbehave


async def says_nothing_and_closes(writer: Writer) -> None:
    writer.close()


async def stalls(writer: Writer) -> None:
    await asyncio.sleep(30)


async def stalls_within_the_body(writer: Writer) -> None:
    writer.write(OK + b"Content-Length: 1000\r\n\r\n" + PAGE)
    await asyncio.sleep(30)


async def drips_one_byte_at_a_time(writer: Writer) -> None:
    writer.write(OK + b"Content-Length: 1000\r\n\r\n")
    for _ in range(600):
        writer.write(b"x")
        await asyncio.sleep(0.05)


async def sends_a_body_without_end(writer: Writer) -> None:
    writer.write(OK + b"\r\n")
    while not writer.is_closing():
        writer.write(b"z" * 8192)
        await writer.drain()


async def sends_interim_answers_without_end(writer: Writer) -> None:
    while not writer.is_closing():
        writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        await writer.drain()


async def sends_a_head_without_end(writer: Writer) -> None:
    writer.write(OK)
    while not writer.is_closing():
        writer.write(b"X-More: " + b"y" * 8000 + b"\r\n")
        await writer.drain()


async def speaks_unasked_after_the_answer(writer: Writer) -> None:
    writer.write(WHOLE)
    await writer.drain()
    await asyncio.sleep(0.1)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison")


async def resets_within_the_body(writer: Writer) -> None:
    writer.write(OK + b"Content-Length: 1000\r\n\r\n" + PAGE)
    await writer.drain()
    await asyncio.sleep(0.1)
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


CASES: dict[str, Misbehaviour] = {
    "/whole": says(WHOLE),
    "/kept-alive": says(OK + b"Connection: Keep-Alive\r\nContent-Length: 2\r\n\r\nok"),
    "/interim": says(b"HTTP/1.1 103 Early Hints\r\nLink: </s.css>\r\n\r\n" + WHOLE),
    "/nothing": says_nothing_and_closes,
    "/stall": stalls,
    "/stall-body": stalls_within_the_body,
    "/drip": drips_one_byte_at_a_time,
    "/endless-body": sends_a_body_without_end,
    "/endless-interim": sends_interim_answers_without_end,
    "/endless-head": sends_a_head_without_end,
    "/reset": resets_within_the_body,
    "/short": says(OK + b"Content-Length: 1000\r\n\r\n" + PAGE, close=True),
    "/short-chunked": says(OK + b"Transfer-Encoding: chunked\r\n\r\n40\r\nabc", close=True),
    "/cut-head": says(OK + b"Content-Le", close=True),
    "/surplus": says(WHOLE + b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"),
    "/late-surplus": speaks_unasked_after_the_answer,
    "/double-length": says(OK + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde"),
    "/length-and-chunked": says(
        OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n"
    ),
    "/bad-chunk": says(OK + b"Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\nzz\r\n", close=True),
    "/no-colon": says(OK + b"no colon here\r\nContent-Length: 2\r\n\r\nok"),
    "/latin-1": says(OK + b"X-Caf\xe9: \xff\x80\r\nContent-Length: 2\r\n\r\nok"),
    "/fold": says(OK + b"X-Fold: one\r\n two\r\nContent-Length: 2\r\n\r\nok"),
    "/bare-lf": says(b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok"),
    "/icy": says(b"ICY 200 OK\r\nContent-Length: 2\r\n\r\nok", close=True),
    "/garbage": says(b"\x00\x01 no answer at all", close=True),
    "/http-0.9": says(PAGE, close=True),
}


class Server(Listening):
    """Misbehaves as `cases` say, by path."""

    def __init__(
        self, tls: ssl.SSLContext | None = None, cases: dict[str, Misbehaviour] | None = None
    ) -> None:
        super().__init__(tls)
        self._cases = CASES if cases is None else cases
        self.requests: list[tuple[int, bytes]] = []

    def url(self, path: str) -> str:
        return self.root + path

    async def converse(self, number: int, reader: asyncio.StreamReader, writer: Writer) -> None:
        while not writer.is_closing():
            request = await reader.readuntil(b"\r\n\r\n")
            self.requests.append((number, request))
            await self._cases[request.split(b" ", 2)[1].decode().partition("?")[0]](writer)
