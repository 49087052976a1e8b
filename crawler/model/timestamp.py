"""Moments in time, in the three spellings that web archives use.

* WARC-Date (WARC 1.1, 5.4): ``2008-04-04T13:54:00.123456Z``, W3C date-time in UTC.
* The 14-digit timestamp of CDX files and replay URLs: ``20080404135400``.
* HTTP-date (RFC 9110, 5.6.7), as in ``Memento-Datetime`` (RFC 7089, 2.1.1).

Every ``datetime`` in Clew is aware and in UTC.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from crawler.errors import MalformedRecord

_DIGITS = re.compile(r"\d{4,14}\Z")
_WARC_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z\Z")


def now() -> datetime:
    """The present moment, with microseconds."""
    return datetime.now(UTC)


def to_warc_date(moment: datetime) -> str:
    """``2008-04-04T13:54:00.000000Z``: always six digits, so that texts sort as moments do."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_warc_date(text: str) -> datetime:
    """Parse a WARC-Date with up to nine fraction digits (WARC 1.1, 5.4).

    Raises `MalformedRecord`.
    """
    match = _WARC_DATE.match(text.strip())
    if not match:
        raise MalformedRecord(f"not a WARC-Date: {text!r}")
    year, month, day, hour, minute, second, fraction = match.groups()
    micro = int((fraction or "0").ljust(6, "0")[:6])
    try:
        return datetime(
            int(year), int(month), int(day), int(hour), int(minute), int(second), micro, tzinfo=UTC
        )
    except ValueError as error:
        raise MalformedRecord(f"not a WARC-Date: {text!r}") from error


def to_14_digits(moment: datetime) -> str:
    """``20080404135400``."""
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def from_digits(text: str) -> datetime:
    """Parse 4 to 14 digits, ``YYYY[MM[DD[hh[mm[ss]]]]]``; what is missing is its earliest value.

    Lenient as replay URLs are: an impossible day becomes the last one of its month. Raises
    `MalformedRecord`.
    """
    if not _DIGITS.match(text) or len(text) % 2:
        raise MalformedRecord(f"not a timestamp of 4 to 14 digits: {text!r}")
    padded = text + "00000101000000"[len(text) :]
    year, month = int(padded[:4]), min(max(int(padded[4:6]), 1), 12)
    if year == 0:
        raise MalformedRecord(f"not a timestamp of 4 to 14 digits: {text!r}")
    day = min(max(int(padded[6:8]), 1), monthrange(year, month)[1])
    hour, minute, second = (int(padded[i : i + 2]) for i in (8, 10, 12))
    return datetime(year, month, day, min(hour, 23), min(minute, 59), min(second, 59), tzinfo=UTC)


def to_http_date(moment: datetime) -> str:
    """``Fri, 04 Apr 2008 13:54:00 GMT``."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def from_http_date(text: str) -> datetime:
    """Parse an HTTP-date. Raises `MalformedRecord`."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError) as error:
        raise MalformedRecord(f"not an HTTP-date: {text!r}") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
