"""Status lines, fields and interim answers. Sections without a name are of RFC 9112."""

from __future__ import annotations

from crawler.model.capture import Truncation
from tests.download.wire import Case, End

LENGTH = b"Content-Length: 5\r\n\r\nhello"
OK = b"HTTP/1.1 200 OK\r\n"
HINTS = (
    b"HTTP/1.1 103 Early Hints\r\nLink: </s.css>; rel=preload\r\nLink: </f.woff>; rel=preload\r\n\r\n"
)
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def _with_status_line(name: str, line: bytes, why: str, **claims: object) -> Case:
    return Case(name=name, why=why, answer=[line + b"\r\n" + LENGTH], **claims)  # type: ignore[arg-type]


def _with_field(name: str, field: bytes, why: str, **claims: object) -> Case:
    answer = [OK + field + b"\r\n" + LENGTH]
    return Case(name=name, why=why, answer=answer, **{"payload": b"hello", **claims})  # type: ignore[arg-type]


STATUS_LINES = [
    _with_status_line("a status line", b"HTTP/1.1 200 OK", "4", kept_alive=True, payload=b"hello"),
    _with_status_line("no reason, a space", b"HTTP/1.1 200 ", "4: the reason may be empty",
                      kept_alive=True),
    _with_status_line("no reason, no space", b"HTTP/1.1 200", "4: lenient, the code is plain to see"),
    _with_status_line("two spaces", b"HTTP/1.1  200  OK", "4: a recipient may split on whitespace"),
    _with_status_line("tabs for spaces", b"HTTP/1.1\t200\tOK", "4: a recipient may split on whitespace"),
    _with_status_line("8 bits in the reason", b"HTTP/1.1 200 Tr\xe8s bien \xff", "4: obs-text",
                      kept_alive=True),
    _with_status_line("a long reason", b"HTTP/1.1 200 " + b"very " * 2000 + b"fine",
                      "4: no limit is given"),
    _with_status_line("HTTP/1.2", b"HTTP/1.2 200 OK", "RFC 9110, 2.5: read as the highest minor known"),
    _with_status_line("HTTP/2.0", b"HTTP/2.0 200 OK",
                      "2.3: another major version; no rule for another answer", kept_alive=False),
    _with_status_line("ICY", b"ICY 200 OK", "not HTTP, but framed as it is; no rule for another answer",
                      kept_alive=False),
    _with_status_line("code 999", b"HTTP/1.1 999 Request denied",
                      "RFC 9110, 15: three digits, as if 5xx", status=999, payload=b"hello"),
    _with_status_line("code 600", b"HTTP/1.1 600 ?", "RFC 9110, 15: three digits, as if 5xx", status=600,
                      payload=b"hello"),
    _with_status_line(
        "code 099", b"HTTP/1.1 099 ?", "6.3: of the codes below 200 only 1xx has no body", status=99,
        payload=b"hello",
    ),
    _with_status_line(
        "code 000", b"HTTP/1.1 000 ?", "6.3: of the codes below 200 only 1xx has no body", status=0,
        payload=b"hello",
    ),
]  # fmt: skip


def _nobody_can_say(name: str, line: bytes, why: str, **claims: object) -> list[Case]:
    """No status line: nothing says where it ends. All is kept, until the server closes or falls silent."""
    answer = [line + b"\r\n" + LENGTH]
    closed = Case(name=name, why=why, answer=answer, end=End.CLOSED, status=None, **claims)  # type: ignore[arg-type]
    silent = Case(
        name=name + ", silent", why=why + "; the clock ended it, not the server (WARC 1.1, 5.13)",
        answer=answer, status=None, truncated=Truncation.TIME, kept_alive=False,
        **claims,
    )  # type: ignore[arg-type]  # fmt: skip
    return [closed, silent]


