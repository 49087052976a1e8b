"""A page as its reader meets it: lines of text with anchors, each inside boxes, in document order.

A *line* is the text between two block boundaries (``<br>`` counts), a *box* the element around it, an
*anchor* a link with its text. A box knows the one address that all of its links name, so a teaser's
*card* is its largest box with a single address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec import Struct

SEVERAL = "\x00several"
"""What a box's links name when they name more than one address."""


class Box(Struct, eq=False, gc=False):
    """A block element. `label` is its class and id, `start` and `end` the range of its lines."""

    parent: Box | None
    tag: str
    label: str
    start: int
    end: int = 0
    only: str = ""
    """The one raw address its links name, `SEVERAL`, or empty."""
    last: int = -1
    """The last line with an anchor inside."""


class Anchor(Struct, eq=False, gc=False):
    """A link. `line` numbers its first line; `before` and `after` are the text beside it there."""

    href: str
    line: int
    box: Box
    before: str
    after: str = ""
    text: str = ""
    alt: str = ""


class Line(Struct, eq=False, gc=False):
    """A run of text. `level` is 1 to 6 in a heading element, `plain` counts characters outside links."""

    text: str
    box: Box
    level: int
    strong: bool
    plain: int
    anchors: Sequence[Anchor]


@dataclass(slots=True, eq=False)
class Outline:
    """The lines and anchors of a page, in document order."""

    lines: list[Line] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
