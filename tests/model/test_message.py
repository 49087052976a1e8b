"""Messages are split where they end and never rewritten."""

import pytest

from crawler.model.message import Message, dechunk

HEAD = b"HTTP/1.1 200 Fine By Me\r\nX-Fold: a\r\n\tb\r\nx-ZeBRA: 1 \r\nno colon here\r\n\r\n"


def test_head_and_body_are_the_block() -> None:
    message = Message.parse(HEAD + b"body\r\n\r\nmore")
    assert message.head == HEAD
    assert message.body == b"body\r\n\r\nmore"
    assert message.status == 200
    assert list(message.fields()) == [(b"X-Fold", b"a b"), (b"x-ZeBRA", b"1")]


def test_bare_line_feeds_end_a_head() -> None:
    message = Message.parse(b"HTTP/1.0 404 Not Found\nA: b\n\nx")
    assert (message.status, message.body) == (404, b"x")


@pytest.mark.parametrize("block", [b"", b"garbage", b"HTTP/1.1 200 OK\r\nA: b\r\n"])
def test_an_incomplete_head_is_all_head(block: bytes) -> None:
    message = Message.parse(block)
    assert not message.complete_head
    assert message.head == block
    assert message.body == b""


@pytest.mark.parametrize(
    ("line", "status"),
    [(b"ICY 200 OK", 200), (b"HTTP/1.1  301", 301), (b"<html>", None), (b"HTTP/1.1 2xx", None)],
)
def test_status_is_read_where_there_is_one(line: bytes, status: int | None) -> None:
    assert Message.parse(line + b"\r\n\r\n").status == status


@pytest.mark.parametrize(
    ("body", "data", "whole"),
    [
        (b"4\r\nWiki\r\n5\r\npedia\r\n0\r\n\r\n", b"Wikipedia", True),
        (b'0004;sig="a;b"\r\nWiki\r\n0\r\nX-Sum: 42\r\n\r\n', b"Wiki", True),
        (b"4\nWiki\n0\n\n", b"Wiki", True),
        (b"4\r\nWiki\r\n5\r\nped", b"Wikiped", False),
        (b"4\r\nWiki\r\n", b"Wiki", False),
        (b"not chunked", b"not chunked", False),
        (b"", b"", False),
    ],
)
def test_dechunk(body: bytes, data: bytes, whole: bool) -> None:
    assert dechunk(body) == (data, whole)


def test_entity_body_removes_chunks_only_where_the_head_says_so() -> None:
    chunks = b"3\r\nabc\r\n0\r\n\r\n"
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
    assert Message.parse(chunked + chunks).entity_body() == b"abc"
    assert Message.parse(b"HTTP/1.1 200 OK\r\n\r\n" + chunks).entity_body() == chunks
