"""Which URL of a host goes first: sixteen classes, 0 the best.

=====  ==================================================================================
class  what
=====  ==================================================================================
0      seeds
1      targets of redirects: an answer is half there
2      page requisites: a page is completed before the next is opened
3..15  stories: 3, and the steps of the next table together, at most 15
=====  ==================================================================================

=====================  =====================  ==========================================
steps of a story for   none                   more
=====================  =====================  ==========================================
its distance           one hop                3 for each further hop
its score              0.8 and more           1 from 0.5, 2 below
its age                30 days and less       1 up to a year or not known, 2 beyond
=====================  =====================  ==========================================

So a story goes before every one that is no nearer, no more related and no newer; among those of unknown
age the nearer always first. An old story one hop away goes with the newest two hops away. Age is counted
from the day of the page that names the story, in an archive from the walk's anchor, to either side.
"""

from __future__ import annotations

import enum

_FIRST_STORY = 3
_LAST = 15
_STEPS_A_HOP = 3
_NEW, _OLD = 30.0, 365.0
"""Days."""


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


_CLASSES = {Kind.SEED: 0, Kind.REDIRECT: 1, Kind.REQUISITE: 2}


def priority(hops: int, score: float, kind: Kind, age: float | None = None) -> int:
    """The class of a URL that lies `hops` links from its seed and was scored 0 to 1.

    `age` is the story's in days, None where nothing tells.
    """
    if kind is not Kind.LINK:
        return _CLASSES[kind]
    steps = _STEPS_A_HOP * max(0, hops - 1) + _score_steps(score) + _age_steps(age)
    return min(_LAST, _FIRST_STORY + steps)


def _score_steps(score: float) -> int:
    return 0 if score >= 0.8 else 1 if score >= 0.5 else 2


def _age_steps(age: float | None) -> int:
    if age is None:
        return 1
    return 0 if abs(age) <= _NEW else 1 if abs(age) <= _OLD else 2
