"""What a page shows of its site, and what the site's pages showed before: the nouns of learning.

Names are ids, 12 hexadecimal digits, made in `crawler.links.learned`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BlockSeen:
    """A block of a page: how many links it shows, and how many of them are related."""

    id: str
    shown: int
    related: int


@dataclass(frozen=True, slots=True)
class LinkSeen:
    """A link of a page in its block, the number of one in `Sighting.blocks`.

    `id` names link and block; `back` the edge from its target to the page; `edge` the one from the page
    to its target where it is related, else empty. `apart`: it shares no word with the page's title.
    """

    id: str
    block: int
    back: str
    edge: str
    apart: bool


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one page shows, as judged by that page alone."""

    page: str
    blocks: tuple[BlockSeen, ...] = ()
    links: tuple[LinkSeen, ...] = ()


@dataclass(frozen=True, slots=True)
class BlockKnown:
    """What is known of a block: pages, links shown, and related ones among them. All have decayed.

    `repeats` sums over the links shown the share of the block's pages on which each had stood before.
    """

    pages: float
    shown: float
    related: float
    repeats: float


@dataclass(frozen=True, slots=True)
class LinkKnown:
    """On how many pages the link stood in this block, apart; whether its target names this page."""

    pages: float
    returned: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What a site's other pages tell of one page's blocks and links, in the order of its `Sighting`."""

    pages: float
    blocks: tuple[BlockKnown, ...] = ()
    links: tuple[LinkKnown, ...] = ()