NO_STATUS = [
    *_nobody_can_say("code 99", b"HTTP/1.1 99 ?", "4: a code has three digits"),
    *_nobody_can_say("code 2000", b"HTTP/1.1 2000 OK", "4: a code has three digits"),
    *_nobody_can_say("code 20x", b"HTTP/1.1 20x OK", "4: a code has three digits"),
    *_nobody_can_say("no space before the reason", b"HTTP/1.1 200OK", "4: a code has three digits"),
    *_nobody_can_say("a negative code", b"HTTP/1.1 -200 OK", "4: a code has three digits"),
    Case(name="a bare page", why="HTTP/0.9: the close ends it",
         answer=[b"<html>\n\n<p>A page.</html>\n"],
         end=End.CLOSED, status=None, kept_alive=False),
    Case(name="garbage", why="kept, whatever it is", answer=[b"\x16\x03\x01\x00\x02\x02\x46"],
         end=End.CLOSED, status=None, kept_alive=False),
    Case(name="garbage, slowly", why="kept until the close; what comes within a second is no silence",
         answer=[b"\0 no", 0.6, b" answer", 0.6,
         b" at all"], end=End.CLOSED, status=None, kept_alive=False),
    Case(name="garbage with a number", why="4: what does not begin with a version is no status line",
         answer=[b"<p> 200 pages\r\n\r\nmore"], end=End.CLOSED, status=None, kept_alive=False),
    Case(name="a page of two bytes",
         why="HTTP/0.9: this is no beginning of a status line, so nothing is missing",
         answer=[b"ok"], end=End.CLOSED, status=None, truncated=None, kept_alive=False),
    Case(name="http in small letters", why="2.3: the name of the protocol is case-sensitive",
         answer=[b"http/1.1 200 OK\r\n" + LENGTH],
         end=End.CLOSED, status=None, kept_alive=False),
    Case(name="RTSP", why="4: not HTTP", answer=[b"RTSP/1.0 200 OK\r\n" + LENGTH],
         end=End.CLOSED, status=None, kept_alive=False),
    Case(name="another protocol's 100", why="4: not HTTP, so no interim answer either",
         answer=[b"HTTPER 100 ?\r\n\r\n" + OK + LENGTH],
         end=End.CLOSED, status=None, kept_alive=False),
    Case(name="only line feeds before the status line", why="2.2: lenient, as for requests",
         answer=[b"\n\n" + OK + LENGTH],
         kept_alive=False, payload=b"hello"),
    Case(name="a blank line before the status line", why="2.2: lenient, as for requests",
         answer=[b"\r\n" + OK + LENGTH],
         kept_alive=False, payload=b"hello"),
]  # fmt: skip

FIELDS = [
    _with_field("an empty value", b"Pragma:", "5: a value may be empty", kept_alive=True),
    _with_field("an empty value and a space", b"Pragma: ", "5.1", kept_alive=True),
    _with_field("no space after the colon", b"Server:x", "5.1", kept_alive=True),
    _with_field("tabs and spaces around a value", b"Server: \t x \t", "5.1", kept_alive=True),
    _with_field("8 bits in a value", b"X-Title: d\xe9j\xe0 \xff\x80", "RFC 9110, 5.5: obs-text",
                kept_alive=True),
    _with_field("8 bits in a name", b"X-Caf\xe9: x", "RFC 9110, 5.1: no token, passed over"),
    _with_field("NUL in a value", b"X: a\0b", "RFC 9110, 5.5: kept in the record, never trusted"),
    _with_field("NUL in a name", b"Content-Length\0: 2", "RFC 9110, 5.1: no token, so no length"),
    _with_field("CR within a value", b"X: a\rContent-Length: 2", "2.2: a bare CR is no line end"),
    _with_field("CR at the end of a value", b"X: a\r", "2.2: a bare CR is no line end"),
    _with_field("a line without a colon", b"what is this", "5: no field, passed over", kept_alive=False),
    _with_field("a line without a name", b": nameless", "5: no field, passed over", kept_alive=False),
    _with_field("a fold", b"X: one\r\n two\r\n\tthree", "5.2: replaced by spaces or kept; kept here",
                kept_alive=False),
    _with_field("a fold before the first field", b" Content-Length: 2",
                "2.2: consumed without further processing", kept_alive=False),
    _with_field("a folded Transfer-Encoding", b"X:\r\n Transfer-Encoding: chunked",
                "5.2: part of the value of X", kept_alive=False),
    _with_field("another name that ends alike", b"X-Content-Length: 2",
                "RFC 9110, 5.1: names are compared whole", kept_alive=True),
    _with_field("an underscore for a hyphen", b"Content_Length: 2", "RFC 9110, 5.1: another name",
                kept_alive=True),
    _with_field("a field of 100 kB", b"X: " + b"y" * 100_000, "5: no limit is given; ours is above",
                kept_alive=True),
    _with_field("500 fields", b"\r\n".join(b"X-%d: y" % i for i in range(500)), "5: no limit is given",
                kept_alive=True),
    Case(name="a space before the colon", why="5.1: not allowed, and no doubt about what is meant",
         answer=[OK + b"Content-Length : 5\r\n\r\nhello"], payload=b"hello"),
    Case(name="only line feeds", why="2.2: a recipient may take a bare LF for a line end",
         answer=[b"HTTP/1.1 200 OK\nContent-Length: 5\n\nhello"], kept_alive=False, payload=b"hello"),
    Case(name="line ends of both kinds", why="2.2: a recipient may take a bare LF for a line end",
         answer=[b"HTTP/1.1 200 OK\nA: b\r\nContent-Length: 5\n\r\nhello"], kept_alive=False, payload=b"hello"),
    Case(name="only carriage returns", why="2.2: a bare CR is no line end, so this head never ends",
         answer=[b"HTTP/1.1 200 OK\rContent-Length: 5\r\rhello"], end=End.CLOSED, truncated=Truncation.DISCONNECT),
]  # fmt: skip

