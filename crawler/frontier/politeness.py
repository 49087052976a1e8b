"""How long a host rests: pure rules, seconds in and seconds out.

The frontier adds the host's delay by itself; what stands here is added to it or lies beyond it.
"""

from __future__ import annotations

import math
import re
from datetime import datetime

from crawler.errors import MalformedRecord
from crawler.model import timestamp

STRETCH = 5.0
"""A host rests this many times as long as its last answer took (Heritrix's delay factor)."""
STRETCH_MOST = 30.0
RETRY_AFTER_MOST = 3600.0
"""A host may ask for an hour. One that asks for more is asked again each hour, as often as
``RETRY_TIMES`` allows: so no single answer keeps a whole crawl open for a day."""
BACKOFF_MOST = 300.0
CRAWL_DELAY_MOST = 300.0
_DELTA_SECONDS = re.compile(r"\d+\Z", re.ASCII)


def stretch(elapsed: float, delay: float) -> float:
    """Seconds that a host rests after an answer that took `elapsed`: 5 times as long, at most 30.

    Nothing where the host's `delay` is 0, since politeness is then turned off.
    """
    if delay <= 0 or elapsed <= 0:
        return 0.0
    return min(STRETCH_MOST, STRETCH * elapsed)


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a ``Retry-After`` field asks for (RFC 9110, 10.2.3), at most an hour.

    The field holds delay-seconds or an HTTP-date; one in the past asks for nothing. None where the
    field is missing or neither.
    """
    text = (value or "").strip()
    if _DELTA_SECONDS.match(text):
        return min(RETRY_AFTER_MOST, float(text))
    try:
        seconds = (timestamp.from_http_date(text) - now).total_seconds()
    except MalformedRecord:
        return None
    return min(RETRY_AFTER_MOST, max(0.0, seconds))


def backoff(failures: int, refused: bool) -> float:
    """Seconds that a host rests after a failure that named none: 1, 2, 4 ... at most 300.

    `failures` counts those before this one: in a row of the whole host, or of this URL, whichever are
    more. `refused` is True where there was no answer (refused, timed out, cut): half of that, since no
    server asked for patience.
    """
    seconds = 2.0 ** min(failures, 16)
    return min(BACKOFF_MOST, seconds / 2 if refused else seconds)


def crawl_delay(value: float | None) -> float | None:
    """The ``Crawl-delay`` that is honoured: at most 300 seconds; None where it is no such number."""
    if value is None or not math.isfinite(value) or value < 0:
        return None
    return min(CRAWL_DELAY_MOST, value)
