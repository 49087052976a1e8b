"""Transfer codings and chunks. Sections without a name are of RFC 9112."""

from __future__ import annotations

from crawler.model.capture import Truncation
from tests.download.wire import Case, End

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
BODY = b"5\r\nhello\r\n0\r\n\r\n"


def _coding(name: str, fields: bytes, why: str, body: bytes = BODY, **claims: object) -> Case:
    answer = [OK + fields + b"\r\n\r\n" + body]
    return Case(name=name, why=why, answer=answer, **claims)  # type: ignore[arg-type]


CODINGS = [
    _coding("chunked", b"Transfer-Encoding: chunked", "7.1", kept_alive=True, payload=b"hello"),
    _coding("Chunked", b"Transfer-Encoding: Chunked", "7: names of codings are case-insensitive",
            kept_alive=True, payload=b"hello"),
    _coding("CHUNKED, no space", b"TRANSFER-ENCODING:CHUNKED", "7", kept_alive=True, payload=b"hello"),
    _coding("gzip, chunked", b"Transfer-Encoding: gzip, chunked", "6.3: chunked is the last",
            b"1\r\nx\r\n0\r\n\r\n"),
    _coding("gzip and chunked in two fields", b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked",
            "RFC 9110, 5.3; 6.3", b"1\r\nx\r\n0\r\n\r\n"),
    _coding("identity, chunked", b"Transfer-Encoding: identity, chunked", "6.3: chunked is the last",
            payload=b"hello"),
    _coding("an empty element", b"Transfer-Encoding: chunked,",
            "RFC 9110, 5.6.1: empty elements are ignored", payload=b"hello"),
    _coding("chunked twice", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "6.1: not allowed; read once, never trusted",
            kept_alive=False),
    _coding("chunked, gzip", b"Transfer-Encoding: chunked, gzip",
            "6.3: chunked is not the last, so until the close", end=End.CLOSED, kept_alive=False),
    _coding("gzip", b"Transfer-Encoding: gzip", "6.3: until the close", b"\x1f\x8b", end=End.CLOSED,
            kept_alive=False),
    _coding("xchunked", b"Transfer-Encoding: xchunked", "6.3: unknown, until the close", end=End.CLOSED,
            kept_alive=False, payload=BODY),
    _coding("xchunked, silent", b"Transfer-Encoding: xchunked", "6.3: only a close ends it",
            truncated=Truncation.TIME, kept_alive=False),
    _coding("chunked with a parameter", b"Transfer-Encoding: chunked;q=1",
            "7.1: no parameter; as unknown, until the close", end=End.CLOSED, kept_alive=False),
    _coding("a vertical tab before chunked", b"Transfer-Encoding: \x0bchunked",
            "5.1: OWS is space and tab, so this is another coding; only a close ends it",
            truncated=Truncation.TIME, kept_alive=False),
    _coding("identity, closed", b"Transfer-Encoding: identity", "6.3: until the close", b"hello",
            end=End.CLOSED, kept_alive=False, payload=b"hello"),
    _coding("identity and a length", b"Transfer-Encoding: identity\r\nContent-Length: 5",
            "6.3: doubtful; silent, with all that any reading asks for",
            b"hello", kept_alive=False, payload=b"hello"),
    _coding("an unknown coding and a length", b"Content-Length: 5\r\nTransfer-Encoding: zip",
            "6.3: doubtful; silent, with all that any reading asks for",
            b"hello", kept_alive=False, payload=b"hello"),
    _coding("no coding named, and a length", b"Transfer-Encoding:\r\nContent-Length: 5",
            "RFC 9110, 5.6.1: a list of nothing; silent, with all that any reading asks for",
            b"hello", kept_alive=False, payload=b"hello"),
    _coding("a length, then chunked", b"Content-Length: 3\r\nTransfer-Encoding: chunked",
            "6.3: the coding wins, and the connection ends", kept_alive=False, payload=b"hello"),
    _coding("chunked, then a length", b"Transfer-Encoding: chunked\r\nContent-Length: 99",
            "6.3: the coding wins, and the connection ends", kept_alive=False, payload=b"hello"),
    _coding("chunked and a length that is none", b"Transfer-Encoding: chunked\r\nContent-Length: x",
            "6.3: the coding wins", kept_alive=False, payload=b"hello"),
    Case(name="chunked in 1.0", why="6.1: faulty framing, closed after it, whatever Connection says",
         kept_alive=False, payload=b"hello",
         answer=[b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n" + BODY]),
]  # fmt: skip


def _chunks(name: str, body: bytes, why: str, **claims: object) -> Case:
    return Case(name=name, why=why, answer=[CHUNKED + body], **claims)  # type: ignore[arg-type]


CHUNKS = [
    _chunks("an empty chunked body", b"0\r\n\r\n", "7.1", kept_alive=True, payload=b""),
    _chunks("the last chunk is 000", b"5\r\nhello\r\n000\r\n\r\n", "7.1: 1*\"0\"", kept_alive=True,
            payload=b"hello"),
    _chunks("sizes in both cases", b"a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", "7.1",
            kept_alive=True, payload=b"0123456789" * 2),
    _chunks("leading zeros", b"00005\r\nhello\r\n0\r\n\r\n", "7.1: 1*HEXDIG", kept_alive=True,
            payload=b"hello"),
    _chunks("20 leading zeros", b"0" * 20 + b"5\r\nhello\r\n0\r\n\r\n", "7.1: 1*HEXDIG, no limit",
            payload=b"hello"),
    _chunks("a last chunk of 20 zeros", b"5\r\nhello\r\n" + b"0" * 20 + b"\r\n\r\n",
            "7.1: 1*\"0\", no limit", payload=b"hello", kept_alive=True),
    _chunks("chunk data that looks like framing", b"7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n",
            "7.1: data is data", kept_alive=True, payload=b"\r\n0\r\n\r\n"),
    _chunks("spaces after the size", b"5  \r\nhello\r\n0 \r\n\r\n",
            "7.1.1: BWS, old servers fill up with it", payload=b"hello"),
    _chunks("spaces before the size", b"  5\r\nhello\r\n0\r\n\r\n",
            "7.1: not allowed, and no doubt about what is meant", payload=b"hello"),
    _chunks("extensions", b"5;a;b=c;d=\"e\"\r\nhello\r\n0;f\r\n\r\n", "7.1.1: ignored", kept_alive=True,
            payload=b"hello"),
    _chunks("spaces around an extension", b"5 ; a = b\r\nhello\r\n0\r\n\r\n", "7.1.1: BWS",
            payload=b"hello"),
    _chunks("a semicolon in an extension", b"5;a=\"b;c\"\r\nhello\r\n0\r\n\r\n", "7.1.1: quoted",
            kept_alive=True, payload=b"hello"),
    _chunks("an extension of 10 kB", b"5;" + b"x" * 10_000 + b"\r\nhello\r\n0\r\n\r\n",
            "7.1.1: ignored; the limit is ours", kept_alive=True, payload=b"hello"),
    _chunks("8 bits in an extension", b"5;\xff\xfe\r\nhello\r\n0\r\n\r\n", "7.1.1: ignored",
            payload=b"hello"),
    _chunks("line feeds only", b"5\nhello\n0\n\n", "2.2, lenient", payload=b"hello"),
    _chunks("line feeds here and there", b"5\nhello\r\n0\r\n\n", "2.2, lenient", payload=b"hello"),
    _chunks("trailers", b"5\r\nhello\r\n0\r\nX-Sum: 1\r\nX: \r\n\r\n", "7.1.2", kept_alive=True,
            payload=b"hello"),
    _chunks("a length among the trailers", b"5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n",
            "RFC 9110, 6.5.1: no say in the framing", payload=b"hello"),
    _chunks("folded trailers", b"5\r\nhello\r\n0\r\nX: a\r\n b\r\n\r\n", "5.2", payload=b"hello"),
    _chunks("trailers with line feeds", b"5\r\nhello\r\n0\r\nX: a\n\n", "2.2, lenient",
            payload=b"hello"),
]  # fmt: skip

PIECES = [
    Case(name="chunks, cut everywhere", why="7.1: where packets end says nothing", kept_alive=True,
         payload=b"hello, world",
         answer=[CHUNKED[:-1], b"\n0", b"5", b"\r", b"\nhe", 0.05, b"llo\r", b"\n", b"7\r\n, wor", b"ld",
                 b"\r\n0", b"\r\n", b"X: y\r\n\r", b"\n"]),
]  # fmt: skip


def _broken(name: str, body: bytes, why: str = "7.1", truncated_if_silent: bool = True) -> list[Case]:
    """The framing breaks off: all is kept, until the server closes or falls silent."""
    return [
        _chunks(name + ", closed", body, why + ": broken; all that the server sent is kept",
                end=End.CLOSED, kept_alive=False),
        _chunks(name + ", silent", body,
                why + ": broken; the last chunk never came, and the clock ended it (8; WARC 1.1, 5.13)",
                truncated=Truncation.TIME, kept_alive=False),
    ]  # fmt: skip


BROKEN = [
    *_broken("0x5", b"0x5\r\nhello\r\n0\r\n\r\n"),
    *_broken("a negative size", b"-5\r\nhello\r\n0\r\n\r\n"),
    *_broken("a size with a plus", b"+5\r\nhello\r\n0\r\n\r\n"),
    *_broken("a size with an underscore", b"0_5\r\nhello\r\n0\r\n\r\n"),
    *_broken("no size", b"\r\nhello\r\n0\r\n\r\n"),
    *_broken("no chunks at all", b"<html>a page</html>\n"),
    *_broken("an extension without a semicolon", b"5 x\r\nhello\r\n0\r\n\r\n"),
    *_broken("no line end behind the data", b"5\r\nhello0\r\n\r\n"),
    *_broken("more data than the size says", b"4\r\nhello\r\n0\r\n\r\n"),
    *_broken("less data than the size says", b"7\r\nhello\r\n0\r\n\r\n"),
    *_broken("a line end in a quoted extension", b"5;a=\"\r\n\"\r\nhello\r\n0\r\n\r\n",
             "RFC 9110, 5.6.4: it ends the line"),
    *_broken("a bare CR behind the size", b"5\rhello\r\n0\r\n\r\n", "2.2: a bare CR is no line end"),
]  # fmt: skip

CUT = [
    _chunks("17 digits of size", b"10000000000000005\r\nhello",
            "7.1: anticipate large numerals; 8: incomplete", end=End.CLOSED,
            truncated=Truncation.DISCONNECT, kept_alive=False),
    _chunks("16 digits of size", b"ffffffffffffffff\r\nhello",
            "7.1: anticipate large numerals; 8: incomplete", end=End.CLOSED,
            truncated=Truncation.DISCONNECT, kept_alive=False),
    *[
        _chunks(f"cut {where}, {how.name.lower()}", body, "8: no last chunk, so incomplete", end=how,
                kept_alive=False,
                truncated=Truncation.TIME if how is End.SILENT else Truncation.DISCONNECT)
        for where, body in [
            ("before the first chunk", b""), ("within a size", b"5"), ("within a size line's end",
            b"5\r"), ("behind a size", b"5\r\n"),
            ("within data", b"5\r\nhel"), ("behind data", b"5\r\nhello"), ("within data's end",
            b"5\r\nhello\r"), ("behind a chunk", b"5\r\nhello\r\n"),
        ]
        for how in (End.CLOSED, End.SILENT, End.RESET)
    ],
    *[
        _chunks(f"closed {where}", body, "8: the last chunk was there, so it is complete",
                end=End.CLOSED, kept_alive=False,
                payload=b"hello")
        for where, body in [
            ("behind the last chunk", b"5\r\nhello\r\n0\r\n"), ("within the last line end",
            b"5\r\nhello\r\n0\r\n\r"),
            ("within the trailers", b"5\r\nhello\r\n0\r\nX-Sum: 1\r\n"),
        ]
    ],
    _chunks("silent behind the last chunk", b"5\r\nhello\r\n0\r\n", "7.1.2: trailers may come",
            truncated=Truncation.TIME, kept_alive=False),
    _chunks("reset within the trailers", b"5\r\nhello\r\n0\r\nX: y", "7.1.2: trailers were on their way",
            end=End.RESET,
            truncated=Truncation.DISCONNECT, kept_alive=False),
]  # fmt: skip

CASES = CODINGS + CHUNKS + PIECES + BROKEN + CUT