INTERIM = [
    Case(name="100", why="RFC 9110, 15.2: set apart", answer=[CONTINUE + OK + LENGTH],
         interim=(CONTINUE,),
         kept_alive=True, payload=b"hello"),
    Case(name="103 with fields", why="RFC 8297, 2", answer=[HINTS, 0.05, OK + LENGTH], interim=(HINTS,),
         kept_alive=True),
    Case(name="102 and 199", why="RFC 9110, 15.2: a client must be able to parse any 1xx",
         answer=[b"HTTP/1.1 102 Processing\r\n\r\n", b"HTTP/1.1 199\r\n\r\n", OK + LENGTH],
         interim=(b"HTTP/1.1 102 Processing\r\n\r\n", b"HTTP/1.1 199\r\n\r\n"), kept_alive=True),
    Case(name="thirty interim answers", why="RFC 9110, 15.2: one or more",
         answer=[HINTS * 30 + OK + LENGTH],
         interim=(HINTS,) * 30, kept_alive=True),
    Case(name="an interim answer with a length", why="6.3: 1xx ends with its blank line",
         answer=[b"HTTP/1.1 100 Continue\r\nContent-Length: 9\r\n\r\n" + OK + LENGTH],
         interim=(b"HTTP/1.1 100 Continue\r\nContent-Length: 9\r\n\r\n",), payload=b"hello"),
    Case(name="an interim answer with line feeds", why="2.2",
         answer=[b"HTTP/1.1 100 Go on\n\n" + OK + LENGTH],
         interim=(b"HTTP/1.1 100 Go on\n\n",), payload=b"hello"),
    Case(name="an interim answer to HEAD", why="6.3", method="HEAD",
         answer=[HINTS + OK + b"Content-Length: 5\r\n\r\n"], interim=(HINTS,), kept_alive=True, payload=b""),
    Case(name="an interim answer, then closed", why="RFC 9110, 15.2: it was not the final answer",
         answer=[CONTINUE],
         end=End.CLOSED, interim=(CONTINUE,), status=None, kept_alive=False),
    Case(name="an interim answer, then silence", why="RFC 9110, 15.2: it was not the final answer",
         answer=[CONTINUE],
         interim=(CONTINUE,), status=None, kept_alive=False),
    Case(name="an interim answer, then a cut head",
         why="8: a head that was not received whole is incomplete",
         answer=[CONTINUE + b"HTTP/1.1 200 OK\r\nContent-L"], end=End.CLOSED, interim=(CONTINUE,), status=200,
         truncated=Truncation.DISCONNECT, kept_alive=False),
    Case(name="101", why="RFC 9110, 15.2.2: final for HTTP; what follows speaks another protocol",
         answer=[b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n"],
         status=101, kept_alive=False, payload=b""),
    Case(name="101 and the other protocol", why="RFC 9110, 15.2.2: kept, not understood",
         answer=[b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n\x81\x05hello"],
         surplus=7, status=101, kept_alive=False, payload=b""),
    Case(name="200 with Upgrade", why="RFC 9110, 7.8: nothing was switched",
         answer=[OK + b"Upgrade: h2c\r\nConnection: upgrade\r\n" + LENGTH], kept_alive=True, payload=b"hello"),
]  # fmt: skip

CASES = STATUS_LINES + NO_STATUS + FIELDS + INTERIM
