"""When a story was: the date that it tells, else that of its first capture, and which of both it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_FIRST_NEWSPAPER = 1605
"""No news story is older; a date before it is what a template wrote in place of none."""
_YEAR_OR_MONTH = re.compile(r"(\d{4})(?:-(\d{2}))?\Z")


def when(story: Mapping[str, Any]) -> tuple[str, str]:
    """An ISO 8601 date-time in UTC (empty where none is known), and ``published`` or ``captured``.

    `story` is a line of ``stories.jsonl``. A date without a zone is taken for UTC, one without a day for
    the first of its month or year.
    """
    moment = _parsed(str(story.get("published") or ""))
    if moment is not None:
        return f"{moment:%Y-%m-%dT%H:%M:%SZ}", "published"
    captured = min((capture["datetime"] for capture in story["captures"]), default="")
    return captured, "captured"


def _parsed(text: str) -> datetime | None:
    match = _YEAR_OR_MONTH.match(text)
    if match:
        text = f"{match[1]}-{match[2] or '01'}-01"
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year >= _FIRST_NEWSPAPER else None
