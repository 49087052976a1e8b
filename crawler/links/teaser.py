"""A teaser: the card around a link, and what card and link say: title, date, name or sentence."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.links.candidate import Candidate
from crawler.links.dates import shown_date
from crawler.links.outline import Anchor, Box, Line

_LINES = 8
_BUTTON = 3
"""Words of a link that may be a button's: 'Read more', 'Link zum Artikel', none over an image."""
_LONGEST_TITLE = 120
_SHORT = 200
_FIRST_IDEOGRAPH = "\u2e80"
_FEW = 3
"""Links on one line; more of them, of a word or two each, are names whatever their addresses."""
_NAME = 2
"""Words of a link that make a name, where its address is no article's."""
_SENTENCE = 30
_LEAD = 12


def card(anchor: Anchor) -> Box | None:
    """The largest box, of a teaser's few lines, whose links all name the anchor's address."""
    found: Box | None = None
    box: Box | None = anchor.box
    while box is not None and box.only == anchor.href and box.end - box.start <= _LINES:
        found, box = box, box.parent
    return found


class Titles:
    """The titles of a page's teasers; a card is read once, however many links it has."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._written: dict[Box, str] = {}

    def title(self, candidate: Candidate, box: Box | None) -> str:
        """The link's text; where no link of its card says more than a button, its longest line."""
        own = candidate.anchor.text
        if box is None or not candidate.address.article or words(own) > _BUTTON:
            return own
        if box not in self._written:
            self._written[box] = _written(self._lines[box.start : box.end])
        return max(own, self._written[box], key=len)


def _written(card_lines: Sequence[Line]) -> str:
    """The longest line without a link; empty where a link says more than a button."""
    if any(words(anchor.text) > _BUTTON for line in card_lines for anchor in line.anchors):
        return ""
    texts = [line.text for line in card_lines if not line.anchors and len(line.text) <= _LONGEST_TITLE]
    return max(texts, key=len, default="")


def date(anchor: Anchor, box: Box | None, lines: Sequence[Line]) -> str:
    """The date that stands beside the link, in its card or on the line after it; empty for none."""
    if box is not None:
        near = lines[box.start : box.end]
    else:
        near = [n for n in lines[anchor.line : anchor.line + 2] if n.box is anchor.box]
        near = [n for n in near if n is lines[anchor.line] or not n.anchors]
    for line in near:
        if len(line.text) <= _SHORT and (shown := shown_date(line.text)):
            return shown
    return ""


def words(text: str) -> int:
    """Words of a link's text; where there are no spaces two ideographs or five other signs are one."""
    if not text:
        return 0
    count = text.count(" ") + 1
    if text.isascii():
        return count
    return max(count, len(text) // (2 if max(text) > _FIRST_IDEOGRAPH else 5))


def is_name(candidate: Candidate, line: Line) -> bool:
    """Whether a link only names a topic, a section or another site; its words are counted already."""
    if candidate.address.article:
        return len(line.anchors) > _FEW and candidate.evidence["words"] <= _NAME and not line.plain
    return candidate.offsite or candidate.evidence["words"] <= _NAME


def is_running(anchor: Anchor, line: Line) -> bool:
    """Whether the link stands inside a running sentence."""
    if line.plain < _SENTENCE:
        return False
    after = anchor.after.lstrip()[:1]
    return len(anchor.before) > _LEAD or after.islower() or after in (",", ";")
