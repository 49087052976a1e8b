"""A close beneath TLS may be an attacker's: it ends no answer that says nothing of its length (RFC 9112, 9.8)."""

from __future__ import annotations

import ssl
from pathlib import Path

from crawler.model.capture import Truncation
from tests.download.wire import SOUND, Case, End, record_all

OK = b"HTTP/1.1 200 OK\r\n"
LENGTH = OK + b"Content-Length: 5\r\n\r\nhello"
CHUNKS = OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
NO_LENGTH = OK + b"\r\nhello"
SHORT = Truncation.DISCONNECT


def _case(name: str, why: str, answer: bytes, end: End, truncated: Truncation | None = None) -> Case:
    return Case(name=name, why=why, answer=[answer], end=end, truncated=truncated)


CASES = [
    _case("a length", "9.8: complete, as much came as was promised", LENGTH, End.CUT),
    _case("chunks", "9.8: complete, the last chunk came", CHUNKS, End.CUT),
    _case("no length, an alert", "9.8: complete, with a closure alert", NO_LENGTH, End.CLOSED),
    _case("no length, no alert", "9.8: complete only with a closure alert", NO_LENGTH, End.CUT, SHORT),
    _case("a short body", "9.8: incomplete", LENGTH[:-1], End.CUT, SHORT),
    _case("a short body, an alert", "8: incomplete", LENGTH[:-1], End.CLOSED, SHORT),
    _case("no last chunk", "9.8: incomplete", CHUNKS[:-5], End.CUT, SHORT),
    _case("a cut head", "8: incomplete", OK, End.CUT, SHORT),
]


def test_how_answers_over_tls_end(certificate: tuple[Path, ssl.SSLContext]) -> None:
    outcomes = record_all(CASES, tls=certificate[1])
    for case in CASES:
        outcome = outcomes[case.name]
        assert outcome.capture.response == case.recorded, case
        assert outcome.capture.truncated is case.truncated, case
        assert outcome.next_body == SOUND[-5:], case
