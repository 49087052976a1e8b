"""Where the running text of the story stands among the lines of a page."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.links.outline import Line

_SENTENCE = 50
_COST = 40


def body_range(lines: Sequence[Line]) -> tuple[int, int]:
    """First and last line of the densest stretch of running text; (0, 0) where there is none.

    The stretch with the largest sum, where a line of text outside links counts its length and any other
    line costs 40 characters (Kadane's scan), so that a box or two inside the story do not end it.
    """
    best, first, last = 0, 0, 0
    total, start = 0, 0
    for number, line in enumerate(lines):
        value = line.plain if is_prose(line) else -_COST
        if total <= 0:
            total, start = 0, number
        total += value
        if total > best:
            best, first, last = total, start, number
    return first, last


def is_prose(line: Line) -> bool:
    """Whether a line is a sentence at least, most of it outside links."""
    return line.plain >= _SENTENCE and line.plain * 2 > len(line.text)
