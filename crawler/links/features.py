"""What can be said of each link of a page, as named numbers: the evidence that the scorer weighs.

Pure description: no weight here. A link's evidence has three parts: its own text and address; its place
on the page, with the headings, callouts and class names around it; and its block (`blocks`).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from crawler.links.address import Address, address
from crawler.links.blocks import Block, BlockKey, describe_blocks
from crawler.links.body import body_range
from crawler.links.candidate import Candidate, Resolve
from crawler.links.cues import callout_before, callout_cue
from crawler.links.dates import shown_date
from crawler.links.heading_words import leaning
from crawler.links.outline import Anchor, Box, Line, Outline
from crawler.links.segment import Section, sections
from crawler.links.subject import Subject
from crawler.links.surroundings import Surroundings

OWN_MEDIA = "heading media"
"""Over the story's own film, which is the page once more."""
_SENTENCE = 30
_LEAD = 12
_SHORT = 200
_TEASER = 8
_WIDE = 12
_FIRST_IDEOGRAPH = "\u2e80"
_BUTTON = 3
"""Words of a link that may be a button's: 'Read more', 'Link zum Artikel', none over an image."""
_LONGEST_TITLE = 120
_FEW = 3
"""Links on one line; more of them, of a word or two each, are names whatever their addresses."""
_NAME = 2
"""Words of a link that make a name, where its address is no article's."""
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
        box = card(anchor)
        chain = self._sections[anchor.line]
        title = self._told(candidate, box)
        if title is not anchor.text and box is not None:  # the title is no heading over its link
            chain = tuple(s for s in chain if s.cue or s.start < box.start)
        section, nearest = _telling(chain), chain[-1] if chain else None
        self._describe_address(candidate)
        candidate.evidence["words"] = float(min(_words(title), _WIDE))
        if not _is_name(candidate, self._page.lines[anchor.line]):
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
        candidate.shown = self._date(candidate.anchor, box)
        if candidate.shown:
            candidate.evidence["dated"] = 1.0
        candidate.weighed = not candidate.inline and OWN_MEDIA not in candidate.evidence

    def _told(self, candidate: Candidate, box: Box | None) -> str:
        """The link's text; where no link of its card says more than a button, its longest line."""
        own = candidate.anchor.text
        if box is None or not candidate.address.article or _words(own) > _BUTTON:
            return own
        lines = self._page.lines[box.start : box.end]
        if any(_words(anchor.text) > _BUTTON for line in lines for anchor in line.anchors):
            return own
        texts = [line.text for line in lines if not line.anchors and len(line.text) <= _LONGEST_TITLE]
        return max([own, *texts], key=len)

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
            candidate.inline = _is_running(anchor, self._page.lines[anchor.line])
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

    def _date(self, anchor: Anchor, box: Box | None) -> str:
        """The date that stands beside the link, in its card or on the line after it; empty for none."""
        lines = self._page.lines
        if box is not None:
            near = lines[box.start : box.end]
        else:
            near = [n for n in lines[anchor.line : anchor.line + 2] if n.box is anchor.box]
            near = [n for n in near if n is lines[anchor.line] or not n.anchors]
        for line in near:
            if len(line.text) <= _SHORT and (date := shown_date(line.text)):
                return date
        return ""


def _is_name(candidate: Candidate, line: Line) -> bool:
    """Whether a link only names a topic, a section or another site."""
    if candidate.address.article:
        return len(line.anchors) > _FEW and candidate.evidence["words"] <= _NAME and not line.plain
    return candidate.offsite or candidate.evidence["words"] <= _NAME


def _telling(chain: Sequence[Section]) -> Section | None:
    """The innermost section that the lexicon knows."""
    for section in reversed(chain):
        if section.cue:
            return section
    return None


def card(anchor: Anchor) -> Box | None:
    """The largest box, of a teaser's few lines, whose links all name the anchor's address."""
    found: Box | None = None
    box: Box | None = anchor.box
    while box is not None and box.only == anchor.href and box.end - box.start <= _TEASER:
        found, box = box, box.parent
    return found


def _story_box(lines: list[Line], first: int, last: int) -> Box:
    """The smallest box around the story's text."""
    if not lines:
        return Box(None, "", "", 0)
    box = lines[first].box
    while box.parent is not None and not (box.start <= first and box.end > last):
        box = box.parent
    return box


def _words(text: str) -> int:
    """Words of a link's text; where there are no spaces two ideographs or five other signs are one."""
    if not text:
        return 0
    words = text.count(" ") + 1
    if text.isascii():
        return words
    return max(words, len(text) // (2 if max(text) > _FIRST_IDEOGRAPH else 5))


def _shared(own: Address, its: Address) -> int:
    """How many leading folders two addresses have in common."""
    count = 0
    for mine, other in zip(own.folders, its.folders, strict=False):
        if mine != other:
            break
        count += 1
    return count


def _is_running(anchor: Anchor, line: Line) -> bool:
    """Whether the link stands inside a running sentence."""
    if line.plain < _SENTENCE:
        return False
    after = anchor.after.lstrip()[:1]
    return len(anchor.before) > _LEAD or after.islower() or after in (",", ";")
