"""Messages are split where they end and never rewritten."""

import pytest

from crawler.model.chunked import dechunked
from crawler.model.message import HEAD_LIMIT, Message

HEAD = b"HTTP/1.1 200 Fine By Me\r\nX-Fold: a\r\n\tb\r\nx-ZeBRA: 1 \r\nno colon here\r\n\r\n"


def test_head_and_body_are_the_block() -> None:
    message = Message.parse(HEAD + b"body\r\n\r\nmore")
    assert message.head == HEAD
    assert message.status == 200
    assert list(message.fields()) == [(b"X-Fold", b"a b"), (b"x-ZeBRA", b"1")]


def test_bare_line_feeds_end_a_head() -> None:
    message = Message.parse(b"HTTP/1.0 404 Not Found\nA: b\n\nx")
    assert (message.status, message.head[-4:]) == (404, b" b\n\n")


@pytest.mark.parametrize("block", [b"", b"garbage", b"HTTP/1.1 200 OK\r\nA: b\r\n"])
def test_an_incomplete_head_is_all_head(block: bytes) -> None:
    message = Message.parse(block)
    assert not message.complete_head
    assert message.head == block


@pytest.mark.parametrize("block", [b"x" * 10, b"x" * HEAD_LIMIT + b"\r\n\r\nbody"])
def test_without_the_end_of_a_head_there_is_no_payload(block: bytes) -> None:
    message = Message.parse(block)
    assert not message.complete_head
    assert b"".join(message.payload([b"more", b"of it"])) == b""


@pytest.mark.parametrize(
    ("line", "status"),
    [(b"ICY 200 OK", 200), (b"HTTP/1.1  301", 301), (b"<html>", None), (b"HTTP/1.1 2xx", None)],
)
def test_status_is_read_where_there_is_one(line: bytes, status: int | None) -> None:
    assert Message.parse(line + b"\r\n\r\n").status == status


@pytest.mark.parametrize(
    ("body", "data"),
    [
        (b"4\r\nWiki\r\n5\r\npedia\r\n0\r\n\r\n", b"Wikipedia"),
        (b'0004;sig="a;b"\r\nWiki\r\n0\r\nX-Sum: 42\r\n\r\n', b"Wiki"),
        (b"4\nWiki\n0\n\n", b"Wiki"),
        (b"4\r\nWiki\r\n5\r\nped", b"Wikiped"),
        (b"4\r\nWiki\r\n", b"Wiki"),
        (b"4\r\nWiki\r\nnone", b"Wiki"),
        (b"not chunked", b"not chunked"),
        (b"", b""),
    ],
)
@pytest.mark.parametrize("step", [1, 3, 1000])
def test_chunk_framing_is_taken_off(body: bytes, data: bytes, step: int) -> None:
    pieces = [body[at : at + step] for at in range(0, len(body), step)]
    assert b"".join(dechunked(pieces)) == data


def test_entity_body_removes_chunks_only_where_the_head_says_so() -> None:
    chunks = b"3\r\nabc\r\n0\r\n\r\n"
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
    assert b"".join(Message.parse(chunked).payload([chunks])) == b"abc"
    assert b"".join(Message.parse(b"HTTP/1.1 200 OK\r\n\r\n").payload([chunks])) == chunks
