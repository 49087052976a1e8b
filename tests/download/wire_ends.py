"""Connections that end or are kept, and surplus bytes. Sections without a name are of RFC 9112."""

from __future__ import annotations

from crawler.model.capture import Truncation
from tests.download.wire import Case, End

OK = b"HTTP/1.1 200 OK\r\n"
LENGTH = b"Content-Length: 5\r\n\r\nhello"
WHOLE = OK + LENGTH
CHUNKS = OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
GLUED = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"


def _connection(name: str, head: bytes, kept_alive: bool, why: str = "9.3", **claims: object) -> Case:
    answer = [head + b"\r\n" + LENGTH]
    return Case(name=name, why=why, answer=answer, kept_alive=kept_alive, **claims)  # type: ignore[arg-type]


PERSISTENCE = [
    _connection("1.1 close", b"HTTP/1.1 200 OK\r\nConnection: close", False),
    _connection("1.1 Close", b"HTTP/1.1 200 OK\r\nconnection: Close", False,
                "RFC 9110, 7.6.1: case-insensitive"),
    _connection("1.1 keep-alive", b"HTTP/1.1 200 OK\r\nConnection: keep-alive", True),
    _connection("1.1 keep-alive, close", b"HTTP/1.1 200 OK\r\nConnection: keep-alive, close", False),
    _connection("1.1 keep-alive and close",
                b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nConnection: close", False),
    _connection("1.1 Proxy-Connection", b"HTTP/1.1 200 OK\r\nProxy-Connection: close", True,
                "C.2.2: no field of this protocol"),
    _connection("1.0", b"HTTP/1.0 200 OK", False),
    _connection("1.0 keep-alive", b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive", True),
    _connection("1.0 keep-alive, close", b"HTTP/1.0 200 OK\r\nConnection: keep-alive, close", False),
    _connection("1.0 Proxy-Connection", b"HTTP/1.0 200 OK\r\nProxy-Connection: keep-alive", False,
                "C.2.2"),
    _connection("1.0 another option", b"HTTP/1.0 200 OK\r\nConnection: not-keep-alive", False,
                "RFC 9110, 7.6.1: options are compared whole"),
]  # fmt: skip

SURPLUS = "6.3: never another answer; kept, since the length may be what is wrong"
SURPLUSES = [
    Case(name="another answer behind a length", why=SURPLUS, answer=[WHOLE + GLUED], surplus=len(GLUED),
         kept_alive=False),
    Case(name="another answer behind chunks", why=SURPLUS, answer=[CHUNKS + GLUED], surplus=len(GLUED),
         kept_alive=False, payload=b"hello"),
    Case(name="one byte behind a length", why=SURPLUS, answer=[WHOLE + b"\n"], surplus=1,
         kept_alive=False),
    Case(name="a line end behind a length", why=SURPLUS, answer=[WHOLE + b"\r\n"], surplus=2,
         kept_alive=False),
    Case(name="a line end behind chunks", why=SURPLUS, answer=[CHUNKS + b"\r\n"], surplus=2,
         kept_alive=False, payload=b"hello"),
    Case(name="a length that is too small", why=SURPLUS, answer=[WHOLE + b", world"], surplus=7,
         end=End.CLOSED, kept_alive=False),
    Case(name="bytes behind an answer that closes", why=SURPLUS,
         answer=[OK + b"Connection: close\r\n" + LENGTH + GLUED],
         surplus=len(GLUED), kept_alive=False),
]  # fmt: skip


def _all_ways(name: str, answer: bytes, truncated: bool, why: str, **claims: object) -> list[Case]:
    return [
        Case(name=f"{name}, {how.name.lower()}", why=why, answer=[answer], end=how, kept_alive=False,
             truncated=(Truncation.TIME if how is End.SILENT else Truncation.DISCONNECT) if truncated else None,
             **claims)  # type: ignore[arg-type]
        for how in (End.CLOSED, End.HALF_CLOSED, End.RESET, *([End.SILENT] if truncated or not answer else []))
    ]  # fmt: skip


ENDS = [
    *_all_ways("no answer", b"", False, "8: nothing that could be short", status=None),
    *_all_ways("one byte", b"H", True, "8: a head that was cut", status=None),
    *_all_ways("a cut version", b"HTTP/1", True, "8: a head that was cut", status=None),
    *_all_ways("a cut status line", b"HTTP/1.1 200 O", True, "8: a head that was cut"),
    *_all_ways("a status line", OK, True, "8: a head that was cut"),
    *_all_ways("a cut field", OK + b"Content-Len", True, "8: a head that was cut"),
    *_all_ways("a cut blank line", OK + b"Content-Length: 0\r\n\r", True, "8: a head that was cut"),
    *_all_ways("a whole answer by length", WHOLE, False,
               "8: all that was promised came; what came later is another matter", payload=b"hello"),
    *_all_ways("a whole answer by chunks", CHUNKS, False,
               "8: all that was promised came; what came later is another matter", payload=b"hello"),
    Case(name="a whole answer and a reset at once", why="8: all that was promised came", answer=[WHOLE],
         end=End.RESET,
         kept_alive=False, payload=b"hello"),
    Case(name="a whole answer and a close at once", why="9.6", answer=[WHOLE], end=End.CLOSED,
         kept_alive=False, payload=b"hello"),
    Case(name="1 MB and a close at once", why="8",
         answer=[OK + b"Content-Length: 1000000\r\n\r\n" + b"x" * 1_000_000], end=End.CLOSED,
         kept_alive=False, payload=b"x" * 1_000_000),
]  # fmt: skip

CASES = PERSISTENCE + SURPLUSES + ENDS
