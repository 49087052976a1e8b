"""The captures of one story over time, as a query of an archive's index."""

from __future__ import annotations

from datetime import timedelta

from crawler.model.cdx import CdxFilter, CdxQuery, Collapse
from crawler.model.timestamp import from_digits, to_14_digits

_COLLAPSES = {
    "all": (),
    "day": (Collapse("timestamp:8"),),
    "month": (Collapse("timestamp:6"),),
    "change": (Collapse("digest"),),
}
SAMPLES = tuple(_COLLAPSES)
"""Which captures are taken: every one, one a day, one a month, one wherever the payload changed."""
_PAGES = CdxFilter("statuscode:200|-")
"""Pages, and revisits of pages, whose status an index may not tell."""


def query(uri_r: str, sample: str, at: str, reach: timedelta) -> CdxQuery:
    """What is asked for the captures of `uri_r`; with `at` (14 digits) those at most `reach` from it."""
    since, until = _span(at, reach) if at else ("", "")
    return CdxQuery(uri_r, since=since, until=until, filters=(_PAGES,), collapse=_COLLAPSES[sample])


def _span(at: str, reach: timedelta) -> tuple[str, str]:
    moment = from_digits(at)
    return to_14_digits(moment - reach), to_14_digits(moment + reach)
