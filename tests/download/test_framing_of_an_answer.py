"""Where an answer ends, without sockets: limits, and what makes a connection unfit."""

from __future__ import annotations

import pytest

from crawler.download.framing import MAX_FIELDS, MAX_HEAD, MAX_INTERIM, ResponseReader
from crawler.model.octets import Spool

OK = b"HTTP/1.1 200 OK\r\n"
ODD = {
    "equal lengths": OK + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\nok",
    "a line without a colon": OK + b"no colon\r\nContent-Length: 2\r\n\r\nok",
    "a folded field": OK + b"X: a\r\n b\r\nContent-Length: 2\r\n\r\nok",
    "bare line feeds": b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
    "surplus": OK + b"Content-Length: 2\r\n\r\nokmore",
    "length and chunks": OK + b"Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("what", ODD)
@pytest.mark.parametrize("step", [1, 1000])
def test_an_anomaly_spoils_the_connection_and_not_the_answer(what: str, step: int) -> None:
    reader = ResponseReader("GET", Spool())
    for start in range(0, len(ODD[what]), step):
        reader.feed(ODD[what][start : start + step])
    assert reader.whole
    assert reader.anomaly
    assert not reader.reusable
    assert bytes(reader.spool.octets()) == ODD[what]


@pytest.mark.parametrize("step", [1, 1000])
@pytest.mark.parametrize("answer", [
    OK + b"Content-Length: 2\r\n\r\nok",
    OK + b"Transfer-Encoding: chunked\r\n\r\n2;x=\"y\"\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n",
    b"HTTP/1.1 204 No Content\r\n\r\n",
])  # fmt: skip
def test_a_sound_answer_leaves_the_connection_fit(answer: bytes, step: int) -> None:
    reader = ResponseReader("GET", Spool())
    for start in range(0, len(answer), step):
        assert not reader.done
        reader.feed(answer[start : start + step])
    assert (reader.whole, reader.reusable, reader.anomaly) == (True, True, "")


def test_bytes_after_the_end_spoil_it_although_they_come_late() -> None:
    reader = ResponseReader("GET", Spool())
    reader.feed(OK + b"Content-Length: 2\r\n\r\nok")
    reader.feed(b"HTTP/1.1 200 OK\r\n")
    assert not reader.reusable


@pytest.mark.parametrize("step", [1, 1000])
def test_the_limit_holds_however_the_bytes_arrive(step: int) -> None:
    head, body = OK + b"Content-Length: 50\r\n\r\n", b"x" * 50
    reader = ResponseReader("GET", Spool(), max_body=10)
    for start in range(0, len(head + body), step):
        if not reader.done:
            reader.feed((head + body)[start : start + step])
    assert bytes(reader.spool.octets()) == head + body[:10]
    assert reader.too_long
    assert not reader.whole
    assert not reader.reusable


def test_a_body_of_exactly_the_limit_is_whole() -> None:
    reader = ResponseReader("GET", Spool(), max_body=10)
    reader.feed(OK + b"Content-Length: 10\r\n\r\n" + b"x" * 10)
    assert (reader.whole, reader.too_long) == (True, False)


def test_fields_and_interim_answers_are_counted() -> None:
    reader = ResponseReader("GET", Spool())
    reader.feed(OK + b"X: y\r\n" * (MAX_FIELDS + 1) + b"\r\n")
    assert (reader.done, reader.too_long) == (True, True)
    reader = ResponseReader("GET", Spool())
    reader.feed(b"HTTP/1.1 100 Continue\r\n\r\n" * (MAX_INTERIM + 1))
    assert (reader.done, reader.too_long, reader.anomaly != "") == (True, True, True)


def test_interim_answers_have_no_more_room_than_a_head() -> None:
    reader = ResponseReader("GET", Spool())
    long = b"HTTP/1.1 103 Early Hints\r\nLink: " + b"x" * (MAX_HEAD // 3) + b"\r\n\r\n"
    for _ in range(3):
        reader.feed(long)
    assert reader.done
    assert reader.too_long
    assert len(b"".join(reader.interim)) < 2 * MAX_HEAD


@pytest.mark.timeout(30)
def test_blank_lines_that_come_one_by_one_are_looked_at_once() -> None:
    reader = ResponseReader("GET", Spool())
    for _ in range(60_000):
        reader.feed(b"\n")
    reader.feed(b"HTTP/1.1 103 Early Hints\r\n\r\n\r\n" + OK + b"Content-Length: 2\r\n\r\nok")
    assert reader.whole
    assert len(reader.interim) == 1
