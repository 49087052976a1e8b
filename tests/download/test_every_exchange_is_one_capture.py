"""Whatever a server does, each request that it saw is one capture, byte for byte."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import (
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)

from crawler.download.connection import Connection
from crawler.model.capture import Capture, Truncation
from tests.download.misbehaving import OK, PAGE, WHOLE, Server

Make = Callable[..., Any]

ANSWERED = {
    "/whole": WHOLE,
    "/surplus": WHOLE + b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison",
    "/double-length": OK + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
    "/length-and-chunked": OK
    + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n",
    "/bad-chunk": OK + b"Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\nzz\r\n",
    "/no-colon": OK + b"no colon here\r\nContent-Length: 2\r\n\r\nok",
    "/latin-1": OK + b"X-Caf\xe9: \xff\x80\r\nContent-Length: 2\r\n\r\nok",
    "/fold": OK + b"X-Fold: one\r\n two\r\nContent-Length: 2\r\n\r\nok",
    "/bare-lf": b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
    "/icy": b"ICY 200 OK\r\nContent-Length: 2\r\n\r\nok",
}
ODD = ("/surplus", "/double-length", "/length-and-chunked", "/bad-chunk")


async def fetch(handler: Any, url: str, **options: Any) -> Any:
    """The response, or the error that came instead."""
    try:
        return await handler.download_request(Request(url, **options))
    except Exception as error:
        return error


def only_capture(handler: Any, server: Server) -> Capture:
    """The one capture of the one request that the server saw."""
    captures: list[Capture] = handler.sink.captures
    assert len(captures) == len(server.requests) == 1
    assert captures[0].request == server.requests[0][1]
    return captures[0]


@pytest.mark.parametrize("path", ANSWERED)
async def test_bytes_of_an_answer_with_a_status(path: str, server: Server, make_handler: Make) -> None:
    handler = make_handler()
    response = await fetch(handler, server.url(path))
    capture = only_capture(handler, server)
    assert capture.response == ANSWERED[path]
    assert response.status == 200
    assert (capture.truncated, capture.failure, capture.peer) == (None, None, "127.0.0.1")


async def test_interim_answers_stand_apart(server: Server, make_handler: Make) -> None:
    handler = make_handler()
    await fetch(handler, server.url("/interim"))
    capture = only_capture(handler, server)
    assert capture.response == WHOLE
    assert capture.interim == (b"HTTP/1.1 103 Early Hints\r\nLink: </s.css>\r\n\r\n",)


@pytest.mark.parametrize("path", ["/short", "/short-chunked", "/reset", "/cut-head"])
async def test_a_cut_answer_is_kept_and_marked(path: str, server: Server, make_handler: Make) -> None:
    handler = make_handler()
    assert isinstance(await fetch(handler, server.url(path)), ResponseDataLossError)
    capture = only_capture(handler, server)
    assert capture.truncated is Truncation.DISCONNECT
    assert bytes(capture.response).startswith(OK)
    assert capture.failure


@pytest.mark.parametrize("path", ["/garbage", "/http-0.9"])
async def test_what_has_no_status_is_kept_and_fails(
    path: str, server: Server, make_handler: Make
) -> None:
    handler = make_handler()
    assert isinstance(await fetch(handler, server.url(path)), DownloadFailedError)
    assert bytes(only_capture(handler, server).response) in (b"\x00\x01 no answer at all", PAGE)


async def test_no_answer_is_a_capture_too_and_never_sent_again(
    server: Server, make_handler: Make
) -> None:
    handler = make_handler()
    assert isinstance(await fetch(handler, server.url("/nothing")), DownloadFailedError)
    capture = only_capture(handler, server)
    assert (capture.response, capture.truncated) == (b"", None)
    assert capture.failure


@pytest.mark.parametrize("path", ["/stall-body", "/drip"])
async def test_one_deadline_for_the_whole_exchange(
    path: str, server: Server, make_handler: Make
) -> None:
    handler = make_handler(download_timeout=1.5)
    assert isinstance(await fetch(handler, server.url(path)), DownloadTimeoutError)
    capture = only_capture(handler, server)
    assert capture.truncated is Truncation.TIME
    assert bytes(capture.response).startswith(OK)


async def test_an_answer_that_ends_as_the_deadline_comes_is_whole(
    server: Server, make_handler: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = make_handler()
    fetching = asyncio.ensure_future(fetch(handler, server.url("/whole")))
    end = Connection._end

    def ends_too_late(connection: Connection) -> None:
        end(connection)
        fetching.cancel()

    monkeypatch.setattr(Connection, "_end", ends_too_late)
    with pytest.raises(asyncio.CancelledError):
        await fetching
    capture = only_capture(handler, server)
    assert (capture.response, capture.truncated, capture.failure) == (WHOLE, None, None)


async def test_the_deadline_of_the_request_wins(server: Server, make_handler: Make) -> None:
    handler = make_handler(download_timeout=60)
    answer = await fetch(handler, server.url("/stall"), meta={"download_timeout": 1.0})
    assert isinstance(answer, DownloadTimeoutError)
    assert only_capture(handler, server).response == b""


async def test_a_body_without_end_is_cut_and_handed_on(server: Server, make_handler: Make) -> None:
    handler = make_handler(download_maxsize=100_000)
    response = await fetch(handler, server.url("/endless-body"))
    assert "truncated" in response.flags
    assert len(response.body) == 100_000
    capture = only_capture(handler, server)
    assert capture.truncated is Truncation.LENGTH
    assert sum(map(len, capture.payload())) == 100_000


@pytest.mark.parametrize("path", ["/endless-interim", "/endless-head"])
async def test_heads_without_end_are_bounded(path: str, server: Server, make_handler: Make) -> None:
    handler = make_handler()
    await fetch(handler, server.url(path))
    capture = only_capture(handler, server)
    assert len(capture.response) <= 300_000
    assert len(capture.interim) <= 100


async def test_a_sound_connection_is_used_again(server: Server, make_handler: Make) -> None:
    handler = make_handler()
    for _ in range(3):
        await fetch(handler, server.url("/whole"))
    assert [number for number, _ in server.requests] == [1, 1, 1]
    assert len(handler.sink.captures) == 3


@pytest.mark.parametrize("path", ODD)
async def test_no_connection_is_used_again_after_an_anomaly(
    path: str, server: Server, make_handler: Make
) -> None:
    handler = make_handler()
    await fetch(handler, server.url(path))
    after = await fetch(handler, server.url("/whole"))
    assert after.body == PAGE
    assert [number for number, _ in server.requests] == [1, 2]
    assert handler.sink.captures[1].response == WHOLE


async def test_the_clock_of_the_wire_stands_in_meta(server: Server, make_handler: Make) -> None:
    handler = make_handler()
    request = Request(server.url("/whole"), meta={"via": "http://a.example/", "path": "LE"})
    await handler.download_request(request)
    capture = only_capture(handler, server)
    assert request.meta["wire_start"] <= request.meta["wire_end"]
    assert request.meta["capture"].number == 1
    assert (capture.via, capture.path) == ("http://a.example/", "LE")


async def test_a_cancelled_exchange_is_captured_and_no_time_limit(
    server: Server, make_handler: Make
) -> None:
    handler = make_handler()
    task = asyncio.create_task(handler.download_request(Request(server.url("/stall-body"))))
    while not server.requests:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    capture = only_capture(handler, server)
    assert capture.response == OK + b"Content-Length: 1000\r\n\r\n" + PAGE
    assert (capture.truncated, capture.failure) == (Truncation.UNSPECIFIED, "cancelled")


async def test_without_an_answer_there_is_always_a_reason(server: Server, make_handler: Make) -> None:
    handler = make_handler()
    assert isinstance(await fetch(handler, server.url("/endless-interim")), DownloadFailedError)
    capture = only_capture(handler, server)
    assert (capture.response, bool(capture.failure)) == (b"", True)


async def test_the_limit_of_the_request_wins(server: Server, make_handler: Make) -> None:
    handler = make_handler()
    response = await fetch(handler, server.url("/whole"), meta={"download_maxsize": 10})
    assert response.body == PAGE[:10]
    assert only_capture(handler, server).truncated is Truncation.LENGTH


async def test_no_reference_of_an_older_try_stays(server: Server, make_handler: Make) -> None:
    handler = make_handler()
    request = Request("http://127.0.0.1:1/", meta={"capture": "an older one"})
    with pytest.raises(DownloadConnectionRefusedError):
        await handler.download_request(request)
    assert "capture" not in request.meta
