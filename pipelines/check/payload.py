"""The payload of an HTTP answer, taken out of its block as a stream (WARC 1.1, 6.3.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from crawler.model.message import Message

_HEAD_LIMIT = 8 << 20


def payload_of(block: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces of the payload; none where the status allows no body (RFC 9110, 6.4.1)."""
    pieces = iter(block)
    head = b""
    for piece in pieces:
        head += piece
        if (message := Message.parse(head)).complete_head or len(head) > _HEAD_LIMIT:
            break
    else:
        message = Message.parse(head)
    yield from message.payload(chain([head[len(message.head) :]], pieces))
