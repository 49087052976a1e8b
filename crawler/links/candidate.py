"""A link of a page, with what can be said of it."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, field

from crawler.links.address import Address
from crawler.links.outline import Anchor

Resolve = Callable[[str], str | None]
"""From a link as it is written to its URI-R, or None where it names none that can be fetched."""


class Candidate(Struct, eq=False, gc=False):
    """A link and the evidence about it. `heading` is the nearest telling heading, else the nearest."""

    anchor: Anchor
    uri: str
    address: Address
    heading: str = ""
    inline: bool = False
    """Whether it stands in a running sentence."""
    offsite: bool = False
    shown: str = ""
    """The date beside the link, as the page writes it."""
    block: int = -1
    """The number of its block; -1 for navigation that cannot be a story, which is in none."""
    weighed: bool = False
    """Whether it may be another story at all, so that the scorer is asked."""
    evidence: dict[str, float] = field(default_factory=dict)
