"""Spans of time that a query is cut into, for a server that gives no resume keys.

An answer as long as it may be has lost its end: it is thrown away, and half its span is asked for. What
comes behind a span is asked for next, twice as wide. So one query follows the other, in time's order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.model.timestamp import from_digits, to_14_digits

_SECOND = timedelta(seconds=1)
BEGINNING = "19900101000000"
"""Before every capture of the web."""


@dataclass(frozen=True, slots=True)
class Span:
    """From one second to another, both included, in 14 digits each."""

    since: str
    until: str

    @classmethod
    def of(cls, since: str, until: str, latest: str) -> Span:
        """The span that a query names, in 4 to 14 digits or none; nothing is later than `latest`."""
        end = until + "99991231235959"[len(until) :] if until else latest
        begin = since or BEGINNING
        return cls(*(to_14_digits(from_digits(one)) for one in (begin, min(end, latest))))

    def half(self) -> Span | None:
        """Its first half; None where it is one second."""
        width = from_digits(self.until) - from_digits(self.since)
        if width < _SECOND:
            return None
        return Span(self.since, to_14_digits(from_digits(self.since) + width // 2 // _SECOND * _SECOND))

    def after(self, whole: Span) -> Span | None:
        """What comes behind it in the span `whole`, twice as wide; None at the end."""
        if self.until >= whole.until:
            return None
        begin = from_digits(self.until) + _SECOND
        return Span(to_14_digits(begin), min(_reach(begin, self._width()), whole.until))

    def _width(self) -> timedelta:
        return from_digits(self.until) - from_digits(self.since) + _SECOND


def _reach(begin: datetime, width: timedelta) -> str:
    try:
        return to_14_digits(begin + 2 * width - _SECOND)
    except OverflowError:
        return "99991231235959"
