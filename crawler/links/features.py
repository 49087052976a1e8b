"""What can be said of each link of a page, as numbers: the evidence that the judge weighs.

Pure description: no weight and no threshold here. A scorer that learned its weights reads the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from crawler.links.address import Address, address
from crawler.links.body import body_range
from crawler.links.cues import callout_cue, heading_cue
from crawler.links.dates import shown_date
from crawler.links.lexicon import RELATED
from crawler.links.outline import Anchor, Box, Line, Outline
from crawler.links.segment import Section, sections
from crawler.links.surroundings import Surroundings
from crawler.links.words import stems, telling

_SENTENCE = 30
_LEAD = 12
_SHORT = 200
_FAR = 200
_TEASER = 8


@dataclass(slots=True, eq=False)
class Candidate:
    """A link and the evidence about it. `heading` is the nearest telling heading, else the nearest."""

    anchor: Anchor
    uri: str
    address: Address
    heading: str = ""
    inline: bool = False
    offsite: bool = False
    shown: str = ""
    """The date beside the link, as the page writes it."""
    evidence: dict[str, float] = field(default_factory=dict)


Resolve = Callable[[str], str | None]


class Describer:
    """Describes the links of one page; `title` is what the page calls its story."""

    def __init__(self, page: Outline, uri: str, title: str) -> None:
        self._page = page
        self._own = address(uri)
        self._first, self._last = body_range(page.lines)
        self._sections = sections(page, self._first)
        self._title = telling(stems(title), (a.text for a in page.anchors))
        self._around = Surroundings(self._first, self._last)

    def describe(self, resolve: Resolve) -> list[Candidate]:
        """One candidate for each anchor that `resolve` makes an address of, in document order."""
        found = []
        blocks: defaultdict[tuple[object, ...], list[Candidate]] = defaultdict(list)
        for anchor in self._page.anchors:
            uri = resolve(anchor.href)
            if uri is None:
                continue
            candidate = Candidate(anchor, uri, address(uri))
            found.append(candidate)
            if self._around.in_navigation(anchor.box):
                candidate.evidence["navigation"] = 1.0
            else:
                blocks[self._describe(candidate)].append(candidate)
        for members in blocks.values():
            _describe_block(members)
        return found

    def _describe(self, candidate: Candidate) -> tuple[object, ...]:
        """Fill the candidate's evidence; the key of the block that it belongs to."""
        anchor, evidence = candidate.anchor, candidate.evidence
        box = card(anchor)
        chain = self._sections[anchor.line]
        section = next((s for s in reversed(chain) if s.cue), None)
        candidate.heading = section.heading if section else chain[-1].heading if chain else ""
        candidate.offsite = candidate.address.site != self._own.site
        self._describe_text(candidate)
        self._describe_address(candidate)
        self._describe_place(candidate, box, section)
        candidate.shown = self._date(anchor, box)
        if candidate.shown:
            evidence["dated"] = 1.0
        outer = box.parent if box is not None else anchor.box
        return outer, section, box.tag if box else "", box.label if box else "", bool(candidate.shown)

    def _describe_text(self, candidate: Candidate) -> None:
        anchor, evidence = candidate.anchor, candidate.evidence
        words = anchor.text.count(" ") + 1
        if not anchor.text.isascii():
            words = max(words, len(anchor.text) // 5)
        if words > 2:
            evidence["wide"] = min(words, 8) / 8
        else:
            evidence["terse"] = 1.0
        evidence["shares title words"] = min(len(self._title & stems(anchor.text)), 3) / 3
        if _is_called_out(anchor):
            evidence["callout"] = 1.0
        else:
            candidate.inline = _is_running(anchor, self._page.lines[anchor.line])

    def _describe_address(self, candidate: Candidate) -> None:
        own, its, evidence = self._own, candidate.address, candidate.evidence
        if its.index:
            evidence["index address"] = 1.0
        if its.article:
            evidence["article address"] = 1.0
        else:
            evidence["no article address"] = 1.0
        if candidate.offsite:
            return
        if its.article and its.shape == own.shape:
            evidence["address like the page's"] = 1.0 if its.depth == own.depth else 0.5
        if its.first and its.first == own.first:
            evidence["same directory"] = 1.0

    def _describe_place(self, candidate: Candidate, box: Box | None, section: Section | None) -> None:
        evidence, number = candidate.evidence, candidate.anchor.line
        if section is not None:
            evidence[f"heading {section.cue}"] = 1.0
        label = self._around.label(box or candidate.anchor.box)
        if label:
            evidence[f"class {label}"] = 1.0
        if number < self._first:
            evidence["before the text"] = 1.0
        elif number <= self._last:
            evidence["inside the text"] = 1.0
        elif number - self._last > _FAR:
            evidence["far after the text"] = 1.0

    def _date(self, anchor: Anchor, box: Box | None) -> str:
        """The date that stands beside the link, in its card or on the line after it; empty for none."""
        lines = self._page.lines
        if box is not None:
            near = lines[box.start : box.end]
        else:
            near = [n for n in lines[anchor.line : anchor.line + 2] if n.box is anchor.box]
            near = [n for n in near if n is lines[anchor.line] or not n.anchors]
        dates = (shown_date(n.text) for n in near if len(n.text) <= _SHORT)
        return next(filter(None, dates), "")


def card(anchor: Anchor) -> Box | None:
    """The largest box, of a teaser's few lines, whose links all name the anchor's address."""
    found: Box | None = None
    box: Box | None = anchor.box
    while box is not None and box.only == anchor.href and box.end - box.start <= _TEASER:
        found, box = box, box.parent
    return found


def _is_called_out(anchor: Anchor) -> bool:
    """Whether 'Read more:' or its like leads in the link, or begins its text."""
    before = anchor.before[-60:]
    return bool(callout_cue(anchor.text) or callout_cue(before)) or heading_cue(before) == RELATED


def _is_running(anchor: Anchor, line: Line) -> bool:
    """Whether the link stands inside a running sentence."""
    if line.plain < _SENTENCE:
        return False
    after = anchor.after.lstrip()[:1]
    return len(anchor.before) > _LEAD or after.islower() or after in (",", ";")


def _describe_block(members: list[Candidate]) -> None:
    """What holds for the whole block: its size, how much of it shares the title's words, its dates."""
    distinct = {m.uri: m for m in members}
    size = len(distinct)
    own = sum(m.evidence["shares title words"] > 0 for m in distinct.values())
    articles = sum("article address" in m.evidence for m in distinct.values())
    for member in members:
        evidence = member.evidence
        evidence["block shares title words"] = own / size if size > 1 else 0.0
        evidence["block of articles"] = articles / size if size > 1 else 0.0
        evidence["long block"] = 1.0 if size > 12 else 0.0
        if size > 1 and "dated" in evidence:
            evidence["dated block"] = 1.0
