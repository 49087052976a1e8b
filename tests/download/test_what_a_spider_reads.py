"""The spider's response: decoded once, capped, and never a reason to lose a page."""

from __future__ import annotations

import gzip
import zlib

import brotli
import pytest
from scrapy import Request

from crawler.download import decode
from crawler.model.octets import PIECE
from tests.download.misbehaving import OK, Server, says

PAGE = b"<html><a href=/next>next</a>" + b"herring " * 5000 + b"</html>"
RAW = zlib.compressobj(wbits=-15)
CODED = {
    "gzip": gzip.compress(PAGE),
    "x-gzip": gzip.compress(PAGE[:100]) + gzip.compress(PAGE[100:]) + b"\0\0\0",
    "deflate": zlib.compress(PAGE),
    "Deflate": RAW.compress(PAGE) + RAW.flush(),
    "br": brotli.compress(PAGE),
    "gzip, br": brotli.compress(gzip.compress(PAGE)),
    "identity": PAGE,
}


@pytest.mark.parametrize("coding", CODED)
@pytest.mark.parametrize("step", [50, 100_000])
def test_every_coding_is_undone(coding: str, step: int) -> None:
    body = CODED[coding]
    pieces = [body[at : at + step] for at in range(0, len(body), step)]
    named = decode.codings([coding.encode()])
    assert decode.beginning(pieces, named, 1 << 20) == (PAGE, True)


@pytest.mark.parametrize("coding", CODED)
def test_no_more_is_decoded_than_asked_for(coding: str) -> None:
    body, _ = decode.beginning([CODED[coding]], decode.codings([coding.encode()]), 1000)
    assert body == PAGE[:1000]


def test_a_bomb_is_cut_off() -> None:
    bomb = gzip.compress(bytes(200 << 20), 1)
    body, undone = decode.beginning([bomb], [b"gzip"], 1 << 20)
    assert (len(body), undone) == (1 << 20, True)


@pytest.mark.parametrize(
    ("coding", "body", "read"),
    [
        (b"gzip", b"<p>not gzip at all</p>", b"<p>not gzip at all</p>"),
        (b"gzip", b"<p>", b"<p>"),
        (b"br", b"<p>not brotli at all</p>", b"<p>not brotli at all</p>"),
        (b"zstd", b"(\xb5/\xfd whatever", b"(\xb5/\xfd whatever"),
    ],
)
def test_what_does_not_decode_is_read_as_it_came(coding: bytes, body: bytes, read: bytes) -> None:
    assert decode.beginning([body], [coding], 1 << 20) == (read, False)


def test_what_is_cut_short_is_read_as_far_as_it_goes() -> None:
    body, _ = decode.beginning([CODED["gzip"][:-20]], [b"gzip"], 1 << 20)
    assert body.startswith(PAGE[:100])
    stored = zlib.compress(PAGE, 0)
    spoilt = [stored[:1000], b"\xff" * 100_000]
    assert decode.beginning(spoilt, [b"deflate"], 1 << 20)[0].startswith(PAGE[:900])


def test_more_codings_than_anybody_means_are_not_undone() -> None:
    body = PAGE
    for _ in range(1200):
        body = gzip.compress(body)
    assert decode.beginning([body], [b"gzip"] * 1200, 1 << 20) == (body, False)


@pytest.mark.timeout(60)
def test_the_time_of_many_members_grows_with_their_number_only() -> None:
    empty, some = gzip.compress(b""), gzip.compress(b"ab")
    body = empty * 600_000 + some * 5
    assert decode.beginning([body], [b"gzip"], 1 << 20) == (b"ab" * 5, True)


def test_a_member_may_begin_in_one_piece_and_go_on_in_the_next() -> None:
    body = gzip.compress(b"ab") + b"\0" * 3 + gzip.compress(b"cd") + b"behind the last"
    for step in range(1, len(body)):
        pieces = [body[at : at + step] for at in range(0, len(body), step)]
        assert decode.beginning(pieces, [b"gzip"], 1 << 20) == (b"abcd", True)


async def fetched(handler, answer):
    """The response for `answer`, and its capture."""
    async with Server(cases={"/": says(answer)}) as server:
        response = await handler.download_request(Request(server.url("/")))
    return response, handler.sink.captures[-1]


async def test_the_response_is_decoded_and_the_capture_is_not(make_handler):
    body = CODED["gzip"]
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)
    response, capture = await fetched(make_handler(), head + body)
    assert (response.body, response.flags) == (PAGE, ["decoded"])
    assert "Content-Encoding" not in response.headers
    assert bytes(capture.response).endswith(body)


async def test_a_long_answer_waits_on_the_disk_and_the_spider_reads_its_beginning(make_handler):
    body = b"x" * (3 * PIECE)
    answer = OK + b"Content-Length: %d\r\n\r\n" % len(body) + body
    handler = make_handler(spool_size=1000, page_maxsize=5000)
    response, capture = await fetched(handler, answer)
    assert (len(response.body), response.flags) == (5000, ["partial"])
    assert bytes(capture.response) == answer
    assert len(list(capture.response.pieces())) > 1
