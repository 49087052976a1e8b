"""The head of an HTTP/1.x message as it stood on the wire, read leniently and never rewritten.

Only what WARC records need is read: where the head ends, the start line, the fields in their order, and
the entity body, that is the body after transfer decoding and before content decoding (WARC 1.1, 5.9 and
6.3.2; RFC 9112, 7.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from crawler.model.chunked import dechunked

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_BLANK = re.compile(rb"(?:\r?\n)*")
_STATUS = re.compile(rb"(?:HTTP/|ICY|SHOUT)\S*[ \t]+(\d{3})(?:[ \t]|$)")
HEAD_LIMIT = 1 << 20
"""Octets in which a head ends, if it ends at all; every reader looks as far, and no further."""
OWS = b" \t"
"""Optional whitespace (RFC 9110, 5.6.3), and no other."""


@dataclass(frozen=True)
class Message:
    """A head; it ends with its blank line where it is `complete_head`. What follows it is the body."""

    head: bytes
    complete_head: bool

    @classmethod
    def parse(cls, block: bytes) -> Message:
        """Take the head off `block`, up to a blank line; without one in `HEAD_LIMIT`, all is head."""
        match = _HEAD_END.search(block, _blank(block), HEAD_LIMIT)
        return cls(block[: match.end()], True) if match else cls(block, False)

    @classmethod
    def read(cls, pieces: Iterator[bytes]) -> tuple[Message, bytes]:
        """The head of the block that `pieces` make, and what was read behind it; more stays unread."""
        got = b""
        for piece in pieces:
            got += piece
            if (message := cls.parse(got)).complete_head or len(got) >= HEAD_LIMIT:
                break
        else:
            message = cls.parse(got)
        return message, got[len(message.head) :]

    @cached_property
    def start_line(self) -> bytes:
        """The first line without its line end."""
        return self.head[_blank(self.head) :].split(b"\n", 1)[0].rstrip(b"\r")

    @cached_property
    def status(self) -> int | None:
        """The status code, or None where the start line has none (HTTP/0.9, garbage)."""
        match = _STATUS.match(self.start_line)
        return int(match[1]) if match else None

    def fields(self) -> Iterator[tuple[bytes, bytes]]:
        """Name and value of each field, in order, obs-folds joined (RFC 9112, 5.2).

        A line without a colon is no field and is passed over.
        """
        name, value = b"", b""
        for line in self.head[_blank(self.head) :].split(b"\n")[1:]:
            line = line.rstrip(b"\r")
            if line[:1] in (b" ", b"\t"):
                value += b" " + line.strip(OWS)
                continue
            if name:
                yield name, value
            name, colon, value = line.partition(b":")
            name, value = (name.rstrip(OWS), value.strip(OWS)) if colon else (b"", b"")
        if name:
            yield name, value

    def get_all(self, name: bytes) -> Sequence[bytes]:
        """The values of every field of that name, any case."""
        return self._values.get(name.lower(), [])

    def get(self, name: bytes) -> bytes | None:
        """The first value of that name."""
        return next(iter(self.get_all(name)), None)

    @cached_property
    def _values(self) -> dict[bytes, list[bytes]]:
        """By name in lower case: several readers ask for fields of one and the same head."""
        values: dict[bytes, list[bytes]] = {}
        for name, value in self.fields():
            values.setdefault(name.lower(), []).append(value)
        return values

    @property
    def transfer_codings(self) -> list[bytes]:
        """What Transfer-Encoding names, in order and in lower case (RFC 9112, 6.1)."""
        return _words(self.get_all(b"transfer-encoding"))

    @property
    def chunked(self) -> bool:
        """Whether the last transfer coding is chunked (RFC 9112, 6.3)."""
        return self.transfer_codings[-1:] == [b"chunked"]

    @property
    def connection_options(self) -> list[bytes]:
        """What Connection names, in lower case (RFC 9110, 7.6.1)."""
        return _words(self.get_all(b"connection"))

    @property
    def bodiless(self) -> bool:
        """Whether its status allows no body (RFC 9110, 6.4.1)."""
        status = self.status
        return status is not None and (100 <= status < 200 or status in (204, 304))

    def payload(self, body: Iterable[bytes]) -> Iterator[bytes]:
        """The payload of an answer with this head: `body` without its chunk framing, if it has any.

        A head that does not end has no body behind it.
        """
        if self.bodiless or not self.complete_head:
            return iter(())
        return dechunked(body) if self.chunked else iter(body)


def _words(values: Sequence[bytes]) -> list[bytes]:
    """The elements of a list field, in lower case; empty ones do not count (RFC 9110, 5.6.1)."""
    words = b",".join(values).lower().split(b",")
    return [stripped for word in words if (stripped := word.strip(OWS))]


def _blank(block: bytes) -> int:
    """Bytes of blank lines before the start line, which are passed over (RFC 9112, 2.2)."""
    match = _BLANK.match(block)
    return match.end() if match else 0
