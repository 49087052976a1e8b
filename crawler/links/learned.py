"""What a page shows of its site, and what the site's other pages tell of its links.

Theory. A page is judged alone first. What it showed goes to a memory of its site with the classes that
the page alone gave, so no correction feeds on corrections. Four things are known of a link from the
pages before; `crawler.links.terms` makes of each a term in log-odds, shrunk by how much was seen:

* *frequency*: on which share of the pages with its block it stood there. A link that is always there is
  navigation or promotion. Pages whose title shares a word with the link do not count: the hub of one
  story's package stands on all pages of it by right.
* *block*: how many of the links that its block showed, on all pages, were related. A block that held
  related links holds them again; one that never did will not.
* *sameness*: the mean frequency of the links that its block showed. A block that is the same on every
  page is not made for one story, whatever link is new in it.
* *returned*: the target, read before, named this page as related.

Where nothing is known there is no term, and the answer of the page alone stands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import islice

from crawler.links.address import address
from crawler.links.judge import Verdict, classify
from crawler.links.signature import block_signature
from crawler.links.terms import reasons, shifted, terms
from crawler.links.words import stems, telling
from crawler.model.sighting import BlockSeen, Known, LinkSeen, Sighting
from crawler.model.story import LinkClass

LINKS_MOST = 250
"""Links of one page that take part, the first ones."""


def sighting(uri: str, title: str, verdicts: Sequence[Verdict]) -> Sighting:
    """What a page shows of its site: `verdicts` are its own, before any correction."""
    own = address(uri).key
    menus = (one.text for one in verdicts if not one.candidate.address.article)
    words = telling(stems(title), menus)
    numbers: dict[str, int] = {}
    links = []
    for one in _parts(verdicts):
        block = block_signature(one.candidate.anchor, one.candidate.heading)
        key = one.candidate.address.key
        links.append(
            LinkSeen(
                id=_id("link", block, key),
                block=numbers.setdefault(block, len(numbers)),
                back=_id("edge", key, own),
                edge=_id("edge", own, key) if one.link_class is LinkClass.RELATED else "",
                apart=words.isdisjoint(stems(one.text)),
            )
        )
    blocks = tuple(_block(name, number, links) for name, number in numbers.items())
    return Sighting(_id("page", own), blocks, tuple(links))


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
        found = terms(answer, known.blocks[link.block], known.pages)
        if not found:
            continue
        one.score = shifted(one.score, sum(weight for weight, _ in found))
        one.link_class = classify(one.candidate, one.score)
        told[one.candidate.uri] = reasons(found)
    return told


def _parts(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The links that take part: those that may be stories."""
    return list(islice(filter(_may_be_story, verdicts), LINKS_MOST))


def _may_be_story(verdict: Verdict) -> bool:
    candidate = verdict.candidate
    return (
        candidate.address.article and not candidate.inline and verdict.link_class is not LinkClass.SELF
    )


def _block(name: str, number: int, links: Sequence[LinkSeen]) -> BlockSeen:
    mine = [link for link in links if link.block == number]
    return BlockSeen(_id("block", name), len(mine), sum(bool(link.edge) for link in mine))


def _id(*parts: str) -> str:
    return hashlib.blake2b("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
