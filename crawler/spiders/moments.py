"""Moments and spans of time as the arguments of a walk through an archive name them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from crawler.errors import MalformedRecord, UsageError
from crawler.model.timestamp import from_digits

DEFAULT_WINDOW = "30d"
_SPAN = re.compile(r"(\d+)([dhmy]?)\Z")
_UNITS = {
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "m": timedelta(days=30),
    "y": timedelta(days=365),
}


def moment(text: str) -> datetime:
    """The moment of ``-a at=``. Raises `UsageError`."""
    try:
        return from_digits(text)
    except MalformedRecord as error:
        raise UsageError(f"at={text!r} is no moment", "write -a at=YYYY[MM[DD[hhmmss]]]") from error


def reach(text: str) -> timedelta:
    """The span of ``-a window=``: hours, days, months of 30 days, years of 365. Raises `UsageError`."""
    match = _SPAN.match(text)
    if not match or len(match[1]) > 6:
        raise UsageError(f"window={text!r} is no span of time", f"write -a window={DEFAULT_WINDOW}")
    return int(match[1]) * _UNITS[match[2] or "d"]
