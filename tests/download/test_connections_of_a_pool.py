"""Idle connections do not pile up, and a dead address does not take the whole deadline."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadConnectionRefusedError

from crawler.download import dialler, pool
from tests.download.misbehaving import PAGE, Server

Make = Callable[..., Any]


async def test_an_idle_connection_is_closed_whoever_comes_next(
    server: Server, make_handler: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "IDLE", 0.0)
    handler = make_handler()
    async with Server() as other:
        await handler.download_request(Request(server.url("/whole")))
        (idle,) = next(iter(handler.pool._idle.values()))
        await handler.download_request(Request(other.url("/whole")))
    assert idle.closed
    assert len(handler.pool._idle) == 1


async def test_no_entry_is_left_by_a_host_that_cannot_be_reached(make_handler: Make) -> None:
    handler = make_handler()
    async with Server() as gone:
        url = gone.url("/whole")
    with pytest.raises(DownloadConnectionRefusedError):
        await handler.download_request(Request(url))
    assert handler.pool._idle == {}


async def test_the_next_address_is_tried_when_one_is_silent(
    certificate: tuple[Path, ssl.SSLContext], make_handler: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialler, "PATIENCE", 0.5)
    handler = make_handler(download_timeout=20)

    async def two_addresses(host: str, port: int) -> list[Any]:
        return [ipaddress.ip_address(text) for text in ("127.0.0.9", "127.0.0.1")]

    async def never_shakes_hands(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    monkeypatch.setattr(handler.pool.dialler.guard, "resolve", two_addresses)
    async with Server(certificate[1]) as server:
        silent = await asyncio.start_server(never_shakes_hands, "127.0.0.9", server.port)
        response = await handler.download_request(Request(f"https://two.example:{server.port}/whole"))
        silent.close()
    assert response.status == 200
    assert handler.sink.captures[0].peer == "127.0.0.1"


async def test_bytes_that_nobody_asked_for_end_an_idle_connection(
    server: Server, make_handler: Make
) -> None:
    handler = make_handler()
    await handler.download_request(Request(server.url("/late-surplus")))
    await asyncio.sleep(0.3)
    response = await handler.download_request(Request(server.url("/whole")))
    assert response.body == PAGE
    assert [number for number, _ in server.requests] == [1, 2]
