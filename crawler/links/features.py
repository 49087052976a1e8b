"""What can be said of each link of a page, as named numbers: the evidence that the scorer weighs.

Pure description: no weight here. A link's evidence has three parts: its own text and address; its place
on the page, with the headings, callouts and class names around it; and its block (`blocks`).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from crawler.links import teaser
from crawler.links.address import Address, address
from crawler.links.blocks import Block, BlockKey, describe_blocks
from crawler.links.body import body_range
from crawler.links.candidate import Candidate, Resolve
from crawler.links.cues import callout_before, callout_cue
from crawler.links.heading_words import leaning
from crawler.links.outline import Box, Line, Outline
from crawler.links.segment import Section, sections
from crawler.links.subject import Subject
from crawler.links.surroundings import Surroundings

OWN_MEDIA = "heading media"
"""Over the story's own film, which is the page once more."""
_WIDE = 12
_TITLE = 14
"""Characters that a link in navigation needs to be a story's title."""
_RANK = re.compile(r"(?:^|\s)#?\d{1,2}[.)]?$")


class Describer:
    """Describes the links of one page; `title` is what the page calls its story."""

    def __init__(self, page: Outline, uri: str, title: str) -> None:
        self._page = page
        self._own = address(uri)
        self._first, self._last = body_range(page.lines)
        self._sections = sections(page, self._first)
        self._title = title
        self._titles = teaser.Titles(page.lines)
        self._around = Surroundings(self._first, self._last)
        self._story = _story_box(page.lines, self._first, self._last)

    def describe(self, resolve: Resolve) -> list[Candidate]:
        """One candidate for each anchor that `resolve` makes an address of, in document order."""
        found = self._candidates(resolve)
        self._subject = self._read_subject(found)
        blocks: dict[BlockKey, Block] = {}
        for candidate in found:
            if self._may_be_story(candidate):
                self._put(candidate, blocks)
        describe_blocks(blocks.values(), self._last)
        times = Counter([candidate.uri for candidate in found])
        for candidate in found:
            if candidate.weighed:
                candidate.evidence["times on the page"] = float(min(times[candidate.uri], 4))
        return found

    def _candidates(self, resolve: Resolve) -> list[Candidate]:
        found = []
        for anchor in self._page.anchors:
            uri = resolve(anchor.href)
            if uri is not None:
                its = address(uri)
                found.append(Candidate(anchor, uri, its, offsite=its.site != self._own.site))
        return found

    def _read_subject(self, found: list[Candidate]) -> Subject:
        text = self._page.lines[self._first : self._last + 1]
        menus = [one.anchor.text for one in found if not one.address.article]
        return Subject(self._title, self._own.site, text, menus)

    def _may_be_story(self, candidate: Candidate) -> bool:
        """All but navigation that is no article: many links are such, and cost nothing more."""
        if not self._around.in_navigation(candidate.anchor.box):
            return True
        candidate.evidence["navigation"] = 1.0
        return candidate.address.article and len(candidate.anchor.text) > _TITLE

    def _put(self, candidate: Candidate, blocks: dict[BlockKey, Block]) -> None:
        """Fill the candidate's own evidence and put it into its block."""
        anchor = candidate.anchor
        lines = self._page.lines
        box = teaser.card(anchor)
        chain = self._sections[anchor.line]
        title = self._titles.title(candidate, box)
        if title is not anchor.text and box is not None:  # the title is no heading over its link
            chain = tuple(s for s in chain if s.cue or s.start < box.start)
        section, nearest = _telling(chain), chain[-1] if chain else None
        self._describe_address(candidate)
        candidate.evidence["words"] = float(min(teaser.words(title), _WIDE))
        if not teaser.is_name(candidate, lines[anchor.line]):
            self._describe(candidate, title, box, section, nearest)
        outer = box.parent if box is not None and box.parent is not None else anchor.box
        tag, label = (box.tag, box.label) if box is not None else ("", "")
        key = BlockKey(outer, section, nearest, tag, label, bool(candidate.shown))
        block = blocks.get(key)
        if block is None:
            block = blocks[key] = Block(len(blocks))
        block.members.append(candidate)
        candidate.block = block.number

    def _describe(
        self,
        candidate: Candidate,
        title: str,
        box: Box | None,
        section: Section | None,
        nearest: Section | None,
    ) -> None:
        """All that is asked of a link which may be a story; of a name nothing more is."""
        self._describe_text(candidate, title)
        self._describe_heading(candidate, section, nearest)
        self._describe_place(candidate, box)
        candidate.shown = teaser.date(candidate.anchor, box, self._page.lines)
        if candidate.shown:
            candidate.evidence["dated"] = 1.0
        candidate.weighed = not candidate.inline and OWN_MEDIA not in candidate.evidence

    def _describe_text(self, candidate: Candidate, title: str) -> None:
        anchor, evidence = candidate.anchor, candidate.evidence
        likeness = self._subject.likeness(title)
        if likeness is not None:
            evidence["title words"] = float(min(likeness.title, 3))
            evidence["subject words"] = float(min(likeness.words, 5))
            evidence["subject weight"] = likeness.weight
        if callout_cue(anchor.text) or (anchor.before and callout_before(anchor.before)):
            evidence["callout"] = 1.0
        else:
            candidate.inline = teaser.is_running(anchor, self._page.lines[anchor.line])
        if anchor.before and _RANK.search(anchor.before[-5:]):
            evidence["numbered"] = 1.0

    def _describe_address(self, candidate: Candidate) -> None:
        own, its, evidence = self._own, candidate.address, candidate.evidence
        if its.index:
            evidence["index address"] = 1.0
        if its.article:
            evidence["article address"] = 1.0
        if candidate.offsite:
            evidence["other site"] = 1.0
            return
        if its.article and its.shape == own.shape:
            evidence["like the page's address"] = 1.0 if its.depth == own.depth else 0.5
        if its.first and its.first == own.first:
            evidence["same section"] = 1.0
        evidence["folders shared"] = float(min(_shared(own, its), 3))

    def _describe_heading(
        self, candidate: Candidate, section: Section | None, nearest: Section | None
    ) -> None:
        evidence = candidate.evidence
        heads = section or nearest
        if heads is None:
            evidence["no heading"] = 1.0
            return
        candidate.heading = heads.heading
        evidence["heading words"] = leaning(heads.heading)
        if section is not None:
            evidence[f"heading {section.cue}"] = 1.0
        if nearest is not section:
            evidence["another heading"] = 1.0

    def _describe_place(self, candidate: Candidate, box: Box | None) -> None:
        evidence, number = candidate.evidence, candidate.anchor.line
        label = self._around.label(box or candidate.anchor.box)
        if label:
            evidence[f"class {label}"] = 1.0
        if self._story.start <= number < self._story.end:
            evidence["in the story's box"] = 1.0
        if number < self._first:
            evidence["before the text"] = 1.0
        elif number <= self._last:
            evidence["inside the text"] = 1.0
        else:
            evidence["lines after the text"] = math.log1p(number - self._last)


def _telling(chain: Sequence[Section]) -> Section | None:
    """The innermost section that the lexicon knows."""
    for section in reversed(chain):
        if section.cue:
            return section
    return None


def _story_box(lines: list[Line], first: int, last: int) -> Box:
    """The smallest box around the story's text."""
    if not lines:
        return Box(None, "", "", 0)
    box = lines[first].box
    while box.parent is not None and not (box.start <= first and box.end > last):
        box = box.parent
    return box


def _shared(own: Address, its: Address) -> int:
    """How many leading folders two addresses have in common."""
    count = 0
    for mine, other in zip(own.folders, its.folders, strict=False):
        if mine != other:
            break
        count += 1
    return count
