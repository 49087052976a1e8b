"""No page steers the crawler to a private address, in whatever spelling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from scrapy import Request

from crawler.errors import RefusedAddress, SettingError
from tests.download.misbehaving import Server

Make = Callable[..., Any]

LOOPBACK = (
    "127.0.0.1", "localhost", "2130706433", "0x7f000001", "017700000001", "0x7f.1", "127.1",
    "0177.0.0.1", "127.0.0.1.", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0", "[::]", "[::1]",
)  # fmt: skip
OTHERS = (
    "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "2852039166", "0xa9fea9fe",
    "100.64.0.1", "192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "[fe80::1]", "[fc00::1]", "[ff02::1]", "[2001:db8::1]", "[2002:7f00:1::]",
    "[64:ff9b::7f00:1]", "[::127.0.0.1]", "192.88.99.1", "[fec0::1]", "[3fff::1]",
    "[::ffff:0:127.0.0.1]",
)  # fmt: skip


@pytest.mark.parametrize("host", LOOPBACK)
async def test_loopback_is_refused_and_the_listener_stays_silent(
    host: str, server: Server, make_handler: Make
) -> None:
    handler = make_handler(allow_private_addresses=(), operator="a test")
    with pytest.raises(Exception) as refusal:
        await handler.download_request(Request(f"http://{host}:{server.port}/whole"))
    assert server.connections == 0
    assert handler.sink.captures == []
    if host != "127.0.0.1.":  # no resolver takes an address with a dot behind it
        assert isinstance(refusal.value, RefusedAddress)


@pytest.mark.parametrize("host", OTHERS)
async def test_no_other_private_address_is_connected_to(host: str, make_handler: Make) -> None:
    handler = make_handler(allow_private_addresses=(), operator="a test", download_timeout=2)
    with pytest.raises(RefusedAddress):
        await handler.download_request(Request(f"http://{host}/"))


@pytest.mark.parametrize("host", ["8.8.8.8", "[2606:4700::1111]"])
async def test_a_public_host_wants_an_operator(host: str, make_handler: Make) -> None:
    handler = make_handler(operator="", download_timeout=2)
    with pytest.raises(SettingError, match="OPERATOR is not set"):
        await handler.download_request(Request(f"http://{host}/"))


async def test_an_opened_network_is_fetched(server: Server, make_handler: Make) -> None:
    handler = make_handler()
    response = await handler.download_request(Request(server.url("/whole")))
    assert response.status == 200
