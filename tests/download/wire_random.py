"""Random answers from a seed: valid ones, and ones with damage; and a second opinion on where one ends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from tests.download.wire import Case, End

_WORDS = (
    b"\r\n",
    b"\n",
    b"0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n",
    b"5",
    b"f",
    b"\0",
    b"\xff\xe9",
    b"story ",
    b": ",
    b";",
)
_NAMES = (b"Server", b"x-ZEBRA", b"Set-Cookie", b"X-Caf\xe9", b"Vary", b"eTag", b"Date")
_VALUES = (b"x", b"", b'a, b;c="d"', b"d\xe9j\xe0", b"  spaced \t", b"Tue, 24 Nov 2026 07:00:00 GMT")
_STATUS = (
    b"200 OK",
    b"200 ",
    b"201 Cr\xe9\xe9",
    b"204 No Content",
    b"206 Partial",
    b"301 Moved",
    b"304 Not Modified",
    b"404 Not Found",
    b"500 Oops",
)
_INTERIM = (
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n",
    b"HTTP/1.1 102 Processing\r\nContent-Length: 3\r\n\r\n",
)
_FRAMINGS = {b"1.1": ("length", "length", "chunked", "close"), b"1.0": ("length", "close")}


@dataclass(frozen=True)
class Answer:
    """A valid answer; `kept_alive` is what its head says of the connection (RFC 9112, 9.3)."""

    method: str
    interim: tuple[bytes, ...]
    wire: bytes
    payload: bytes
    closes: bool
    kept_alive: bool


def valid(random: Random) -> Answer:
    """An answer of any status, framing, persistence and method, with interim answers before it."""
    method = random.choice(["GET"] * 5 + ["HEAD"])
    version, status = random.choice([b"1.1", b"1.1", b"1.0"]), random.choice(_STATUS)
    connection = random.choice([b"", b"", b"close", b"keep-alive"])
    body = b"".join(random.choices(_WORDS, k=random.choice([0, 1, 5, 40])))
    framing = random.choice(_FRAMINGS[version])
    if status[:3] in (b"204", b"304"):
        framing = "close" if status[:3] == b"204" else "length"  # RFC 9110, 8.6; RFC 9112, 6.1
    fields = [
        name + b":" + random.choice([b"", b" ", b"\t"]) + value for name, value in _some_fields(random)
    ]
    fields += [b"Connection: " + connection] if connection else []
    fields += {"length": [b"%s: %d" % (_cased(random, b"Content-Length"), len(body))], "close": [],
               "chunked": [_cased(random, b"Transfer-Encoding") + b": " + _cased(random, b"chunked")]}[framing]  # fmt: skip
    random.shuffle(fields)
    head = b"\r\n".join([b"HTTP/" + version + b" " + status, *fields, b"", b""])
    bodiless = method == "HEAD" or status[:3] in (b"204", b"304")
    closes = framing == "close" and not bodiless
    persistent = connection != b"close" if version == b"1.1" else connection == b"keep-alive"
    wire = b"" if bodiless else _chunked(random, body) if framing == "chunked" else body
    interim = tuple(random.choices(_INTERIM, k=random.choice([0, 0, 0, 1, 2])))
    return Answer(
        method, interim, head + wire, b"" if bodiless else body, closes, persistent and not closes
    )


def damaged(random: Random, wire: bytes) -> bytes:
    """One to four bytes or runs of it cut out, doubled, moved, changed or put in."""
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(wire) + 1)
        end = min(len(wire), at + random.choice([1, 1, 2, 5, 30]))
        run = wire[at:end]
        put = random.choice(
            [
                b"",
                run * 2,
                bytes([random.randrange(256)]),
                random.choice(_WORDS),
                run[::-1],
                run.swapcase(),
            ]
        )
        wire = wire[:at] + put + wire[end:]
    return wire[: random.randrange(len(wire) + 1)] if random.random() < 0.2 else wire


def cut(random: Random, wire: bytes) -> list[bytes | float]:
    """In pieces of any size, most of them small."""
    pieces: list[bytes | float] = []
    at = 0
    while at < len(wire):
        size = random.choice([1, 1, 2, 3, 7, 20, 100, 1000])
        pieces.append(wire[at : at + size])
        at += size
    return pieces


def case(name: str, answer: Answer) -> Case:
    """It, in one piece."""
    return Case(
        name=name, why="", method=answer.method, answer=[b"".join(answer.interim) + answer.wire],
        end=End.CLOSED if answer.closes else End.SILENT, interim=answer.interim,
        kept_alive=answer.kept_alive, payload=answer.payload,
    )  # fmt: skip


def _some_fields(random: Random) -> list[tuple[bytes, bytes]]:
    return [(random.choice(_NAMES), random.choice(_VALUES)) for _ in range(random.randrange(6))]


def _cased(random: Random, word: bytes) -> bytes:
    return random.choice([word, word.lower(), word.upper(), word.swapcase()])


def _chunked(random: Random, body: bytes) -> bytes:
    out, at = b"", 0
    while at < len(body):
        size = random.choice([1, 2, 10, 15, 16, 255])
        data = body[at : at + size]
        number = random.choice([b"%x", b"%X", b"%04x"]) % len(data)
        out += number + random.choice([b"", b"", b";a", b';b="c;d"']) + b"\r\n" + data + b"\r\n"
        at += size
    trailers = random.choice([b"", b"", b"X-Sum: 1\r\n", b"X-Sum: 1\r\nContent-Length: 7\r\n"])
    return out + random.choice([b"0", b"0", b"000", b"0;last"]) + b"\r\n" + trailers + b"\r\n"


# A second opinion, as lenient as the reader but over bytes that are all there.

_BLANK = re.compile(rb"\r?\n\r?\n")
_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]+)[ \t]*(;[^\n]*)?\r?\n")


def may_stop(method: str, wire: bytes) -> bool:
    """Whether an answer that begins with `wire`, or is it, has ended by its framing (RFC 9112, 6.3)."""
    blank = _BLANK.search(wire)
    status = re.match(rb"\S+[ \t]+([0-9]{3})(?![^ \t\r\n])", wire)
    if not blank or not status:
        return False
    if method == "HEAD" or status[1][:1] == b"1" or status[1] in (b"204", b"304"):
        return True
    lines = re.sub(rb"\r?\n[ \t]+", b" ", wire[: blank.start()]).split(b"\n")[1:]
    fields = [
        (name.strip(b" \t").lower(), value.strip(b" \t\r"))
        for name, _, value in (line.partition(b":") for line in lines)
    ]
    codings = b",".join(value for name, value in fields if name == b"transfer-encoding")
    if any(name == b"transfer-encoding" for name, _ in fields):
        return codings.lower().split(b",")[-1].strip(b" \t") == b"chunked" and _chunks_end(
            wire, blank.end()
        )
    lengths = {
        part.strip(b" \t")
        for name, value in fields
        if name == b"content-length"
        for part in value.split(b",")
    }
    return (
        len(lengths) == 1
        and (length := lengths.pop()).isdigit()
        and len(wire) - blank.end() >= int(length)
    )


def _chunks_end(wire: bytes, at: int) -> bool:
    while size := _SIZE.match(wire, at):
        at = size.end() + int(size[1], 16)
        if at == size.end():
            return re.compile(rb"([^\n]*[^\r\n]\r?\n)*\r*\n").match(wire, at) is not None
        line_end = re.compile(rb"\r?\n").match(wire, at)
        if not line_end:
            return False
        at = line_end.end()
    return False
