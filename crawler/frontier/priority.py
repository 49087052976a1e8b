"""Which URL of a host goes first: sixteen classes, 0 the best.

=====  ==================================================================================
class  what
=====  ==================================================================================
0      seeds
1      targets of redirects: an answer is half there
2      page requisites: a page is completed before the next is opened
3..14  stories: three classes a hop (score at least 0.8, at least 0.5, below), hops 1 to 4
15     stories further away
=====  ==================================================================================
"""

from __future__ import annotations

import enum

_FIRST_STORY = 3
_LAST = 15


class Kind(enum.Enum):
    """What a URL is to the page that named it; ``hop`` is Heritrix's letter for the step."""

    SEED = ("seed", "")
    REDIRECT = ("redirect", "R")
    REQUISITE = ("requisite", "E")
    LINK = ("link", "L")

    @property
    def hop(self) -> str:
        """The letter that this step adds to an item's path."""
        return self.value[1]


def priority(hops: int, score: float, kind: Kind) -> int:
    """The class of a URL that lies `hops` links from its seed and was scored 0 to 1."""
    if kind is Kind.SEED:
        return 0
    if kind is Kind.REDIRECT:
        return 1
    if kind is Kind.REQUISITE:
        return 2
    step = 0 if score >= 0.8 else 1 if score >= 0.5 else 2
    return min(_LAST, _FIRST_STORY + 3 * max(0, hops - 1) + step)
