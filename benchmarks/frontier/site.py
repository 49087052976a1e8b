"""A made-up site of pages without a body: ``python -m benchmarks.frontier.site PORTS MS``.

Page N is ``/N`` on port N modulo the ports, each a host of its own; its answer comes after MS
milliseconds. What it links to is worked out from its number, so that nobody spends time on reading.
"""

from __future__ import annotations

import asyncio
import random
import sys

from benchmarks.capture.server import serve

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n"
_CHILDREN = 10
_ACROSS = 10


def leads_to(number: int, pages: int) -> list[int]:
    """The pages that a page links to: its children, and some that most likely were seen."""
    first = number * _CHILDREN + 1
    across = random.Random(number)
    children = range(first, min(first + _CHILDREN, pages))
    return [*children, *(across.randrange(pages) for _ in range(_ACROSS))]


class Empty(asyncio.Protocol):
    """Answers each request with nothing; connections are kept alive."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer; a request comes in one piece, and the next one after its answer."""
        if self._seconds:
            asyncio.get_running_loop().call_later(self._seconds, self._transport.write, _ANSWER)
        else:
            self._transport.write(_ANSWER)


if __name__ == "__main__":
    ports, wait = map(int, sys.argv[1:])
    asyncio.run(serve(lambda: Empty(wait / 1000), ports))
