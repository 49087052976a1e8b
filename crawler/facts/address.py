"""The day in an address: ``/2008/04/04/``, ``/2008/apr/04/``, ``-20080404.html``."""

from __future__ import annotations

import re
from datetime import date

from crawler.facts.months import month_number

_DAY = re.compile(
    r"(?<=[/_.=-])(?P<year>(?:19|20)\d\d)(?P<gap>[/._-]?)(?P<month>0?[1-9]|1[0-2]|[a-z]{3})(?P=gap)"
    r"(?P<day>0?[1-9]|[12]\d|3[01])(?=[/_.?&-]|\Z)"
)


def day_of_address(uri: str) -> date | None:
    """The day in a URI's path or query; None where there is none."""
    path = uri.partition("://")[2].partition("/")[2].lower()
    match = _DAY.search("/" + path)
    if match is None or (not match["gap"] and len(match[0]) != len("20080404")):
        return None
    month = match["month"]
    try:
        return date(
            int(match["year"]), int(month) if month.isdigit() else month_number(month), int(match["day"])
        )
    except ValueError:
        return None
