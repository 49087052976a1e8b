"""Idle connections do not pile up, and a dead address does not take the whole deadline."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

import pytest
from scrapy import Request

from crawler.download import pool
from tests.download.misbehaving import Server

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
    with pytest.raises(Exception):  # noqa: B017
        await handler.download_request(Request(url))
    assert handler.pool._idle == {}


async def test_the_next_address_is_tried(
    server: Server, make_handler: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "CONNECT", 0.2)
    handler = make_handler()

    async def two_addresses(host: str, port: int) -> list[Any]:
        return [ipaddress.ip_address(text) for text in ("127.0.0.9", "127.0.0.1")]

    monkeypatch.setattr(handler.pool.guard, "resolve", two_addresses)
    response = await handler.download_request(Request(f"http://two.example:{server.port}/whole"))
    assert response.status == 200
    assert handler.sink.captures[0].peer == "127.0.0.1"
