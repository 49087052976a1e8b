"""The beginning of a payload without its content coding (RFC 9110, 8.4), as the spider reads it.

The WARC keeps the coded bytes. What does not decode is no reason to lose a page: the spider gets what
could be decoded, or the bytes as they came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import brotli  # type: ignore[import-untyped]
from isal import isal_zlib

from crawler.model.message import OWS

Inflate = Callable[[bytes, int], bytes]
"""At most so many bytes decoded from a piece; an error of the library where it is not of the coding."""

_ERRORS: Any = (isal_zlib.error, brotli.error)
_GZIP, _ZLIB, _RAW = 31, 15, -15
_MOST_CODINGS = 5
"""Codings that are undone of one body, each a decoder in the next; curl and urllib3 draw this line."""
_STEP = 1 << 13
"""Bytes given to a gzip member at once: what it leaves is copied, and a body may have many members."""


def beginning(pieces: Iterable[bytes], codings: Sequence[bytes], limit: int) -> tuple[bytes, bool]:
    """At most `limit` decoded bytes of `pieces`, and whether every coding was known and undone.

    `codings` are in the order in which they were applied; of more than five, none is undone.
    """
    if len(codings) > _MOST_CODINGS:
        return first(pieces, limit), False
    try:
        for coding in reversed(codings):
            if coding not in _DECODERS:
                return first(pieces, limit), False
            begin = next(iterator := iter(pieces), b"")
            pieces = _undone(_DECODERS[coding](begin), chain([begin], iterator), limit)
        return first(pieces, limit), True
    except _Undecodable as error:
        return error.so_far[:limit], False


def codings(values: Iterable[bytes]) -> list[bytes]:
    """The codings that Content-Encoding fields name, in order, ``identity`` left out."""
    words = b",".join(values).lower().split(b",")
    named = (word.strip(OWS) for word in words)
    return [word for word in named if word not in (b"", b"identity")]


class _Undecodable(Exception):
    """Not of the coding that it should be; `so_far` is what came out before, or all as it came."""

    def __init__(self, so_far: bytes) -> None:
        super().__init__()
        self.so_far = so_far


def _undone(inflate: Inflate, pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    made, taken = bytearray(), b""
    try:
        for piece in pieces:
            taken = taken or piece
            out = inflate(piece, limit - len(made))
            made += out
            yield out
            if len(made) >= limit:
                return
    except _ERRORS as error:
        raise _Undecodable(bytes(made) or taken) from error
    if taken and not made:  # too short for an error
        raise _Undecodable(taken)


def first(pieces: Iterable[bytes], limit: int) -> bytes:
    """The first `limit` bytes of `pieces`; no more is asked for."""
    parts, left = [], limit
    for piece in pieces:
        parts.append(piece[:left])
        left -= len(parts[-1])
        if left <= 0:
            break
    return b"".join(parts)


class _Members:
    """gzip of one or more members (RFC 1952, 2.2); what follows the last is passed over."""

    def __init__(self, first: bytes) -> None:
        self._inflater = isal_zlib.decompressobj(wbits=_GZIP)
        self._over = False

    def __call__(self, piece: bytes, most: int) -> bytes:
        parts, at = [], 0
        while at < len(piece) and most and not self._over:
            step = piece[at : at + _STEP]
            if not self._inflater.eof:
                parts.append(self._inflater.decompress(step, most))
                at += len(step) - len(self._inflater.unused_data)
                most -= len(parts[-1])
            elif not step[0]:  # zeros may pad a member
                at += len(step) - len(step.lstrip(b"\0"))
            else:
                self._over = not b"\x1f\x8b".startswith(step[:2])
                self._inflater = isal_zlib.decompressobj(wbits=_GZIP)
        return b"".join(parts)


def _deflate(first: bytes) -> Inflate:
    """zlib's form, or the bare one that some servers send."""
    is_zlib = len(first) > 1 and first[0] & 15 == 8 and int.from_bytes(first[:2], "big") % 31 == 0
    inflater = isal_zlib.decompressobj(wbits=_ZLIB if is_zlib else _RAW)
    return inflater.decompress


def _brotli(first: bytes) -> Inflate:
    inflater = brotli.Decompressor()

    def inflate(piece: bytes, most: int) -> bytes:
        out: bytes = inflater.process(piece, output_buffer_limit=most)
        return out[:most]

    return inflate


_DECODERS: dict[bytes, Callable[[bytes], Inflate]] = {
    b"gzip": _Members,
    b"x-gzip": _Members,
    b"deflate": _deflate,
    b"br": _brotli,
}
