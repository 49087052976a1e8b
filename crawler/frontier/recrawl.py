"""When a story is due again, as a pure rule: by its age at first, then by whether it changed.

A young page changes: while a story of a day may be corrected within the hour, one of last year will
hardly be. So the first interval is a tenth of the story's age. Then each visit speaks: one that found the
page unchanged makes the interval half as long again, one that found it changed halves it (the adaptive
rule of StormCrawler and Nutch). All lie between ``STORY_INTERVAL`` and ``STORY_INTERVAL_MOST``.
"""

from __future__ import annotations

OF_AGE = 0.1
UNCHANGED = 1.5
CHANGED = 0.5


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
