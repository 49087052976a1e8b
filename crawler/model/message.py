"""An HTTP/1.x message as it stood on the wire, read leniently and never rewritten.

Only what WARC records need is read: where the head ends, the start line, the fields in their order,
and the entity body, that is the body after transfer decoding and before content decoding (WARC 1.1,
5.9 and 6.3.2; RFC 9112, 7.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"\S+[ \t]+(\d{3})(?:[ \t]|$)")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]+)[ \t]*(?:;[^\n]*)?\r?\n")


@dataclass(frozen=True, slots=True)
class Message:
    """Head and body of one message; `head` ends with its blank line where it is complete."""

    head: bytes
    body: bytes
    complete_head: bool

    @classmethod
    def parse(cls, block: bytes) -> Message:
        """Split `block` at the first blank line; without one, all of it is head."""
        match = _HEAD_END.search(block)
        if not match:
            return cls(block, b"", False)
        return cls(block[: match.end()], block[match.end() :], True)

    @property
    def start_line(self) -> bytes:
        """The first line without its line end."""
        return self.head.split(b"\n", 1)[0].rstrip(b"\r")

    @property
    def status(self) -> int | None:
        """The status code, or None where the start line has none (HTTP/0.9, garbage)."""
        match = _STATUS.match(self.start_line)
        return int(match[1]) if match else None

    def fields(self) -> Iterator[tuple[bytes, bytes]]:
        """Name and value of each field, in order, obs-folds joined (RFC 9112, 5.2).

        A line without a colon is no field and is passed over.
        """
        name, value = b"", b""
        for line in self.head.split(b"\n")[1:]:
            line = line.rstrip(b"\r")
            if line[:1] in (b" ", b"\t") and name:
                value += b" " + line.strip()
                continue
            if name:
                yield name, value
            name, colon, value = line.partition(b":")
            name, value = (name.rstrip(), value.strip()) if colon else (b"", b"")
        if name:
            yield name, value

    def get_all(self, name: bytes) -> list[bytes]:
        """The values of every field of that name, any case."""
        wanted = name.lower()
        return [value for key, value in self.fields() if key.lower() == wanted]

    def get(self, name: bytes) -> bytes | None:
        """The first value of that name."""
        return next(iter(self.get_all(name)), None)

    @property
    def chunked(self) -> bool:
        """Whether the last transfer coding is chunked (RFC 9112, 6.1)."""
        codings = b",".join(self.get_all(b"transfer-encoding")).lower().split(b",")
        return codings[-1].strip() == b"chunked"

    def entity_body(self) -> bytes:
        """The payload: the body with chunk framing removed where the message is chunked.

        Bytes that are not well-formed chunks are kept as they are from the point where the framing
        breaks off, so that nothing that came is left out of the digest.
        """
        return dechunk(self.body)[0] if self.chunked else self.body


def dechunk(body: bytes) -> tuple[bytes, bool]:
    """Remove chunk framing (RFC 9112, 7.1): the data, and whether the last chunk was there.

    A body whose very first chunk line is malformed was never chunked and comes back whole.
    """
    parts: list[bytes] = []
    at = 0
    while match := _CHUNK_SIZE.match(body, at):
        size, at = int(match[1], 16), match.end()
        if size == 0:
            return b"".join(parts), True
        parts.append(body[at : at + size])
        at += size
        if at > len(body):
            return b"".join(parts), False
        if body[at : at + 2] == b"\r\n":
            at += 2
        elif body[at : at + 1] == b"\n":
            at += 1
    if not parts:
        return body, False
    return b"".join(parts), False
