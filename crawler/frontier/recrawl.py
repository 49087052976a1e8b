"""When a story is due again, as a pure rule: by its age at first, then by whether it changed.

A young page changes: while a story of a day may be corrected within the hour, one of last year will
hardly be. So the first interval is a tenth of the story's age. Then each visit speaks: one that found
the page unchanged makes the interval half as long again, one that found it changed halves it (the
adaptive rule of StormCrawler and Nutch). All lie between ``STORY_INTERVAL`` and ``STORY_INTERVAL_MOST``.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from msgspec import structs

from crawler.frontier.item import Item

OF_AGE = 0.1
UNCHANGED = 1.5
CHANGED = 0.5
_INTERVAL = "interval"
"""Where an item keeps the interval that led to it, in whole seconds."""
_DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Again:
    """That a page is to be fetched again: `item`, known by `key`, after so many seconds."""

    item: Item
    key: str
    seconds: float


def again(
    item: Item, key: str, changed: bool | None, days: int | None, least: float, most: float
) -> Again:
    """When the page of `item`, which was just fetched, is due again; `days` is the story's age."""
    interval = item.data.get(_INTERVAL, "")
    previous = float(interval) if interval.isdigit() else None
    age = None if days is None else _DAY * days
    seconds = next_interval(previous, changed, age, least, most)
    data = {**item.data, _INTERVAL: str(round(seconds))}
    return Again(structs.replace(item, data=data), key, seconds)


def age_in_days(today: date, published: str, day: date | None) -> int | None:
    """A story's age by what its page says (an ISO 8601 date), else by the day of its address."""
    with suppress(ValueError):
        day = date.fromisoformat(published[:10])
    return None if day is None else (today - day).days


def next_interval(
    previous: float | None, changed: bool | None, age: float | None, least: float, most: float
) -> float:
    """Seconds from a visit to the next.

    `previous` is the interval before this visit, None on the first one. `changed` is None where that is
    not known; the interval then stays. `age` is the story's in seconds, None where no date is known: it
    counts as one of the `least` interval. Where `most` is below `least`, `least` holds.
    """
    if previous is None:
        interval = least if age is None else OF_AGE * abs(age)
    elif changed is None:
        interval = previous
    else:
        interval = previous * (CHANGED if changed else UNCHANGED)
    return max(least, min(most, interval))
