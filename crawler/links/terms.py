"""What the memory of a site adds to a link's log-odds, term by term (see `crawler.links.learned`)."""

from __future__ import annotations

import math

from crawler.model.sighting import BlockKnown, LinkKnown

Terms = list[tuple[float, str]]

_DOUBT = 4.0
"""Pages that must be seen before a share counts by half."""
_COMMON = 0.2
"""Up to this share nothing is held against a link: related blocks may choose from few stories."""
_FREQUENCY = 6.0
_SAMENESS = 5.0
_UNKNOWN = 0.3
"""The share of related links in a block of which nothing is known: it speaks neither for nor against."""
_FEW, _MANY = 0.15, 0.5
"""A block with fewer speaks against its links, one with more for them; between it says nothing."""
_LEAST, _MOST = -1.5, 2.5
_RETURNED = 0.8
_TOLD = 0.25


def terms(link: LinkKnown, block: BlockKnown, pages: float) -> Terms:
    """The terms of one link that matter; `pages` counts those of the site."""
    found = [
        _frequency(link.pages, block.pages, pages),
        _of_block(block),
        _sameness(block),
        (_RETURNED if link.returned else 0.0, "returned"),
    ]
    return [(weight, reason) for weight, reason in found if abs(weight) >= _TOLD]


def reasons(found: Terms) -> tuple[str, ...]:
    """The reasons, strongest first: '+returned', '-on 87 of 90 pages of this site'."""
    ordered = sorted(found, key=lambda term: -abs(term[0]))
    return tuple(("+" if weight > 0 else "-") + reason for weight, reason in ordered)


def shifted(score: float, weight: float) -> float:
    """A probability, 0 to 1, moved by a weight in log-odds."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, _logit(score) + weight))))


def _frequency(shown: float, with_block: float, pages: float) -> tuple[float, str]:
    share = shown / (with_block + _DOUBT)
    reason = f"on {shown:.0f} of {_pages(max(pages, shown))} of this site"
    return -_FREQUENCY * max(0.0, share - _COMMON), reason


def _of_block(block: BlockKnown) -> tuple[float, str]:
    share = _UNKNOWN + _believed(block) * (block.related / max(1.0, block.shown) - _UNKNOWN)
    seen = _pages(block.pages)
    if share < _FEW:
        return max(_LEAST, _logit(share) - _logit(_FEW)), f"its block had no related links on {seen}"
    # However well they are judged, links that are always the same are not chosen for this story.
    weight = (1 - _same(block)) * max(0.0, _logit(share) - _logit(_MANY))
    return min(_MOST, weight), f"its block had related links on {seen}"


def _sameness(block: BlockKnown) -> tuple[float, str]:
    reason = f"its block shows the same links on {_pages(block.pages)}"
    return -_SAMENESS * max(0.0, _same(block) - _COMMON), reason


def _same(block: BlockKnown) -> float:
    """The mean share of a block's pages on which one of its links had stood before."""
    return _believed(block) * block.repeats / max(1.0, block.shown)


def _believed(block: BlockKnown) -> float:
    """How far a block's shares are believed, 0 to 1."""
    return block.pages / (block.pages + _DOUBT)


def _pages(count: float) -> str:
    return f"{count:.0f} page{'s' * (round(count) != 1)}"


def _logit(score: float) -> float:
    kept = min(max(score, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))
