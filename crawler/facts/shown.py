"""What a page shows beside its headline: byline, dates, section, first picture.

Old pages have nothing else. Only the lines around the headline are made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from crawler.facts.around import Shown
from crawler.facts.lines import Line
from crawler.facts.names import BY

_LONGEST = 220
_BYLINE = re.compile(
    r"(?:^|[-_ ])(?:by-?line|author|autor|auteur|writer|reporter|kuenstler)s?(?:[-_ ]|name|$)", re.I
)
_UPDATED = re.compile(
    r"updat|modif|aktualis|actualis|actualiz|mis à jour|maj\b|stand:|aggiorna|bijgewerkt|gewijzigd|"
    r"güncel|uppdater|opdater|oppdater|zmieni|aktualiz|обновл|更新|修正|수정|diperbarui|تحديث|"
    r"last revised|laatste wijziging|päivitetty|ενημ"
)
"""In lower case."""
_CHANGE = re.compile(rf"\s(?=[(|•·–—-]?\s?(?:{_UPDATED.pattern}))", re.I)
"""Before 'updated ...' in a line that told of the publication."""
_JOINTS = frozenset(("", "and", "und", "et", "y", "e", "och", "og", "en"))
_CRUMB = re.compile(
    r"crumb|kicker|rubri[ck]|ressort|section-?(?:name|title|label)|article-?section", re.I
)
_EDGE = " >»›/–-"
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_ARROW = re.compile(r"\s*(?:[>»›]|\s[/–])\s*")
_SIGNED = 8
_DIGITS = re.compile(r"\s*[|•·,(–—-]?\s*(?=\w{0,12}[.,]?\s?\d)")


def _nearest(shown: Shown) -> Iterator[Line]:
    """All lines by their distance from the headline, of two the one below first."""
    for pair in zip_longest(shown.below, shown.above):
        yield from (line for line in pair if line is not None)


def bylines(shown: Shown) -> Iterator[str]:
    """Texts that say who wrote it: 'By ...' near the headline, or a class that says so."""
    for line in _nearest(shown):
        if len(line.text) <= _LONGEST and (BY.match(line.text) or _BYLINE.search(line.marks)):
            yield _credited(line)


def _credited(line: Line) -> str:
    """The first text of the line, without a mere 'By', and those that 'and' or a comma joins to it."""
    parts = line.parts
    start = 1 if len(parts) > 1 and BY.fullmatch(parts[0] + " ") else 0
    end = start + 1
    while end < len(parts) and (_is_joint(parts[end]) or _is_joint(parts[end - 1])):
        end += 1
    return " ".join(parts[start:end])


def _is_joint(text: str) -> bool:
    return text.strip(" ,&/").lower() in _JOINTS or text.endswith((",", " and", " et", " und", " y"))


def dated(shown: Shown) -> Iterator[tuple[str, str, bool]]:
    """Texts near the headline that may show a date, their source, and whether they tell of a change."""
    found = [(_cost(*one), one[2]) for one in _all_dated(shown)]
    yield from (told for _, told in sorted(found, key=lambda one: one[0]))


def _cost(distance: int, above: bool, told: tuple[str, str, bool]) -> int:
    """The distance from the headline; more above it, where mastheads show today, and of changes."""
    return distance + (2 if above and distance else 0) + told[2]


def _all_dated(shown: Shown) -> Iterator[tuple[int, bool, tuple[str, str, bool]]]:
    for above, lines in ((False, shown.below), (True, shown.above)):
        for distance, line in enumerate(lines):
            yield from ((distance, above, told) for told in _told(line))


def _told(line: Line) -> Iterator[tuple[str, str, bool]]:
    for time, text in line.times:
        before = line.text.partition(text)[0][-40:] if text else ""
        yield time, "time[datetime]", _is_change(line.marks) or _is_change(f"{before} {text}")
    if len(line.text) <= _LONGEST and any(c.isdigit() for c in line.text):
        for part in _CHANGE.split(line.text):
            yield part, "dateline", _is_change(part)


def _is_change(text: str) -> bool:
    """Whether `text` says that something was changed."""
    return _UPDATED.search(text.lower()) is not None


def signed(shown: Shown) -> Iterator[str]:
    """What stands before the date in a line below the headline: 'Ann Ray | 5 April 2025'."""
    for line in shown.below[:_SIGNED]:
        match = _DIGITS.search(line.text[:_LONGEST])
        if match and 1 < match.start() < 60 and _YEAR.search(line.text, match.end(), match.end() + 30):
            name = line.text[: match.start()].strip()
            if " " in name or not name.isascii():
                yield name


def crumbs(shown: Shown) -> Iterator[str]:
    """What stands above the headline and says by its class or its arrows that it is the section."""
    for line in shown.above:
        if len(line.text) <= _LONGEST and (
            _CRUMB.search(line.marks) or _ARROW.search(line.text.strip(_EDGE))
        ):
            parts = [part for part in _ARROW.split(line.text) if part.strip(" »›>/–-:")]
            told = len(parts) > 1 or _CRUMB.search(line.marks)
            if told and parts and not any(c.isdigit() for c in parts[-1]):
                yield parts[-1].strip(" :/")
