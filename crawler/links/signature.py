"""The signature of a block: what stays the same of it from page to page of a site.

It is made of the heading and of the boxes around a link's card. What is of one page or one card is left
out: class words and ids with a digit, the card itself (its classes often name its story's topics), and
headings too long to head the blocks of many pages.
"""

from __future__ import annotations

import re

from crawler.links.cues import heading_cue
from crawler.links.outline import Anchor, Box

_BOXES = 3
_CARD = 4
_ITEMS = frozenset({"li", "article", "tr", "dd"})
_WORDS = 4
_SHORT = 32
_DIGIT = re.compile(r"\d")


def block_signature(anchor: Anchor, heading: str) -> str:
    """The block that a link stands in, as text. Two links of one block have the same."""
    parts = [_folded(heading)]
    box = _around_card(anchor)
    for _ in range(_BOXES):
        if box is None or box.tag == "body":
            break
        parts.append(f"{box.tag}.{'.'.join(_words(box.label))}")
        box = box.parent
    return ">".join(parts)


def _around_card(anchor: Anchor) -> Box | None:
    """The box around the link's card: a list item, or else a few boxes whose links all name its address.

    A block may have one link only, and then all boxes around it name its address.
    """
    box: Box | None = anchor.box
    for _ in range(_CARD):
        if box is None or box.only != anchor.href:
            return box
        inside, box = box, box.parent
        if inside.tag in _ITEMS:
            break
    return box


def _words(label: str) -> list[str]:
    return [word.lower() for word in label.split() if not _DIGIT.search(word)][:_WORDS]


def _folded(heading: str) -> str:
    return " ".join(heading.casefold().split()) if heading_cue(heading) or len(heading) <= _SHORT else ""
