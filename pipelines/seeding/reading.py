"""Lines of CDXJ and CDX files, read for the originals that they tell of."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from crawler.errors import MalformedRecord
from crawler.model import digest
from crawler.model.original import Original
from crawler.model.timestamp import from_digits

Told = tuple[str, Original]
"""The digest of a payload, and the record that holds it."""
UNREADABLE = (OSError, EOFError, zlib.error)
"""What reading a file may raise."""
_MOST = (1 << 63) - 1
_LONGEST = 1 << 18
"""Octets of a line; no longer one is held in memory."""


class _Fields(msgspec.Struct):
    """Of a line, all that matters here. Writers differ in whether a number is text."""

    url: str = ""
    mime: str = ""
    status: str | int = ""
    digest: str = ""
    offset: str | int = -1
    filename: str = ""
    method: str = "GET"
    unchanged: str = msgspec.field(name="revisit.filename", default="")
    """Set where the line points at a record that is not its own (`pipelines.cdxj.unchanged`)."""


_DECODE = msgspec.json.Decoder(_Fields).decode


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The octets of a file, plain or gzip. Raises `UNREADABLE`."""
    with path.open("rb") as file:
        if file.read(2) != b"\x1f\x8b":
            file.seek(0)
            yield file
            return
        file.seek(0)
        with gzip.open(file, "rb") as members:
            yield cast(BinaryIO, members)


def lines_of(file: BinaryIO) -> Iterator[bytes]:
    """Each line in constant memory: of one that is too long only the beginning, which is no line."""
    while line := file.readline(_LONGEST):
        yield line
        while len(line) == _LONGEST and not line.endswith(b"\n"):
            line = file.readline(_LONGEST)


def told_by(line: bytes, foreign: bool) -> Told | None:
    """The original that a line tells of, or None where that is none. Raises `MalformedRecord`.

    An original is a response of status 200 to a GET, with a payload and a known digest of it.
    """
    if line.isspace() or line.startswith((b" CDX ", b"!")):
        return None
    stamp, fields = _split(line)
    if str(fields.status) != "200" or fields.mime == "warc/revisit" or fields.method != "GET":
        return None
    if fields.unchanged:
        return None
    raw = digest.raw(fields.digest)
    if raw is None or raw in digest.EMPTY or not fields.url.startswith(("http://", "https://")):
        return None
    if not fields.url.isprintable() or " " in fields.url:
        raise MalformedRecord(f"no URI: {fields.url[:80]!r}")
    return fields.digest, Original(
        "", fields.url, _moment(stamp), fields.filename, _number(fields.offset), foreign=foreign
    )


def _split(line: bytes) -> tuple[str, _Fields]:
    """The timestamp and the fields of a line."""
    parts = line.split(b" ", 2)
    try:
        if len(parts) == 3 and parts[2].startswith(b"{"):
            return parts[1].decode("ascii"), _DECODE(parts[2])
        text = line.decode("utf-8").split()
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedRecord(f"not a line of CDXJ: {line[:80]!r}") from error
    if len(text) != 11:
        raise MalformedRecord(f"not a line of CDXJ, nor of CDX with 11 fields: {line[:80]!r}")
    _key, stamp, url, mime, status, checksum, _redirect, _meta, _size, offset, filename = text
    return stamp, _Fields(url, mime, status, checksum, offset, filename)


def _moment(stamp: str) -> datetime:
    """Of 14 digits, or of 17, which tell of milliseconds too."""
    moment = from_digits(stamp[:14])
    if not stamp[14:]:
        return moment
    if len(stamp) != 17 or not stamp.isdigit():
        raise MalformedRecord(f"not 14 or 17 digits: {stamp[:80]!r}")
    return moment.replace(microsecond=1000 * _number(stamp[14:]))


def _number(text: str | int) -> int:
    """Raises `MalformedRecord` for what is no number, or none of 64 bits, as an offset is."""
    try:
        number = int(text)
    except ValueError:
        number = _MOST + 1
    if not -_MOST <= number <= _MOST:
        raise MalformedRecord(f"no number: {str(text)[:80]!r}")
    return number
