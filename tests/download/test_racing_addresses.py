"""IPv6, and many addresses: a dead one costs a quarter of a second (RFC 8305)."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadConnectionRefusedError

from crawler.download import race
from tests.download.misbehaving import Server

Make = Callable[..., Any]
Stack = list[ipaddress.IPv4Address | ipaddress.IPv6Address]


def addresses(*texts: str) -> Stack:
    return [ipaddress.ip_address(text) for text in texts]


@pytest.fixture
async def deaf() -> AsyncIterator[Callable[[str, int], None]]:
    """Make an address deaf: its queue of connections is full, so that another gets no answer."""
    sockets: list[socket.socket] = []

    def make(host: str, port: int) -> None:
        listener = socket.socket()
        listener.bind((host, port))
        listener.listen(0)
        sockets.append(listener)
        for _ in range(3):
            filling = socket.socket()
            filling.setblocking(False)
            filling.connect_ex((host, port))
            sockets.append(filling)

    yield make
    for one in sockets:
        one.close()


async def test_a_deaf_address_does_not_hold_up_the_next(
    deaf: Callable[[str, int], None], server: Server, make_handler: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaf("127.0.0.9", server.port)
    handler = make_handler(download_timeout=60)

    async def resolve(host: str, port: int) -> Stack:
        return addresses("127.0.0.9", "127.0.0.1")

    monkeypatch.setattr(handler.pool.dialler.guard, "resolve", resolve)
    began = time.monotonic()
    await handler.download_request(Request(f"http://two.example:{server.port}/whole"))
    assert time.monotonic() - began < 5  # a dead address would take minutes
    assert handler.sink.captures[0].peer == "127.0.0.1"
    assert server.connections == 1


async def test_the_first_address_wins_while_it_answers(server: Server) -> None:
    left = addresses("127.0.0.1", "127.0.0.2")
    winner, address = await race.race(left, server.port)
    winner.close()
    assert str(address) == "127.0.0.1"
    assert left == addresses("127.0.0.2")


async def test_a_refused_address_is_passed_at_once(server: Server) -> None:
    winner, address = await race.race(addresses("127.0.0.2", "127.0.0.3", "127.0.0.1"), server.port)
    winner.close()
    assert str(address) == "127.0.0.1"


async def test_when_all_refuse_the_error_names_the_host(
    make_handler: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Server() as gone:
        pass
    handler = make_handler()

    async def resolve(host: str, port: int) -> Stack:
        return addresses("127.0.0.1", "127.0.0.2")

    monkeypatch.setattr(handler.pool.dialler.guard, "resolve", resolve)
    with pytest.raises(DownloadConnectionRefusedError, match=f"^two.example:{gone.port}: "):
        await handler.download_request(Request(f"http://two.example:{gone.port}/"))


async def test_no_socket_of_a_loser_is_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """All connect in the same moment: one is used, the others are closed."""
    made: list[socket.socket] = []
    start = asyncio.Event()

    async def connect(address: Any, port: int) -> socket.socket:
        await start.wait()
        made.append(socket.socket())
        return made[-1]

    monkeypatch.setattr(race, "connect", connect)
    monkeypatch.setattr(race, "STAGGER", 0.01)
    running = asyncio.create_task(race.race(addresses("127.0.0.1", "127.0.0.2", "127.0.0.3"), 1))
    await asyncio.sleep(0.2)
    start.set()
    winner, _ = await running
    await asyncio.sleep(0.01)
    assert [one.fileno() >= 0 for one in made].count(True) == 1
    assert winner.fileno() >= 0
    winner.close()


def test_the_families_take_turns() -> None:
    given = addresses("::1", "::2", "::3", "1.1.1.1", "1.1.1.2")
    assert race.interleaved(given) == addresses("::1", "1.1.1.1", "::2", "1.1.1.2", "::3")
    assert race.interleaved(addresses("1.1.1.1")) == addresses("1.1.1.1")
    assert len(race.interleaved(addresses(*(f"1.1.1.{n}" for n in range(100))))) == 8


async def test_an_ipv6_address_is_fetched(make_handler: Make) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()
        writer.close()

    seen: list[bytes] = []
    try:
        listener = await asyncio.start_server(answer, "::1", 0)
    except OSError:
        pytest.skip("this machine has no IPv6")
    async with listener:
        port = listener.sockets[0].getsockname()[1]
        handler = make_handler(allow_private_addresses=(ipaddress.ip_network("::1"),))
        response = await handler.download_request(Request(f"http://[::1]:{port}/"))
    assert seen[0].startswith(b"GET / HTTP/1.1\r\nHost: [::1]:%d\r\n" % port)
    assert handler.sink.captures[0].peer == str(response.ip_address) == "::1"
