"""What the cases of the wire are made of, the server that plays one, and what our handler recorded of it.

A case is an answer as the pieces in which a server writes it, how the server ends it, and what a recorder
that keeps to RFC 9112 makes of it. The tables are `wire_heads`, `wire_lengths`, `wire_chunks` and `wire_ends`.
"""

from __future__ import annotations

import asyncio
import enum
import itertools
import socket
import ssl
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scrapy import Request

from crawler.model.capture import Capture, Truncation
from tests.download.conftest import recording_handler
from tests.download.listening import Listening

SOUND = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nsound"
"""What the server answers to every request after the first."""
PATIENCE = 4.0
"""Seconds of one exchange; more than the silence after which an answer without framing is over."""


class End(enum.Enum):
    """What the server does once it has written its pieces."""

    SILENT = enum.auto()
    """Nothing, but it would answer another request."""
    CLOSED = enum.auto()
    HALF_CLOSED = enum.auto()
    """Says that it has no more to say, and reads on."""
    RESET = enum.auto()
    CUT = enum.auto()
    """Closes the connection beneath TLS, without the alert that says so."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """Claims that stand at None (`kept_alive`, `payload`) are not made."""

    name: str
    why: str
    """The clause that decides; numbers without a name are sections of RFC 9112."""
    answer: Sequence[bytes | float]
    """Pieces, and seconds of pause between them."""
    end: End = End.SILENT
    method: str = "GET"
    interim: tuple[bytes, ...] = ()
    surplus: int = 0
    """Bytes behind the end of the message: kept when they come with it, and never another answer."""
    status: int | None = 200
    truncated: Truncation | None = None
    kept_alive: bool | None = None
    payload: bytes | None = None

    @property
    def sent(self) -> bytes:
        return b"".join(step for step in self.answer if isinstance(step, bytes))

    @property
    def recorded(self) -> bytes:
        """All that was sent, but the interim answers."""
        before = b"".join(self.interim)
        assert self.sent.startswith(before)
        return self.sent[len(before) :]

    def byte_by_byte(self) -> Case:
        """The same answer, no two bytes of it together."""
        return replace(self, answer=in_pieces(self.answer, 1))


def in_pieces(answer: Sequence[bytes | float], size: int) -> list[bytes | float]:
    """Each piece cut into pieces of `size` bytes."""
    cut: list[bytes | float] = []
    for step in answer:
        if isinstance(step, bytes):
            cut += [step[at : at + size] for at in range(0, len(step), size)]
        else:
            cut.append(step)
    return cut


@dataclass
class Outcome:
    """What came of a case: the capture, the error instead of a response, and of the request after it."""

    capture: Capture
    error: Exception | None
    next_connection: int = 0
    """1 where the next request came on the same connection."""
    next_body: bytes = b""

    def seen(self) -> dict[str, Any]:
        """What may not depend on how the bytes were cut."""
        return {
            "response": bytes(self.capture.response),
            "interim": self.capture.interim,
            "status": self.capture.status,
            "truncated": self.capture.truncated,
            "failure": self.capture.failure,
            "payload": b"".join(self.capture.payload()),
            "error": type(self.error),
        }


class WireServer(Listening):
    """Plays `case` to the first request that comes, and `SOUND` to all others."""

    def __init__(self, case: Case, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(tls)
        self.case = case
        self.requests: list[tuple[int, bytes]] = []

    @property
    def url(self) -> str:
        return f"{self.root}/"

    async def converse(
        self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while not writer.is_closing():
            self.requests.append((number, await reader.readuntil(b"\r\n\r\n")))
            await self._answer(writer)

    async def _answer(self, writer: asyncio.StreamWriter) -> None:
        if len(self.requests) > 1:
            writer.write(SOUND)
            return
        await write(writer, self.case.answer)
        await end(writer, self.case.end)


async def write(writer: asyncio.StreamWriter, steps: Iterable[bytes | float]) -> None:
    """Write pieces so that each is read by itself; a number is a pause."""
    for step in steps:
        if isinstance(step, bytes):
            writer.write(step)
            await writer.drain()
            step = 0
        # The reader on the same loop has its turn in the second round, not in the first.
        for _ in range(3):
            await asyncio.sleep(step / 3)


async def end(writer: asyncio.StreamWriter, how: End) -> None:
    """End what was written."""
    if how is End.CLOSED:
        writer.close()
    elif how is End.HALF_CLOSED:
        writer.write_eof()
    elif how is End.CUT:
        writer.transport.abort()
    elif how is End.RESET:
        linger_not = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)
        writer.transport.abort()


async def record(handler: Any, case: Case, *, and_next: bool = True, tls: Any = None) -> Outcome:
    """Fetch the case, and then, if asked, once more from the same server."""
    async with WireServer(case, tls) as server:
        error, capture = await fetch(handler, server.url, case.method)
        outcome = Outcome(capture, error)
        if and_next:
            await asyncio.sleep(0.1)  # a close that is on its way arrives
            _, after = await fetch(handler, server.url)
            outcome.next_connection = server.requests[-1][0]
            outcome.next_body = b"".join(after.payload())
        return outcome


_numbers = itertools.count()


async def fetch(
    handler: Any, url: str, method: str = "GET", **options: Any
) -> tuple[Exception | None, Capture]:
    """The error that came instead of a response, and the one capture."""
    error: Exception | None = None
    url += str(next(_numbers))  # since the system gives a port again, once its server has gone
    try:
        await handler.download_request(Request(url, method=method, **options))
    except Exception as instead:
        error = instead
    (capture,) = [capture for capture in handler.sink.captures if capture.uri == url]
    return error, capture


def record_all(
    cases: Sequence[Case], *, and_next: bool = True, at_once: int = 100, tls: Any = None, **settings: Any
) -> dict[str, Outcome]:
    """All of them by one handler, by name: the silence of one is waited for in all."""

    async def gathered() -> list[Outcome]:
        handler = recording_handler(**{"download_timeout": PATIENCE, **settings})
        turns = asyncio.Semaphore(at_once)

        async def one(case: Case) -> Outcome:
            async with turns:
                return await record(handler, case, and_next=and_next, tls=tls)

        try:
            return await asyncio.gather(*map(one, cases))
        finally:
            await handler.close()

    return dict(zip([case.name for case in cases], asyncio.run(gathered()), strict=True))
