"""A server may answer before it has read the request (RFC 9110, 10.1.1; RFC 9112, 9.3 and 9.6)."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError

from crawler.model.capture import Capture
from tests.download.wire import SOUND, End, end

Make = Callable[..., Any]
BODY = b"x" * 12_000_000
"""More than the buffers of both ends hold."""
CLOSING = b"HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 8\r\n\r\ntoo much"
KEEPING = CLOSING.replace(b"Connection: close\r\n", b"")


@asynccontextmanager
async def answers_early(
    answer: bytes, how: End, pause: float = 0.0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[str, list[int]]]:
    """A server that reads the first head and no body; it counts the connections that brought a request."""
    brought: list[int] = []
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await reader.readuntil(b"\r\n\r\n")
        brought.append(len(brought) + 1)
        writer.write(answer if len(brought) == 1 else SOUND)
        await asyncio.sleep(pause)
        await end(writer, how)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    try:
        yield f"http{'s' if tls else ''}://127.0.0.1:{server.sockets[0].getsockname()[1]}/", brought
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
        await asyncio.sleep(0)


async def post(handler: Any, url: str) -> Capture:
    await handler.download_request(Request(url, method="POST", body=BODY))
    capture: Capture = handler.sink.captures[0]
    return capture


@pytest.mark.parametrize("how", [End.SILENT, End.CLOSED, End.RESET])
async def test_it_is_recorded_whole(how: End, make_handler: Make) -> None:
    async with answers_early(CLOSING, how, 0.1) as (url, _):
        capture = await post(make_handler(), url)
    assert (capture.response, capture.truncated, capture.status) == (CLOSING, None, 413)


@pytest.mark.parametrize("how", [End.CLOSED, End.RESET])
async def test_it_is_recorded_although_the_server_leaves_at_once(how: End, make_handler: Make) -> None:
    """The bytes lie unread when writing fails: they are read before the connection is given up."""
    async with answers_early(CLOSING, how) as (url, _):
        capture = await post(make_handler(), url)
    assert (capture.response, capture.truncated) == (CLOSING, None)


async def test_a_connection_with_half_a_request_is_not_used_again(make_handler: Make) -> None:
    """What follows would be read as the rest of that request (RFC 9112, 9.3.2)."""
    handler = make_handler()
    async with answers_early(KEEPING, End.SILENT) as (url, brought):
        await post(handler, url)
        await asyncio.wait_for(handler.download_request(Request(url)), 4)
    assert brought == [1, 2]
    assert handler.sink.captures[1].response == SOUND


async def test_the_request_that_is_recorded_is_what_was_sent_of_it(make_handler: Make) -> None:
    """A record must not claim bytes that never left (WARC 1.1, 6.4)."""
    async with answers_early(CLOSING, End.SILENT) as (url, _):
        capture = await post(make_handler(), url)
    assert len(capture.request) < len(BODY)


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("how", [End.SILENT, End.RESET])
async def test_of_a_request_that_nobody_reads_no_more_is_recorded_than_left(
    how: End, secure: bool, make_handler: Make, certificate: Any
) -> None:
    handler = make_handler(download_timeout=2.0)
    tls = certificate[1] if secure else None
    async with answers_early(b"", how, 0.1, tls) as (url, _):
        with pytest.raises((DownloadTimeoutError, DownloadFailedError)):
            await handler.download_request(Request(url, method="POST", body=BODY))
    (capture,) = handler.sink.captures
    assert len(capture.request) < len(BODY)
    assert capture.notes["requestUnsent"]
