"""What a site's other pages tell of a page's links: terms in log-odds, each with its reason.

Theory. A page is judged alone first. What it showed goes to a memory of its site with the scores of the
page alone, so no correction feeds on corrections. Four things are known of a link from the pages before:

* *frequency*: on which share of the pages with its block it stood there. A link that is always there is
  navigation or promotion. Pages whose title shares a word with the link do not count: the hub of one
  story's package stands on all pages of it by right.
* *block*: the mean score of all links that its block showed, on all pages. A block that held related
  links holds them again; one that never did will not.
* *sameness*: the mean frequency of the links that its block showed. A block that is the same on every
  page is not made for one story, whatever link is new in it.
* *returned*: the target, read before, named this page as related.

Each term is shrunk by how much was seen. Where nothing is known there is no term, and the answer of the
page alone stands.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from itertools import islice

from crawler.links.judge import Verdict, classify
from crawler.links.normalise import story_key
from crawler.links.signature import block_signature
from crawler.links.words import stems, telling
from crawler.model.sighting import BlockKnown, BlockSeen, Known, LinkKnown, LinkSeen, Sighting
from crawler.model.story import LinkClass

LINKS_MOST = 250
"""Links of one page that take part, the first ones."""
_LEAST = 0.02
_USUAL = 0.15
"""The mean score of a block of which nothing is known."""
_DOUBT = 4.0
"""Pages that must be seen before a share counts by half."""
_FREQUENCY = 6.0
_BLOCK, _BLOCK_MOST = 1.0, 2.5
_SAMENESS = 5.0
_COMMON = 0.3
"""Up to this share nothing is held against a link: related blocks may choose from few stories."""
_RETURNED = 1.5
_TOLD = 0.25


def sighting(uri: str, title: str, verdicts: Sequence[Verdict]) -> Sighting:
    """What a page shows of its site: `verdicts` are its own, before any correction."""
    own = story_key(uri)
    words = telling(stems(title), (one.candidate.anchor.text for one in verdicts))
    numbers: dict[str, int] = {}
    links, shown = [], []
    for one in _parts(verdicts):
        block = block_signature(one.candidate.anchor, one.candidate.heading)
        number = numbers.setdefault(block, len(numbers))
        key = story_key(one.candidate.uri)
        related = one.link_class is LinkClass.RELATED
        apart = words.isdisjoint(stems(one.text))
        edges = _id("e", key, own), _id("e", own, key) if related else ""
        links.append(LinkSeen(_id("l", block, key), number, *edges, apart))
        shown.append(one.score)
    blocks = tuple(_block(name, number, links, shown) for name, number in numbers.items())
    return Sighting(_id("p", own), blocks, tuple(links))


def correct(verdicts: Sequence[Verdict], seen: Sighting, known: Known) -> dict[str, tuple[str, ...]]:
    """Correct scores and classes in place, by what is known of the site's other pages.

    Returns for each URI-R of which something was known the reasons, strongest first, in the form of
    `judge.reasons`. `seen` is the page's own `sighting`, `known` the answer to it; an answer to another
    page changes nothing.
    """
    mine = _parts(verdicts)
    if not len(mine) == len(seen.links) == len(known.links) or len(known.blocks) != len(seen.blocks):
        return {}
    told: dict[str, tuple[str, ...]] = {}
    for one, link, answer in zip(mine, seen.links, known.links, strict=True):
        terms = _terms(answer, known.blocks[link.block], known.pages)
        if not terms:
            continue
        one.score = _shifted(one.score, sum(weight for weight, _ in terms))
        one.link_class = classify(one.candidate, one.score)
        told[one.candidate.uri] = _reasons(terms)
    return told


def _parts(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The links that take part."""
    return list(islice(filter(_may_be_story, verdicts), LINKS_MOST))


def _may_be_story(verdict: Verdict) -> bool:
    """Navigation would only fill the memory."""
    candidate = verdict.candidate
    if candidate.inline or verdict.link_class is LinkClass.SELF:
        return False
    return candidate.address.article or verdict.score >= _LEAST


def _block(name: str, number: int, links: Sequence[LinkSeen], scores: Sequence[float]) -> BlockSeen:
    mine = [score for link, score in zip(links, scores, strict=True) if link.block == number]
    return BlockSeen(_id("b", name), len(mine), sum(mine))


def _id(*parts: str) -> str:
    return hashlib.blake2b("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


_Terms = list[tuple[float, str]]


def _terms(link: LinkKnown, block: BlockKnown, pages: float) -> _Terms:
    """The terms of one link that matter, each with its reason."""
    terms = [
        _frequency(link.pages, block.pages, pages),
        _of_block(block),
        _sameness(block),
        (_RETURNED if link.returned else 0.0, "returned"),
    ]
    return [(weight, reason) for weight, reason in terms if abs(weight) >= _TOLD]


def _frequency(shown: float, with_block: float, pages: float) -> tuple[float, str]:
    share = shown / (with_block + _DOUBT)
    reason = f"on {shown:.0f} of {_pages(max(pages, shown))} of this site"
    return -_FREQUENCY * max(0.0, share - _COMMON), reason


def _of_block(block: BlockKnown) -> tuple[float, str]:
    mean = _USUAL + _believed(block) * (block.scores / max(1.0, block.shown) - _USUAL)
    weight = _BLOCK * (_logit(mean) - _logit(_USUAL))
    if weight > 0:
        weight *= 1 - _same(block)  # however well they are judged, the same links are not chosen anew
    found = "related" if weight > 0 else "no related"
    reason = f"its block had {found} links on {_pages(block.pages)}"
    return max(-_BLOCK_MOST, min(_BLOCK_MOST, weight)), reason


def _sameness(block: BlockKnown) -> tuple[float, str]:
    reason = f"its block shows the same links on {_pages(block.pages)}"
    return -_SAMENESS * max(0.0, _same(block) - _COMMON), reason


def _same(block: BlockKnown) -> float:
    """The mean share of a block's pages on which one of its links had stood before."""
    return _believed(block) * block.repeats / max(1.0, block.shown)


def _believed(block: BlockKnown) -> float:
    """How far a block's means are believed, 0 to 1."""
    return block.pages / (block.pages + _DOUBT)


def _pages(count: float) -> str:
    return f"{count:.0f} page{'s' * (round(count) != 1)}"


def _shifted(score: float, weight: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, _logit(score) + weight))))


def _logit(score: float) -> float:
    kept = min(max(score, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))


def _reasons(terms: _Terms) -> tuple[str, ...]:
    ordered = sorted(terms, key=lambda term: -abs(term[0]))
    return tuple(("+" if weight > 0 else "-") + reason for weight, reason in ordered)
