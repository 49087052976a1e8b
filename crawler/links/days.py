"""The day of a story that is linked: what its address says, else what its teaser shows.

Only whole days count, and only where one reading is possible: ``04/05/2008`` is April in one country and
May in the next.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from crawler.facts.address import day_of_address
from crawler.facts.months import month_number

_ISO = re.compile(r"((?:19|20)\d{2})\s?[./年년-]\s?(\d{1,2})\s?[./月월-]\s?(\d{1,2})(?!\d)")
_NUMBERS = re.compile(r"\b(\d{1,2})([./-])(\d{1,2})[./-](\d{4}|\d{2})\b")
_DAY_FIRST = re.compile(r"\b(\d{1,2})\.?(?:\s+de)?\s+([^\W\d_]{3,})\.?(?:\s+de)?[\s,']+(\d{4}|\d{2})\b")
_MONTH_FIRST = re.compile(r"\b([^\W\d_]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b")
_AGO = re.compile(r"\b(\d{1,2})\s+(m\b|min|h|day|week|month)\w*\s+ago\b")
_SPANS = {"day": 1, "week": 7, "month": 30}


def story_day(uri: str, shown: str, today: date) -> date | None:
    """The day of a story at `uri` whose teaser shows `shown`, on a page of `today`; None if unknown.

    A day that had not come yet is none.
    """
    day = day_of_address(uri) or day_of_text(shown, today)
    return day if day is not None and day <= today + timedelta(days=1) else None


def day_of_text(shown: str, today: date) -> date | None:
    """The day that a teaser's date means (`crawler.links.dates`), None where it may mean several."""
    text = shown.lower()
    for pattern, reading in _READINGS:
        if match := pattern.search(text):
            return reading(match, today)
    return None


def _iso(match: re.Match[str], today: date) -> date | None:
    return _day(match[1], int(match[2]), match[3])


def _numbers(match: re.Match[str], today: date) -> date | None:
    first, second = int(match[1]), int(match[3])
    if match[2] == "." or first > 12 or first == second:
        return _day(match[4], second, match[1])
    return _day(match[4], first, match[3]) if second > 12 else None


def _day_first(match: re.Match[str], today: date) -> date | None:
    return _day(match[3], month_number(match[2]), match[1])


def _month_first(match: re.Match[str], today: date) -> date | None:
    return _day(match[3], month_number(match[1]), match[2])


def _ago(match: re.Match[str], today: date) -> date | None:
    return today - timedelta(days=int(match[1]) * _SPANS.get(match[2], 0))


_READINGS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], date | None]], ...] = (
    (_ISO, _iso),
    (_DAY_FIRST, _day_first),
    (_MONTH_FIRST, _month_first),
    (_NUMBERS, _numbers),
    (_AGO, _ago),
)


def _day(year: str, month: int, day: str) -> date | None:
    number = int(year)
    if len(year) == 2:
        number += 1900 if number >= 70 else 2000
    try:
        return date(number, month, int(day))
    except ValueError:
        return None
