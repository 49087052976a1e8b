"""Headings and what they head: a page split at heading-like text, not at the DOM's parents.

A section runs from its heading to the end of the smallest box that holds the heading and a link after
it, to the next heading of its rank, or to a paragraph of running text in that box, whichever is first.
What stands last in a box of links, a menu's last entry or the label of an advertisement, heads nothing.
Old pages keep SEE ALSO, TOP STORIES and MOST POPULAR in one cell: there the next heading ends it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from crawler.links.cues import LONGEST, heading_cue, is_advertisement
from crawler.links.lexicon import RELATED
from crawler.links.outline import SEVERAL, Box, Line, Outline

_HEADING_LABEL = re.compile(r"head|title|hdr|caption|kicker|label|[a-z]h\b")
"""In the lower case of a class and id."""
_WORD = re.compile(r"[^\W\d_]")
# 'Read more: The mayor resigns' is a callout, not a heading.
_COLON = re.compile(r"[:：]\s*\w")
PLAIN_RANK = 7
"""The rank of a heading that is no ``h1`` to ``h6``."""
_PARAGRAPH = 100
_REACH = 40
_DEEPEST = 12


@dataclass(slots=True, eq=False)
class Section:
    """A heading with its polarity (``cue``, may be empty), over lines `start` to `end`, end excluded."""

    heading: str
    cue: str
    rank: int
    start: int
    end: int
    box: Box


def sections(page: Outline, first: int) -> list[tuple[Section, ...]]:
    """For each line the sections that are open there, outermost first.

    Where the story's text begins, at line `first`, all that was open above it ends.
    """
    opened: list[Section] = []
    chain: tuple[Section, ...] = ()
    found: list[tuple[Section, ...]] = []
    linked = -1
    for number, line in enumerate(page.lines):
        still = opened
        if opened:
            still = [s for s in opened if s.end > number != first and not _ended_by(s, line)]
        section = _section(line, number, linked)
        if line.anchors:
            linked = number
        if section is not None and not _labels_one_thing(section, line, still):
            still = [
                s for s in still if not (_outranks(section, s) or _is_empty(s, section, page.lines))
            ]
            still = [*still[-_DEEPEST:], section]
        if still != opened:
            opened, chain = still, tuple(still)
        found.append(chain)
    return found


def _labels_one_thing(new: Section, line: Line, opened: list[Section]) -> bool:
    """Whether what reads like a heading is a label: 'News' over one teaser's title in a list that has a
    heading, a line of such a teaser's link, the mark of an advertisement, the tab beside 'Related'.
    """
    if new.cue in ("", RELATED):
        return False
    if line.anchors and len(line.anchors[0].text) > len(line.text):
        return True
    if new.box.only == SEVERAL:
        return is_advertisement(line.text) or _is_next_tab(new, opened)
    return not line.level and any(section.cue for section in opened)


def _is_next_tab(new: Section, opened: list[Section]) -> bool:
    """Whether `new` follows a 'Related' at once, over the same list: the first tab's pane is open."""
    before = opened[-1] if opened else None
    return before is not None and (before.cue, before.start, before.rank, before.box) == (
        RELATED,
        new.start - 1,
        new.rank,
        new.box,
    )


def _outranks(new: Section, old: Section) -> bool:
    """Whether `new` ends `old`: it reaches as far, and is as high or as telling."""
    if new.end < old.end:
        return False
    return (
        new.rank <= old.rank
        if not new.cue
        else new.rank <= old.rank or old.rank == PLAIN_RANK or bool(old.cue)
    )


def _is_empty(old: Section, new: Section, lines: list[Line]) -> bool:
    """Whether nothing stands under `old`, which closes a box: another heading follows it at once."""
    if not (old.cue and new.cue) or old.start != new.start - 1:
        return False
    box = lines[old.start].box
    while box.parent is not None and box.start == old.start:
        box = box.parent
    return box.end == new.start


def _ended_by(section: Section, line: Line) -> bool:
    """Whether `line` is running text of the box that the section is in: the story has gone on."""
    return bool(
        section.cue
        and line.plain >= _PARAGRAPH
        and (line.box is section.box or (line.box.tag == "p" and line.box.parent is section.box))
    )


def _section(line: Line, number: int, linked: int) -> Section | None:
    if not line.text or len(line.text) > LONGEST or not _WORD.search(line.text):
        return None
    if line.anchors and (len(line.anchors) != 1 or line.plain > 2):
        return None
    cue = "" if _COLON.search(line.text) else heading_cue(line.text)
    if not (_heads_links(line, cue) if line.anchors else cue or _looks_like_heading(line)):
        return None
    box = _scope(line.box, number, linked)
    if box is None:
        return None
    return Section(line.text, cue, line.level or PLAIN_RANK, number, max(box.end, box.last + 1), box)


def _heads_links(line: Line, cue: str) -> bool:
    """A linked heading heads a list only if the lexicon knows it; any other is a teaser's title.

    A linked 'Read more' is a teaser's button unless it stands in a heading element.
    """
    return bool(cue) and (cue != RELATED or line.level > 0)


def _looks_like_heading(line: Line) -> bool:
    text = line.text
    if line.level:
        return True
    if text[-1] in ".!,;":
        return False
    return line.strong or (len(text) > 3 and text.isupper()) or text[-1] in ":：" or _labelled(line)


def _labelled(line: Line) -> bool:
    return len(line.text) < 40 and line.box.label != " " and _names_a_heading(line.box.label)


@lru_cache(maxsize=4096)
def _names_a_heading(label: str) -> bool:
    return _HEADING_LABEL.search(label.lower()) is not None


def _scope(box: Box | None, number: int, linked: int) -> Box | None:
    """The smallest box around a heading that has a link after it, within reach; `linked` is the last
    line before it with a link.

    A heading that stands after the last link of a box heads nothing beyond that box.
    """
    for _ in range(_REACH):
        if box is None or box.last > number:
            return box
        if box.start <= linked:
            return None
        box = box.parent
    return None
