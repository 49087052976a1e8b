"""Lengths, and answers that have no body. Sections without a name are of RFC 9112."""

from __future__ import annotations

from crawler.model.capture import Truncation
from tests.download.wire import Case, End

OK = b"HTTP/1.1 200 OK\r\n"
GLUED = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"


def _length(name: str, value: bytes, why: str, body: bytes = b"hello", **claims: object) -> Case:
    answer = [OK + b"Content-Length:" + value + b"\r\n\r\n" + body]
    return Case(name=name, why=why, answer=answer, **claims)  # type: ignore[arg-type]


VALID = [
    _length("length 0", b" 0", "6.3", b"", kept_alive=True, payload=b""),
    _length("length 5", b" 5", "6.3", kept_alive=True, payload=b"hello"),
    _length("no space before the length", b"5", "5.1", kept_alive=True, payload=b"hello"),
    _length("spaces around the length", b" \t 5 \t ", "5.1", kept_alive=True, payload=b"hello"),
    _length("a folded length", b"\r\n 5", "5.2: the fold is a space", payload=b"hello",
            kept_alive=False),
    _length("length 0005", b" 0005", "6.2: 1*DIGIT", payload=b"hello"),
    _length("length of 25 digits, zeros but one", b" " + b"5".rjust(25, b"0"),
            "RFC 9110, 8.6: 1*DIGIT, no limit", payload=b"hello", kept_alive=True),
    _length("5,5", b" 5,5", "6.3: the same length twice in a list is that length", payload=b"hello"),
    _length("5, 5 , 5", b" 5, 5 , 5", "6.3: the same length twice in a list is that length",
            payload=b"hello"),
    _length("two equal lengths", b" 5\r\nContent-Length: 5", "6.3, RFC 9110, 8.6", payload=b"hello"),
    Case(name="a body in pieces", why="6.3", kept_alive=True, payload=b"hello world",
         answer=[OK, b"Content-Length: 11\r\n", b"\r", b"\nhel", 0.05, b"lo wor", b"ld"]),
    _length("shorter than its length", b" 9", "8: incomplete", end=End.CLOSED,
            truncated=Truncation.DISCONNECT, kept_alive=False),
    _length("silent within its length", b" 9", "8: incomplete", truncated=Truncation.TIME,
            kept_alive=False),
    _length("reset within its length", b" 9", "8: incomplete", end=End.RESET,
            truncated=Truncation.DISCONNECT, kept_alive=False),
    _length("half-closed within its length", b" 9", "8: incomplete", end=End.HALF_CLOSED,
            truncated=Truncation.DISCONNECT, kept_alive=False),
]  # fmt: skip

ENDLESS = [
    _length(name, b" " + value, "RFC 9110, 8.6: anticipate large numerals; 8: incomplete", end=how,
            truncated=truncated, kept_alive=False)
    for name, value, how, truncated in [
        ("just below 10^18", b"999999999999999999", End.CLOSED, Truncation.DISCONNECT),
        ("2^63 - 1", b"9223372036854775807", End.CLOSED, Truncation.DISCONNECT),
        ("2^63", b"9223372036854775808", End.CLOSED, Truncation.DISCONNECT),
        ("2^64 + 5", b"18446744073709551621", End.CLOSED, Truncation.DISCONNECT),
        ("2^64 + 5, silent", b"18446744073709551621", End.SILENT, Truncation.TIME),
        ("5000 digits", b"9" * 5000, End.CLOSED, Truncation.DISCONNECT),
    ]
]  # fmt: skip

WHY = "6.3: the framing is invalid, so nobody can say where it ends; kept until the close, which ends it"
NONE_VALID = WHY + ". Silent: no length is valid, so the clock ended it, not the server (WARC 1.1, 5.13)"
ALL_THERE = WHY + ". Silent: the largest length that was named is there, so nothing is missing"
TOO_FEW = (
    WHY
    + ". Silent: the largest length that was named is not there, so the clock ended it (WARC 1.1, 5.13)"
)


def _invalid(name: str, value: bytes, why: str) -> list[Case]:
    """All is kept, until the server closes or falls silent; a valid length is a list element of digits."""
    short = why is not ALL_THERE
    return [
        _length(name + ", closed", value, why, end=End.CLOSED, kept_alive=False),
        _length(name + ", silent", value, why, kept_alive=False,
                truncated=Truncation.TIME if short else None),
    ]  # fmt: skip


INVALID = [
    *_invalid("+5", b" +5", NONE_VALID),
    *_invalid("-1", b" -1", NONE_VALID),
    *_invalid("hexadecimal", b" 0x5", NONE_VALID),
    *_invalid("an empty length", b"", NONE_VALID),
    *_invalid("a length in words", b" five", NONE_VALID),
    *_invalid("5 5", b" 5 5", NONE_VALID),
    *_invalid("a length that a fold parts", b" 1\r\n 0", NONE_VALID),
    *_invalid("5;", b" 5;", NONE_VALID),
    *_invalid("5.0", b" 5.0", NONE_VALID),
    *_invalid("a form feed before the length", b"\x0c5", NONE_VALID),
    *_invalid("5,6", b" 5,6", TOO_FEW),
    *_invalid("two lengths, the larger not there", b" 5\r\nContent-Length: 9", TOO_FEW),
    *_invalid("5,", b" 5,", ALL_THERE),
    *_invalid("two lengths", b" 5\r\nContent-Length: 4", ALL_THERE),
    *_invalid("two lengths, the small one first", b" 4\r\nContent-Length: 5", ALL_THERE),
    *_invalid("a length and an empty one", b" 5\r\nContent-Length:", ALL_THERE),
]

