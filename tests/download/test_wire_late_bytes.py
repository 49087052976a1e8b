"""Bytes on a connection that waits in the pool are never taken for the next answer (RFC 9112, 6.3 and 9.5).

They are not in the capture either: it was handed over when its answer ended, and nothing is written to a
record twice. What of them came along with the end of the answer is kept with it.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.download.wire import SOUND, Case, WireServer, fetch

Make = Callable[..., Any]
POISON = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"


@pytest.mark.parametrize("late", [0.05, 0.5])
async def test_they_end_the_connection_that_waits(late: float, make_handler: Make) -> None:
    handler = make_handler()
    case = Case(name="late", why="6.3", answer=[SOUND, late, POISON])
    async with WireServer(case) as server:
        _, first = await fetch(handler, server.url)
        await asyncio.sleep(late + 0.1)
        _, second = await fetch(handler, server.url)
    assert [number for number, _ in server.requests] == [1, 2]
    assert [first.response, second.response] == [SOUND, SOUND]


async def test_they_end_it_whatever_they_are(make_handler: Make) -> None:
    handler = make_handler()
    for surplus in (b"\n", b"\0", b"\x15\x03\x03\x00\x02\x02\x28"):
        case = Case(name="late", why="6.3", answer=[SOUND, 0.02, surplus])
        async with WireServer(case) as server:
            await fetch(handler, server.url)
            await asyncio.sleep(0.5)
            await fetch(handler, server.url)
        assert [number for number, _ in server.requests] == [1, 2]


class ThreadedServer:
    """Answers each connection's requests with `SOUND`; after the first of all it does one more thing.

    It runs while the loop of the crawler is busy, as a server does.
    """

    def __init__(self, afterwards: Callable[[socket.socket], None]) -> None:
        self._afterwards = afterwards
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._held: list[socket.socket] = []
        self.did = threading.Event()
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}/"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        for held in (self._listening, *self._held):
            held.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self._held.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            while connection.recv(65536):
                connection.sendall(SOUND)
                if not self.did.is_set():
                    time.sleep(0.05)  # the answer has arrived
                    self._afterwards(connection)
                    self.did.set()
        except OSError:
            pass


@pytest.fixture
def threaded() -> Iterator[Callable[..., ThreadedServer]]:
    made: list[ThreadedServer] = []

    def make(afterwards: Callable[[socket.socket], None]) -> ThreadedServer:
        made.append(ThreadedServer(afterwards))
        return made[-1]

    yield make
    for server in made:
        server.close()


async def test_they_are_seen_although_the_loop_was_busy_when_they_came(
    make_handler: Make, threaded: Callable[..., ThreadedServer]
) -> None:
    handler = make_handler()
    server = threaded(lambda connection: connection.sendall(POISON))
    await fetch(handler, server.url)
    server.did.wait(2)  # on purpose without the loop: a page is being parsed
    _, second = await fetch(handler, server.url)
    assert second.response == SOUND


async def test_a_close_is_seen_although_the_loop_was_busy_when_it_came(
    make_handler: Make, threaded: Callable[..., ThreadedServer]
) -> None:
    """A request that is sent into it would be lost, and is never sent again silently."""
    handler = make_handler()
    server = threaded(lambda connection: connection.shutdown(socket.SHUT_RDWR))
    await fetch(handler, server.url)
    server.did.wait(2)
    _, second = await fetch(handler, server.url)
    assert second.response == SOUND


async def test_an_answer_is_over_when_it_has_ended_whatever_else_comes(make_handler: Make) -> None:
    case = Case(name="drips", why="6.3", answer=[SOUND, *[0.02, b"x"] * 100])
    async with WireServer(case) as server:
        error, capture = await fetch(make_handler(download_timeout=1.8), server.url)
    assert (error, capture.response, capture.truncated) == (None, SOUND, None)
