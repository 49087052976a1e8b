"""A segment: a part of a queue as compressed octets, whole or recognised as damaged.

They are, in this order: `_MAGIC`; the BLAKE2b digest (16 octets) of all that follows; a zlib stream
(RFC 1950) of a MessagePack array: name, host, class, entries. An entry is what the queue's list held:
attempts and expiries in an octet each, then the item. A file has some segments, one behind the other.
"""

from __future__ import annotations

import hashlib

import msgspec
from isal import isal_zlib

from crawler.errors import MalformedRecord

_MAGIC = b"CLEWSEG1"
_DIGEST = 16
_LEVEL = 3
"""isal's best: 34 octets a URL at 0.5 us; zlib's level 6 takes 30 and five times as long."""


class Segment(msgspec.Struct, frozen=True, array_like=True):
    """Some consecutive entries of one class of a host's queue, oldest first."""

    name: str
    """``PARTITION-BOOT-NUMBER``: never given twice, even by a server that lost its last second."""
    host: str
    priority: int
    """The class, 0 to 15."""
    entries: list[bytes]


def encode(segment: Segment) -> bytes:
    """The octets of a segment."""
    body = isal_zlib.compress(_ENCODER.encode(segment), _LEVEL)
    return _MAGIC + _digest(body) + body


def decode(data: bytes) -> Segment:
    """The segment of `encode`. Raises `MalformedRecord` where an octet is missing, added or changed."""
    start = len(_MAGIC)
    digest, body = data[start : start + _DIGEST], data[start + _DIGEST :]
    if not data.startswith(_MAGIC):
        raise MalformedRecord("this is no segment of a queue, or one of a newer version of Clew")
    if digest != _digest(body):
        raise MalformedRecord("its digest is another")
    try:
        return _DECODER.decode(isal_zlib.decompress(body))
    except (isal_zlib.error, msgspec.DecodeError) as error:  # type: ignore[misc]  # wrong in its stub
        raise MalformedRecord(f"its digest is right, its content is none: {error}") from error


def _digest(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=_DIGEST).digest()


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Segment)
