"""The original answer out of an archive's answer: a head that was captured, and the body it fits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from isal import isal_zlib

from crawler.archives.fields import Field, Heads
from crawler.archives.urim import UriM
from crawler.model.capture import Capture
from crawler.model.message import Message
from crawler.model.octets import Octets, Spool

MAX_DECODED = 256 * 1024 * 1024
"""Bytes that a body may have once the archive's own content coding is taken off."""
_GZIP = b"\x1f\x8b"
_PIECE = 1 << 18


def restore(exchange: Capture, heads: Heads, start_line: bytes) -> Octets:
    """The block of a ``response`` record for the original: `start_line`, fields, body.

    The frame of the transport is taken off, and so is a content coding that was the archive's own. The
    Content-Length is that of the body, unless the body is not whole: then the original's stays.
    """
    message, limits = exchange.message, exchange.response.limits
    body = Spool.of(exchange.payload(), limits)
    coding = bare_coding(message)
    fields = list(heads.original)
    if heads.wayback:
        body, fields = _without_archive_coding(body, coding, fields)
    if coding is None and body.read(0, 2) != _GZIP:
        fields = [field for field in fields if field[0].lower() != b"content-encoding"]
    fields = [_unwrapped(field) for field in fields]
    if not message.bodiless:
        fields = list(_with_length(fields, None if exchange.truncated else len(body)))
    return Spool.of(chain([_head(start_line, fields)], body.pieces()), limits)


def bare_coding(message: Message) -> bytes | None:
    """The coding of the body as it came: the field without a prefix."""
    coding = message.get(b"content-encoding")
    return None if coding is None or coding.lower() == b"identity" else coding.lower()


def _without_archive_coding(
    body: Octets, coding: bytes | None, fields: list[Field]
) -> tuple[Octets, list[Field]]:
    """Take off the gzip of the Wayback Machine's own transport: the original was not coded.

    Of an original that was coded the prefixed field tells; then the body came as it was captured.
    """
    codings = [n for n, field in enumerate(fields) if field[0].lower() == b"content-encoding"]
    if coding is None or not codings:
        return body, fields
    if len(codings) > 1:
        return body, [field for n, field in enumerate(fields) if n not in codings[1:]]
    decoded = gunzip(body) if coding in (b"gzip", b"x-gzip") else None
    if decoded is None:
        return body, fields
    return decoded, [field for n, field in enumerate(fields) if n not in codings]


def gunzip(body: Octets) -> Octets | None:
    """The body without gzip, or None where it is none or too large."""
    spool, inflate = Spool(body.limits), isal_zlib.decompressobj(wbits=31)
    try:
        for piece in body.pieces():
            while piece and not inflate.eof:
                spool.append(inflate.decompress(piece, _PIECE))
                piece = inflate.unconsumed_tail
                if spool.length > MAX_DECODED:
                    return None
    except isal_zlib.error:  # type: ignore[misc]  # wrong in its stub
        return None
    return spool.octets() if spool.length or not body else None


def _unwrapped(field: Field) -> Field:
    """A Location as the origin sent it: the Wayback Machine turns it into a URI-M."""
    name, value = field
    if name.lower() != b"location":
        return field
    uri_m = UriM.parse(value.decode("latin-1"))
    return (name, uri_m.uri_r.encode("latin-1")) if uri_m is not None else field


def _with_length(fields: Iterable[Field], length: int | None) -> Iterator[Field]:
    """One Content-Length, at the original's place; `length` None leaves the original's as it was."""
    written = False
    for name, value in fields:
        if name.lower() != b"content-length":
            yield name, value
        elif not written:
            written = True
            yield name, value if length is None else b"%d" % length
    if not written and length is not None:
        yield b"Content-Length", b"%d" % length


def _head(start_line: bytes, fields: Iterable[Field]) -> bytes:
    return b"\r\n".join([start_line, *(name + b": " + value for name, value in fields), b"", b""])
