"""The local servers, each in a process of its own whose CPU nobody counts.

``python -m benchmarks.capture.server site PAGES`` or ``... bodies COUNT BYTES`` writes its ports as
a line and ends when its standard input does, so that none outlives a benchmark that was killed.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from benchmarks.capture import bodies, website

_MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


@contextmanager
def serving(*words: object, module: str = __name__) -> Iterator[list[str]]:
    """A server of that kind; the URLs of its ports, without a slash at the end."""
    command = [sys.executable, "-m", module, *map(str, words)]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        yield [f"http://127.0.0.1:{port}" for port in server.stdout.readline().split()]
    finally:
        server.stdin.close()
        server.wait(30)
        server.stdout.close()


class Prepared(asyncio.Protocol):
    """Gives the answer that lies ready for a target; connections are kept alive."""

    def __init__(self, answers: Mapping[bytes, bytes]) -> None:
        self._answers = answers
        self._waiting = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each whole request."""
        *requests, self._waiting = (self._waiting + data).split(b"\r\n\r\n")
        for request in requests:
            self._transport.write(self._answers.get(request.split(b" ", 2)[1], _MISSING))


async def serve(protocol: Callable[[], asyncio.BaseProtocol], ports: int = 1) -> None:
    """Listen on that many free ports until standard input ends."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    servers = [await loop.create_server(protocol, "127.0.0.1", 0, backlog=256) for _ in range(ports)]
    loop.add_reader(sys.stdin, over.set)
    print(*(server.sockets[0].getsockname()[1] for server in servers), flush=True)
    await over.wait()


def main(kind: str, count: int, size: int = 0) -> None:
    """Serve a site, or long bodies, each on a port and so a host of its own."""
    if kind == "site":
        answers = website.answers(count)
        asyncio.run(serve(lambda: Prepared(answers)))
    else:
        asyncio.run(serve(bodies.protocol(count, size), count))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
