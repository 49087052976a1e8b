"""The request as it goes over the wire, and what of it is recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadConnectionRefusedError, DownloadFailedError

from tests.download.misbehaving import Server

Make = Callable[..., Any]


async def test_the_target_is_sent_as_the_url_has_it(server: Server, make_handler: Make) -> None:
    handler = make_handler()
    target = "/whole?q=%7e%C3%a9&broken=%zz&a=b+c"
    await handler.download_request(
        Request(server.url(target) + "#fragment", meta={"verbatim_url": True})
    )
    assert server.requests[0][1].startswith(f"GET {target} HTTP/1.1\r\n".encode())
    assert handler.sink.captures[0].uri == server.url(target)


async def test_one_host_field_and_the_user_agent(server: Server, make_handler: Make) -> None:
    handler = make_handler()
    await handler.download_request(Request(server.url("/whole"), headers={"User-Agent": "clew/test"}))
    lines = server.requests[0][1].split(b"\r\n")
    assert [line for line in lines if line.lower().startswith(b"host:")] == [
        b"Host: 127.0.0.1:%d" % server.port
    ]
    assert b"User-Agent: clew/test" in lines


async def test_secrets_are_sent_and_not_recorded(server: Server, make_handler: Make) -> None:
    handler = make_handler()
    secret = {
        "Cookie": "sid=hunter2",
        "Authorization": "Basic aHVudGVyMg==",
        "Proxy-Authorization": "Basic x",
    }
    await handler.download_request(Request(server.url("/whole"), headers=secret))
    sent, capture = server.requests[0][1], handler.sink.captures[0]
    assert b"sid=hunter2" in sent
    assert b"Basic aHVudGVyMg==" in sent
    assert b"Cookie: " + b"*" * 11 + b"\r\n" in capture.request
    assert b"hunter2" not in capture.request
    assert b"aHVudGVyMg" not in capture.request
    assert b"Proxy-Authorization" not in capture.request
    assert len(capture.request) == len(sent)
    assert set(capture.redacted) == {"Cookie", "Authorization"}


async def test_zstd_is_never_offered(server: Server, make_handler: Make) -> None:
    handler = make_handler()
    headers = {"Accept-Encoding": "gzip, deflate, br, zstd"}  # as HttpCompressionMiddleware may have it
    await handler.download_request(Request(server.url("/whole"), headers=headers))
    assert b"\r\nAccept-Encoding: gzip, deflate, br\r\n" in server.requests[0][1]


@pytest.mark.parametrize("value", [b"a\r\nEvil: 1", b"a\nEvil: 1", b"a\rb", b"a\x00b"])
async def test_no_value_ends_its_line(value: bytes, server: Server, make_handler: Make) -> None:
    handler = make_handler()
    with pytest.raises(DownloadFailedError):
        await handler.download_request(Request(server.url("/whole"), headers={"X": value}))
    with pytest.raises(DownloadFailedError):
        await handler.download_request(Request(server.url("/whole"), method="GET / HTTP/1.1\r\nEvil: 1"))
    assert server.requests == handler.sink.captures == []


async def test_a_proxy_is_never_passed_by(server: Server, make_handler: Make) -> None:
    handler = make_handler()
    with pytest.raises(DownloadConnectionRefusedError, match="the proxy"):
        await handler.download_request(
            Request(server.url("/whole"), meta={"proxy": "http://127.0.0.1:9"})
        )
    assert server.connections == 0
