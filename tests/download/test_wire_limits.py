"""A limit cuts at the same byte however the bytes arrive, and says so (WARC 1.1, 5.13)."""

from __future__ import annotations

import pytest

from crawler.model.capture import Truncation
from tests.download.wire import Case, End, Outcome, in_pieces, record_all

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n2"
SIZES = (10_000, 200_000, 1 << 20)
"""Bytes of a piece: so that the end of what is too long comes late, and together with its beginning."""
TOO_LONG = {
    "one field": OK + b"X: " + b"y" * 300_000 + b"\r\nContent-Length: 2\r\n\r\nok",
    "many fields": OK + b"X: y\r\n" * 3000 + b"Content-Length: 2\r\n\r\nok",
    "a status line": b"HTTP/1.1 200 " + b"y" * 300_000 + b"\r\nContent-Length: 2\r\n\r\nok",
    "an extension": CHUNKED + b";" + b"x" * 300_000 + b"\r\nok\r\n0\r\n\r\n",
    "an extension of 20 kB": CHUNKED + b";" + b"x" * 20_000 + b"\r\nok\r\n0\r\n\r\n",
    "trailers": CHUNKED + b"\r\nok\r\n0\r\nX: " + b"y" * 300_000 + b"\r\n\r\n",
}
HEADS = ("one field", "many fields", "a status line")

MOST = 20
BODIES = {
    "a length": OK + b"Content-Length: 40\r\n\r\n" + b"x" * 40,
    "chunks": OK + b"Transfer-Encoding: chunked\r\n\r\n28\r\n" + b"x" * 40 + b"\r\n0\r\n\r\n",
    "no length": OK + b"\r\n" + b"x" * 40,
}
STEPS = (1, 7, 1000)


@pytest.fixture(scope="module")
def too_long() -> dict[str, Outcome]:
    return record_all([
        Case(name=f"{what} {size}", why="", answer=_paused(in_pieces([answer], size)))
        for what, answer in TOO_LONG.items()
        for size in SIZES
    ])  # fmt: skip


def _paused(pieces: list[bytes | float]) -> list[bytes | float]:
    return [step for piece in pieces for step in (piece, 0.01)]


@pytest.mark.parametrize("what", TOO_LONG)
def test_what_is_too_long_is_cut_alike_however_it_arrives(
    what: str, too_long: dict[str, Outcome]
) -> None:
    outcomes = [too_long[f"{what} {size}"] for size in SIZES]
    first, *others = [(outcome.seen(), outcome.next_connection) for outcome in outcomes]
    assert others == [first, first]


@pytest.mark.parametrize("what", HEADS)
def test_a_head_that_is_too_long_is_marked(what: str, too_long: dict[str, Outcome]) -> None:
    capture = too_long[f"{what} {SIZES[0]}"].capture
    assert capture.truncated is Truncation.LENGTH
    assert TOO_LONG[what].startswith(bytes(capture.response))


@pytest.fixture(scope="module")
def bodies() -> dict[str, Outcome]:
    cases = [
        Case(name=f"{what} {step}", why="", answer=in_pieces([answer], step), end=End.CLOSED)
        for what, answer in BODIES.items()
        for step in STEPS
    ]
    return record_all(cases, download_maxsize=MOST)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("what", BODIES)
def test_a_body_is_cut_at_the_limit(what: str, step: int, bodies: dict[str, Outcome]) -> None:
    outcome = bodies[f"{what} {step}"]
    body_at = BODIES[what].index(b"\r\n\r\n") + 4
    assert outcome.capture.response == BODIES[what][: body_at + MOST]
    assert outcome.capture.truncated is Truncation.LENGTH
    assert (outcome.next_connection, outcome.next_body) == (2, b"sound")


def test_a_body_of_just_the_limit_is_whole() -> None:
    answer = BODIES["a length"]
    cases = [Case(name=f"{step}", why="", answer=in_pieces([answer], step)) for step in STEPS]
    for outcome in record_all(cases, download_maxsize=40).values():
        assert (outcome.capture.response, outcome.capture.truncated) == (answer, None)
        assert outcome.next_connection == 1
