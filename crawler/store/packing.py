"""Originals and visits as octets: small, since a collection has millions of them."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from struct import Struct

from crawler.model import digest
from crawler.model.original import Original, Visit

_HEAD = Struct("<BQq8sq16s")
"""Flags, payload length, offset, file, microseconds since 1970, UUID of the record; then the URI."""
_FOREIGN, _RECONSTRUCTED, _NAMED = 1, 2, 4
_VISIT = Struct("<HHB")
"""Lengths of ETag, Last-Modified and digest, which follow, and after them the original."""
_LONGEST = 1024
"""Octets of a validator; a longer one is no validator worth its place."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_UNNAMED = bytes(16)


def octets(text: str) -> bytes:
    """As UTF-8, whatever a server or an index made of it."""
    return text.encode("utf-8", "surrogatepass")


def file_id(filename: str) -> bytes:
    """8 octets that stand for a file's name: no two workers need agree on a number first."""
    return hashlib.blake2b(octets(filename), digest_size=8).digest()


def uri_id(uri: str) -> bytes:
    """16 octets that stand for a URI."""
    return hashlib.blake2b(octets(uri), digest_size=16).digest()


def pack(original: Original, length: int) -> bytes:
    """An original whose payload has `length` octets."""
    record = _uuid(original.record_id)
    flags = (
        _FOREIGN * original.foreign
        + _RECONSTRUCTED * original.reconstructed
        + _NAMED * (record is not _UNNAMED)
    )
    moment = (original.date - _EPOCH) // _MICROSECOND
    place = original.offset, file_id(original.filename)
    return _HEAD.pack(flags, length, *place, moment, record) + octets(original.uri)


def length_of(packed: bytes) -> int:
    """Length of the payload of a packed original."""
    return int.from_bytes(packed[1:9], "little")


def file_of(packed: bytes) -> bytes:
    """The file of a packed original, as `file_id` has it."""
    return packed[17:25]


def unpack(packed: bytes, filename: str, uri: str = "") -> Original:
    """The original; `uri` where the packed one has none."""
    flags, _length, offset, _file, moment, record = _HEAD.unpack_from(packed)
    return Original(
        _record_id(record) if flags & _NAMED else "",
        packed[_HEAD.size :].decode("utf-8", "surrogatepass") or uri,
        _EPOCH + timedelta(microseconds=moment),
        filename,
        offset,
        foreign=bool(flags & _FOREIGN),
        reconstructed=bool(flags & _RECONSTRUCTED),
    )


def pack_visit(uri: str, visit: Visit) -> bytes:
    """A visit of `uri`; empty where it has no validator, or its digest is of no known kind.

    The original's own URI is left out where it is `uri`, as mostly.
    """
    etag, last_modified = (
        value if len(value) <= _LONGEST else b"" for value in (visit.etag, visit.last_modified)
    )
    raw = digest.raw(visit.digest)
    if raw is None or not (etag or last_modified):
        return b""
    packed = pack(visit.original, 0)
    if visit.original.uri == uri:
        packed = packed[: _HEAD.size]
    return _VISIT.pack(len(etag), len(last_modified), len(raw)) + etag + last_modified + raw + packed


def original_of(packed: bytes) -> bytes:
    """The packed original of a packed visit."""
    return packed[_VISIT.size + sum(_VISIT.unpack_from(packed)) :]


def unpack_visit(packed: bytes, filename: str, uri: str) -> Visit:
    """The visit of `uri`."""
    etag, last_modified, raw = _VISIT.unpack_from(packed)
    start = _VISIT.size
    middle = start + etag
    end = middle + last_modified
    return Visit(
        packed[start:middle],
        packed[middle:end],
        digest.labelled(packed[end : end + raw]),
        unpack(original_of(packed), filename, uri),
    )


def _uuid(record_id: str) -> bytes:
    """Of ``<urn:uuid:...>``. An id of another kind is left out: a revisit may do without (6.7.2)."""
    text = record_id.removeprefix("<urn:uuid:").removesuffix(">").replace("-", "")
    try:
        return bytes.fromhex(text) if len(text) == 32 else _UNNAMED
    except ValueError:
        return _UNNAMED


def _record_id(record: bytes) -> str:
    text = record.hex()
    return f"<urn:uuid:{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}>"
