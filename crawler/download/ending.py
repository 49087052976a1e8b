"""How a head says where its answer ends (RFC 9112, 6.3), and whether it can be believed."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from crawler.model.message import OWS, Message

_MOST_DIGITS = 4000
"""Digits that are read of a number; more bytes will never come."""


class Ending(enum.Enum):
    """What ends the body."""

    LENGTH = enum.auto()
    CHUNKED = enum.auto()
    CLOSE = enum.auto()
    """The end of the connection."""
    OPEN = enum.auto()
    """The head contradicts itself, so nobody can say."""


@dataclass(frozen=True, slots=True)
class Framing:
    """`length` is that of the body with LENGTH, and the largest that was named with OPEN (-1: none).

    `oddity` says what makes the connection unfit for another exchange; empty where nothing does.
    """

    ending: Ending
    length: int = -1
    oddity: str = ""


def framing_of(head: Message, method: str) -> Framing:
    """How the body of an answer to a `method` request is framed."""
    if method == "HEAD" or head.bodiless:
        return Framing(Ending.LENGTH, 0)
    if head.get_all(b"transfer-encoding"):
        return _transfer_coded(head)
    return _with_length(head)


def oddity_of(head: Message) -> str:
    """What is odd about a head that can be read all the same; empty for nothing."""
    lines = head.head.count(b"\n")
    if head.head[:1] in (b"\r", b"\n"):
        return "a blank line before the status line"
    if lines != head.head.count(b"\r\n"):
        return "a bare line feed in the head"
    if lines != sum(1 for _ in head.fields()) + 2:
        return "a folded field, or a line that is no field"
    return "" if head.start_line.startswith(b"HTTP/1.") else "not HTTP/1.x"


def _transfer_coded(head: Message) -> Framing:
    """RFC 9112, 6.1: Transfer-Encoding overrides Content-Length, and neither can be trusted then."""
    named = _with_length(head)
    oddity = "Content-Length beside Transfer-Encoding" if named.ending is not Ending.CLOSE else ""
    if head.transfer_codings.count(b"chunked") > 1:
        oddity = oddity or "chunked more than once"
    if head.start_line.startswith(b"HTTP/1.0"):
        oddity = oddity or "Transfer-Encoding in HTTP/1.0"
    if head.chunked:
        return Framing(Ending.CHUNKED, oddity=oddity)
    if named.ending is not Ending.CLOSE:
        return Framing(Ending.OPEN, named.length, oddity)
    return Framing(Ending.CLOSE, oddity=oddity)


def _with_length(head: Message) -> Framing:
    values = head.get_all(b"content-length")
    given = [word.strip(OWS) for value in values for word in value.split(b",")]
    if not given:
        return Framing(Ending.CLOSE)
    lengths = {_number(word) if word.isdigit() else -1 for word in given}
    oddity = "Content-Length more than once" if len(given) > 1 else ""
    if len(lengths) == 1 and -1 not in lengths:
        return Framing(Ending.LENGTH, lengths.pop(), oddity)
    return Framing(Ending.OPEN, max(lengths), oddity or "a Content-Length that is none")


def _number(digits: bytes) -> int:
    return int(digits.lstrip(b"0")[:_MOST_DIGITS] or b"0")
