"""Blocks: links that stand together, under one heading, in one list, made alike.

A publisher chooses a block as a whole, so what its links have in common tells more than any one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from crawler.links.candidate import Candidate
from crawler.links.outline import Box
from crawler.links.segment import Section

_LARGE = 30
_LAST_PLACE = 6
_SHARES = {
    "block: articles": "article address",
    "block: indexes": "index address",
    "block: other sites": "other site",
    "block: like the page's address": "like the page's address",
    "block: same section": "same section",
    "block: title words": "title words",
    "block: subject words": "subject words",
}
"""What is said of a block, by the evidence of which the share is counted in it."""


class BlockKey(NamedTuple):
    """What the links of one block have in common: list, headings, make of the teaser, a date or none."""

    box: Box
    telling: Section | None
    nearest: Section | None
    tag: str
    label: str
    dated: bool


@dataclass(slots=True, eq=False)
class Block:
    """The candidates of one block, in document order; `number` counts the blocks of a page."""

    number: int
    members: list[Candidate] = field(default_factory=list)

    def stories(self) -> list[Candidate]:
        """One candidate for each address, the last."""
        return list({one.uri: one for one in self.members}.values())


def describe_blocks(blocks: Iterable[Block], last: int) -> None:
    """Add to each candidate that is weighed what holds for its block; the text ends at line `last`.

    Blocks come in document order. The place of a block counts the blocks of articles after the text.
    """
    place = 0
    for block in blocks:
        stories = block.stories()
        after = block.members[0].anchor.line > last
        place += after and _are_articles(stories)
        weighed = [member for member in block.members if member.weighed]
        if weighed:
            evidence = _evidence(stories)
            evidence["block: place"] = float(min(place, _LAST_PLACE)) if after else 0.0
            for member in weighed:
                member.evidence.update(evidence)


def _are_articles(stories: Sequence[Candidate]) -> bool:
    """Whether these are several stories, most of them at articles' addresses."""
    return len(stories) > 1 and 2 * sum([one.address.article for one in stories]) > len(stories)


def _evidence(stories: Sequence[Candidate]) -> dict[str, float]:
    told = [one.evidence for one in stories]
    size = len(told)
    evidence = {name: _having(told, of_link) / size for name, of_link in _SHARES.items()}
    evidence["block: links"] = float(min(size, _LARGE))
    evidence["block: sections"] = len({one.address.first for one in stories}) / size
    evidence["block: subject weight"] = sum([one.get("subject weight", 0.0) for one in told]) / size
    evidence["block: words"] = sum([one["words"] for one in told]) / size
    return evidence


def _having(told: Iterable[dict[str, float]], name: str) -> int:
    """How many of the links have this evidence."""
    count = 0
    for one in told:
        if one.get(name):
            count += 1
    return count
