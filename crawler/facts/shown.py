"""What a page shows beside its headline: byline, dates, section, first picture.

Old pages have nothing else. Only the lines around the headline are made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from lxml import etree

from crawler.facts.jsonld import plain
from crawler.facts.names import BY
from crawler.facts.xpath import finder

_TEXTS = finder(
    "//body//text()[normalize-space()][not(parent::script or parent::style or parent::noscript"
    " or parent::option or parent::textarea)]"
)
_INLINE = frozenset(
    {
        *("a", "abbr", "b", "bdi", "cite", "em", "font", "i", "small", "span", "strong", "sub", "sup"),
        *("time", "u", "label", "data", "img", "svg", "path"),
    }
)
_BEFORE, _AFTER = 8, 45
"""Lines above and below the headline that are looked at."""
_NODES_BEFORE, _NODES_AFTER = 40, 150
_LONGEST = 220
_BYLINE = re.compile(
    r"(?:^|[-_ ])(?:by-?line|author|autor|auteur|writer|reporter|kuenstler)s?(?:[-_ ]|name|$)", re.I
)
_UPDATED = re.compile(
    r"updat|modif|aktualis|actualis|actualiz|mis à jour|maj\b|stand:|aggiorna|bijgewerkt|gewijzigd|"
    r"güncel|uppdater|opdater|oppdater|zmieni|aktualiz|обновл|更新|修正|수정|diperbarui|تحديث|"
    r"last revised|laatste wijziging|päivitetty|ενημ",
    re.I,
)
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
_STAMP = re.compile(r"publi|updat|date|time", re.I)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; `marks` are tags, classes and ids of its boxes.

    `parts` are its texts one by one, `times` are dates that its boxes give to machines, each with the
    box's own text.
    """

    text: str
    marks: str = ""
    parts: tuple[str, ...] = ()
    times: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """The lines below and above a headline, each nearest first."""

    below: tuple[Line, ...] = ()
    above: tuple[Line, ...] = ()

    def nearest(self) -> Iterator[Line]:
        """All lines by their distance from the headline, of two the one below first."""
        for pair in zip_longest(self.below, self.above):
            yield from (line for line in pair if line is not None)


def read_shown(root: etree._Element, title: str) -> Shown:
    """The lines around the headline that `title` gives; none where the page does not show it."""
    texts = _TEXTS(root)
    first, last = _headline(texts, title)
    if first < 0:
        return Shown()
    below = tuple(_lines(texts[last + 1 : last + 1 + _NODES_AFTER]))[:_AFTER]
    above = tuple(_lines(texts[max(0, first - _NODES_BEFORE) : first]))[-_BEFORE:]
    return Shown(below, above[::-1])


def bylines(shown: Shown) -> Iterator[str]:
    """Texts that say who wrote it: 'By ...' near the headline, or a class that says so."""
    for line in shown.nearest():
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
    changed = bool(_UPDATED.search(line.marks))
    for time, text in line.times:
        before = line.text.partition(text)[0][-40:] if text else ""
        yield time, "time[datetime]", changed or bool(_UPDATED.search(f"{before} {text}"))
    if len(line.text) <= _LONGEST and any(c.isdigit() for c in line.text):
        for part in _CHANGE.split(line.text):
            yield part, "dateline", bool(_UPDATED.search(part))


def signed(shown: Shown) -> Iterator[str]:
    """What stands before the date in a line below the headline: 'Ann Ray | 5 April 2025'."""
    for line in shown.below[:_SIGNED]:
        match = _DIGITS.search(line.text)
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
            if parts and not any(c.isdigit() for c in parts[-1]):
                yield parts[-1].strip(" :/")


def _headline(texts: Sequence[str], title: str) -> tuple[int, int]:
    """The first and the last text of the headline, which may be cut up by elements; -1 where none is."""
    wanted = plain(title)
    best = (-1, -1)
    for number, text in enumerate(texts if wanted else ()):
        found = plain(text)
        if not found or not wanted.startswith(found):
            continue
        end = number
        while (
            len(found) < len(wanted)
            and end + 1 < len(texts)
            and wanted.startswith(found + plain(texts[end + 1]))
        ):
            end += 1
            found += plain(texts[end])
        if found == wanted:
            if _in_heading(texts[number]):
                return number, end
            best = (number, end) if best[0] < 0 else best
    return best


def _in_heading(text: Any) -> bool:
    element = text.getparent()
    return any(one.tag == "h1" for one in (element, *element.iterancestors()))


def _lines(texts: Sequence[Any]) -> Iterator[Line]:
    """Neighbouring texts of one block are one line; a ``<br>`` ends it."""
    run: list[Any] = []
    block = None
    for text in texts:
        own = _block(text)
        if run and (own is not block or _after_break(text)) and not _begun(run):
            yield _line(run)
            run = []
        block = own
        run.append(text)
    if run:
        yield _line(run)


def _begun(run: Sequence[Any]) -> bool:
    """Whether a run is the mere day of a date that goes on in the next line."""
    return len(run) == 1 and len(run[0].strip()) < 3 and run[0].strip().isdigit()


def _after_break(text: Any) -> bool:
    """Whether a ``<br>`` stands right before a text."""
    element = text.getparent()
    if text.is_tail:
        return bool(element.tag == "br")
    while element.tag in _INLINE:
        before = element.getprevious()
        if before is not None:
            return before.tag == "br" and not (before.tail or "").strip()
        element = element.getparent()
        if element is None or (element.text or "").strip():
            break
    return False


def _line(run: Sequence[Any]) -> Line:
    boxes: dict[etree._Element, None] = {}
    for text in run:
        element = _holder(text)
        for _ in range(3):
            boxes.setdefault(element)
            parent = element.getparent()
            if parent is None or element.tag not in _INLINE:
                break
            element = parent
    times = tuple((time, " ".join((box.text or "").split())) for box in boxes if (time := _time(box)))
    parts = tuple(" ".join(text.split()) for text in run)
    return Line(" ".join(parts), " ".join(map(_marks, boxes)), parts, times)


def _time(box: etree._Element) -> str:
    if box.tag == "time":
        return box.get("datetime") or ""
    if box.tag in ("abbr", "span") and _STAMP.search(box.get("class") or ""):
        return box.get("title") or ""
    return ""


def _holder(text: Any) -> Any:
    element = text.getparent()
    return element.getparent() if text.is_tail else element


def _block(text: Any) -> Any:
    element = _holder(text)
    while element.tag in _INLINE and element.getparent() is not None:
        element = element.getparent()
    return element


def _marks(element: etree._Element) -> str:
    names = (element.get(name) or "" for name in ("class", "id", "rel", "itemprop"))
    return f"{element.tag} {' '.join(names)}"