NO_LENGTH = [
    Case(name="until the close", why="6.3, 8", answer=[OK + b"\r\nhello"], end=End.CLOSED,
         kept_alive=False, payload=b"hello"),
    Case(name="until the close, nothing", why="6.3, 8", answer=[OK + b"\r\n"], end=End.CLOSED,
         kept_alive=False, payload=b""),
    Case(name="until half-closed", why="6.3, 8", answer=[OK + b"\r\nhello"], end=End.HALF_CLOSED,
         kept_alive=False, payload=b"hello"),
    Case(name="until the close, in pieces", why="6.3, 8", answer=[OK + b"\r\nhel", 0.1, b"lo"],
         end=End.CLOSED, payload=b"hello"),
    Case(name="until a reset", why="8: an error of the connection", answer=[OK + b"\r\nhello"],
         end=End.RESET,
         truncated=Truncation.DISCONNECT, kept_alive=False),
    Case(name="no length and silence", why="6.3: only a close ends it", answer=[OK + b"\r\nhello"],
         truncated=Truncation.TIME, kept_alive=False),
    Case(name="1.0 keep-alive without a length",
         why="6.3: only a close ends it, whatever Connection says", end=End.CLOSED,
         answer=[b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\nHTTP/1.0 200 OK\r\n\r\n"], kept_alive=False,
         payload=b"HTTP/1.0 200 OK\r\n\r\n"),
]  # fmt: skip

BODILESS = [
    Case(name="204", why="6.3", answer=[b"HTTP/1.1 204 No Content\r\n\r\n"], status=204, kept_alive=True,
         payload=b""),
    Case(name="204 with a length and a body",
         why="6.3: ends with its blank line, whatever its fields say",
         answer=[b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello"],
         status=204, surplus=5, kept_alive=False, payload=b""),
    Case(name="204 chunked", why="6.3: ends with its blank line, whatever its fields say",
         answer=[b"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"], status=204, surplus=5,
         kept_alive=False, payload=b""),
    Case(name="204 and another answer", why="6.3", answer=[b"HTTP/1.1 204 No Content\r\n\r\n" + GLUED],
         status=204,
         surplus=len(GLUED), kept_alive=False, payload=b""),
    Case(name="204 of 1.0", why="9.3: not persistent", answer=[b"HTTP/1.0 204 No Content\r\n\r\n"],
         status=204, kept_alive=False),
    Case(name="205 with a length", why="RFC 9110, 15.3.6; 6.3: framed like any other", kept_alive=True,
         payload=b"hello",
         answer=[b"HTTP/1.1 205 Reset Content\r\nContent-Length: 5\r\n\r\nhello"], status=205),
    Case(name="304 with a length", why="6.3; RFC 9110, 8.6: the length that a 200 would have",
         kept_alive=True, payload=b"",
         answer=[b"HTTP/1.1 304 Not Modified\r\nContent-Length: 1234\r\nETag: \"a\"\r\n\r\n"], status=304),
    Case(name="304 chunked", why="6.3",
         answer=[b"HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n"],
         status=304, kept_alive=True, payload=b""),
    Case(name="304 with a body", why="6.3",
         answer=[b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nhello"],
         status=304, surplus=5, kept_alive=False, payload=b""),
    Case(name="HEAD", why="6.3", method="HEAD", answer=[OK + b"Content-Length: 1234\r\n\r\n"],
         kept_alive=True, payload=b""),
    Case(name="HEAD chunked", why="6.3", method="HEAD",
         answer=[OK + b"Transfer-Encoding: chunked\r\n\r\n"], kept_alive=True, payload=b""),
    Case(name="HEAD without a length", why="6.3", method="HEAD", answer=[OK + b"\r\n"], kept_alive=True,
         payload=b""),
    Case(name="HEAD with two lengths", why="6.3: no body, so no doubt where it ends", method="HEAD",
         answer=[OK + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\n"], payload=b""),
    Case(name="HEAD with a body", why="6.3: ends with its blank line", method="HEAD",
         answer=[OK + b"Content-Length: 5\r\n\r\nhello"],
         surplus=5, kept_alive=False, payload=b""),
    Case(name="HEAD with chunks", why="6.3: ends with its blank line", method="HEAD",
         answer=[OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"],
         surplus=15, kept_alive=False, payload=b""),
]  # fmt: skip

CASES = VALID + ENDLESS + INVALID + NO_LENGTH + BODILESS
