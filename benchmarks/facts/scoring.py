"""Whether an answer is the one of the label."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

_ZONED = re.compile(r"T.*(?:Z|[+-]\d\d:\d\d)\Z")
NAMES = (
    "title",
    "published",
    "published (instant)",
    "modified",
    "authors",
    "section",
    "lang",
    "site_name",
)


def right(name: str, answer: Any, label: Any) -> bool:
    """Dates are compared by their day, `published (instant)` to the minute."""
    match name:
        case "title" | "section" | "site_name":
            return plain(answer) in {plain(one) for one in label}
        case "authors":
            return any(sorted(map(plain, answer)) == sorted(map(plain, one)) for one in label)
        case "lang":
            return answer.partition("-")[0].lower() == label
        case "published (instant)":
            return same_instant(answer, label)
        case _:
            return days(answer) & days(label) != set() if label else not answer


def labels_of(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts as they are scored: an instant only where the label has a time."""
    more = {"published (instant)": facts["published"]} if "T" in facts.get("published", "") else {}
    return {**facts, **more}


def plain(text: object) -> str:
    """Letters and digits only, case folded: how titles and names are compared."""
    text = text if isinstance(text, str) else ""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def days(text: object) -> set[str]:
    """The day as it is written, and in UTC: a page may tell one moment in two zones."""
    if not text or not isinstance(text, str):
        return set()
    moment = instant(text)
    return {text[:10], *([moment[:10]] if moment else [])}


def same_instant(a: object, b: str) -> bool:
    """Whether two date-times mean one minute; where one has no zone, by the clock."""
    if not isinstance(a, str):
        return False
    naive = not (_ZONED.search(a) and _ZONED.search(b))
    return a[:16] == b[:16] if naive else instant(a) == instant(b)


def instant(text: str) -> str:
    """A date-time to the minute in UTC; without a zone as it is."""
    if "T" not in text:
        return ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ""
    if moment.tzinfo is None:
        return text[:16]
    return datetime.fromtimestamp(moment.timestamp(), tz=UTC).isoformat()[:16]


def share(answers: Sequence[bool]) -> str:
    """How many are right, of how many."""
    return f"{sum(answers)}/{len(answers)}" if answers else "-"
