"""What can be said of each link of a page, as numbers: the evidence that the judge weighs.

Pure description: no weight and no threshold here. A scorer that learned its weights reads the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from crawler.links.address import Address, address
from crawler.links.body import body_range
from crawler.links.cues import callout_cue, heading_cue
from crawler.links.dates import has_date
from crawler.links.lexicon import RELATED
from crawler.links.outline import Anchor, Box, Line, Outline, card
from crawler.links.segment import Section, sections
from crawler.links.surroundings import Surroundings
from crawler.links.words import stems, telling

_SENTENCE = 30
_TEASER = 4000


@dataclass(slots=True, eq=False)
class Candidate:
    """A link and the evidence about it. `heading` is the nearest telling heading, else the nearest."""

    anchor: Anchor
    uri: str
    address: Address
    heading: str = ""
    inline: bool = False
    offsite: bool = False
    evidence: dict[str, float] = field(default_factory=dict)


Resolve = Callable[[str], str | None]


class Describer:
    """Describes the links of one page; `title` is what the page calls its story."""

    def __init__(self, page: Outline, uri: str, title: str) -> None:
        self._page = page
        self._own = address(uri)
        self._sections = sections(page)
        self._first, self._last = body_range(page.lines)
        self._title = telling(stems(title), (a.text for a in page.anchors))
        self._around = Surroundings()

    def describe(self, resolve: Resolve) -> list[Candidate]:
        """One candidate for each anchor that `resolve` makes an address of, in document order."""
        found = []
        blocks: defaultdict[tuple[object, ...], list[Candidate]] = defaultdict(list)
        for anchor in self._page.anchors:
            uri = resolve(anchor.href)
            if uri is not None:
                candidate = Candidate(anchor, uri, address(uri))
                found.append(candidate)
                blocks[self._describe(candidate)].append(candidate)
        for members in blocks.values():
            _describe_block(members)
        return found

    def _describe(self, candidate: Candidate) -> tuple[object, ...]:
        """Fill the candidate's evidence; the key of the block that it belongs to."""
        anchor, evidence = candidate.anchor, candidate.evidence
        line = self._page.lines[anchor.line]
        box = card(anchor)
        chain = self._sections[anchor.line]
        section = next((s for s in reversed(chain) if s.cue), None)
        candidate.heading = section.heading if section else chain[-1].heading if chain else ""
        candidate.offsite = candidate.address.site != self._own.site
        evidence.update(self._of_text(candidate, line))
        evidence.update(self._of_address(candidate))
        evidence.update(self._of_place(candidate, line, box, section))
        dated = self._dated(anchor, box)
        if dated:
            evidence["dated"] = 1.0
        outer = box.parent if box is not None else anchor.box
        return outer, section, box.tag if box else "", box.label if box else "", dated

    def _of_text(self, candidate: Candidate, line: Line) -> Iterator[tuple[str, float]]:
        anchor = candidate.anchor
        words = (
            len(anchor.text.split())
            if anchor.text.isascii()
            else max(len(anchor.text.split()), len(anchor.text) // 5)
        )
        yield "wide", min(words, 8) / 8 if words > 2 else 0.0
        yield "terse", 1.0 if words <= 2 else 0.0
        shared = self._title & stems(anchor.text)
        yield "shares title words", min(len(shared), 3) / 3
        if _is_called_out(anchor):
            yield "callout", 1.0
        elif _is_running(anchor, line):
            candidate.inline = True

    def _of_address(self, candidate: Candidate) -> Iterator[tuple[str, float]]:
        own, its = self._own, candidate.address
        if its.index:
            yield "index address", 1.0
        if its.article:
            yield "article address", 1.0
        if its.shape == own.shape and its.article and not candidate.offsite:
            yield "address like the page's", 1.0 if its.depth == own.depth else 0.5
        if its.first and its.first == own.first and not candidate.offsite:
            yield "same directory", 1.0

    def _of_place(
        self, candidate: Candidate, line: Line, box: Box | None, section: Section | None
    ) -> Iterator[tuple[str, float]]:
        if section is not None:
            yield f"heading {section.cue}", 1.0
        label = self._around.label(box or candidate.anchor.box)
        if label:
            yield f"class {label}", 1.0
        if self._around.in_navigation(candidate.anchor.box):
            yield "navigation", 1.0
        number = candidate.anchor.line
        if number < self._first:
            yield "before the text", 1.0
        elif number <= self._last:
            yield "inside the text", 1.0
        elif number - self._last > 200:
            yield "far after the text", 1.0

    def _dated(self, anchor: Anchor, box: Box | None) -> bool:
        lines = self._page.lines
        if box is not None and box.end - box.start <= 8:
            near: Sequence[Line] = lines[box.start : box.end]
        else:
            near = [lines[anchor.line]]
            follower = lines[anchor.line + 1 : anchor.line + 2]
            near = near + [n for n in follower if n.box is anchor.box and not n.anchors]
        return any(has_date(n.text[:_TEASER]) for n in near if n.plain or n.box is anchor.box)


def _is_called_out(anchor: Anchor) -> bool:
    """Whether 'Read more:' or its like leads in the link, or begins its text."""
    before = anchor.before[-60:]
    return bool(callout_cue(anchor.text) or callout_cue(before)) or heading_cue(before) == RELATED


def _is_running(anchor: Anchor, line: Line) -> bool:
    """Whether the link stands inside a running sentence."""
    if line.plain < _SENTENCE:
        return False
    after = line.text[len(anchor.before) + len(anchor.text) :].lstrip()
    return len(anchor.before) > 12 or after[:1].islower() or (after[:1] in ",;" and after[:1] != "")


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
