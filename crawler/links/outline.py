"""A page as its reader meets it: lines of text with anchors, each inside boxes, in document order.

One walk over the tree. A *line* is the text between two block boundaries (``<br>`` counts), a *box* the
element around it, an *anchor* a link with its text. Script, style and template text is left out.
A box knows the one address that all of its links name, so a teaser's
*card* is its largest box with a single address.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

_SKIPPED = frozenset({"script", "style", "template", "textarea", "select", "head", "svg", "math"})
_INLINE = frozenset(
    {
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
    }
    | {"i", "img", "ins", "kbd", "label", "mark", "nobr", "q", "rp", "rt", "ruby", "s", "samp", "small"}
    | {"span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"}
)
_STRONG = frozenset({"b", "strong"})
_LEVELS = {f"h{n}": n for n in range(1, 7)}
MAX_ANCHORS = 10_000
"""Links of one page that are judged; those after them are not read."""
SEVERAL = "\x00several"


@dataclass(slots=True, eq=False)
class Box:
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


@dataclass(slots=True, eq=False)
class Anchor:
    """A link. `before` is the text of its line ahead of it, `line` the number of its first line."""

    href: str
    line: int
    box: Box
    before: str = ""
    text: str = ""
    label: str = ""


@dataclass(slots=True, eq=False)
class Line:
    """A run of text. `level` is 1 to 6 in a heading element, `plain` counts characters outside links."""

    text: str
    box: Box
    level: int
    strong: bool
    plain: int
    anchors: list[Anchor]


@dataclass(slots=True, eq=False)
class Outline:
    """The lines and anchors of a page, in document order."""

    lines: list[Line] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)


def outline(root: etree._Element) -> Outline:
    """The outline of a parsed page, in one walk; the depth of the tree costs no recursion."""
    walk = _Walk(root)
    stack = [(root, iter(root))]
    walk.open(root)
    while stack:
        element, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            walk.close(element)
        elif child.tag in _SKIPPED:
            walk.text(child.tail)
        else:
            walk.open(child)
            stack.append((child, iter(child)))
    return walk.outline


class _Walk:
    """The state of one walk: the open box, the pieces of the line being read, the open anchor."""

    def __init__(self, root: etree._Element) -> None:
        self.outline = Outline()
        self._box = Box(None, "", "", 0)
        self._level = 0
        self._strong = 0
        self._anchor: Anchor | None = None
        self._begin_line()

    def _begin_line(self) -> None:
        self._pieces: list[str] = []
        self._filled = self._bold = False
        self._plain = 0
        self._thin = 0
        self._anchors: list[Anchor] = [self._anchor] if self._anchor is not None else []
        self._mark = 0

    def open(self, element: etree._Element) -> None:
        tag = element.tag
        if tag not in _INLINE:
            self._break()
            if tag == "br":
                return
            label = f"{element.get('class') or ''} {element.get('id') or ''}"
            self._box = Box(self._box, str(tag), label, len(self.outline.lines))
            self._level = _LEVELS.get(str(tag), self._level)
        elif tag == "a":
            self._open_anchor(element)
        elif tag in _STRONG:
            self._strong += 1
        elif tag == "img" and self._anchor is not None and not self._anchor.text:
            self._anchor.label += " " + (element.get("alt") or "")
        self.text(element.text)

    def close(self, element: etree._Element) -> None:
        tag = element.tag
        if tag not in _INLINE:
            if tag != "br":
                self._break()
                self._close_box(str(tag))
        elif tag == "a" and self._anchor is not None:
            self._close_anchor()
        elif tag in _STRONG:
            self._strong -= 1
        self.text(element.tail)

    def text(self, text: str | None) -> None:
        if not text:
            return
        self._pieces.append(text)
        if text.isspace():
            return
        self._filled = True
        if not self._strong:
            self._thin += 1
        if self._anchor is None:
            self._plain += len(text)

    def _break(self) -> None:
        """End the line, if anything stands on it."""
        if not (self._filled or self._anchors):
            self._pieces.clear()
            return
        if self._anchor is not None:
            self._anchor.text += " " + "".join(self._pieces[self._mark :])
        number, text = len(self.outline.lines), " ".join("".join(self._pieces).split())
        line = Line(
            text, self._box, self._level, self._filled and not self._thin, self._plain, self._anchors
        )
        self.outline.lines.append(line)
        if self._anchors:
            self._box.last = number
        self._begin_line()

    def _open_anchor(self, element: etree._Element) -> None:
        if self._anchor is not None:
            self._close_anchor()
        href = (element.get("href") or "").strip()
        if not href or href[0] == "#" or len(self.outline.anchors) >= MAX_ANCHORS:
            return
        before = " ".join("".join(self._pieces).split())
        self._anchor = Anchor(href, len(self.outline.lines), self._box, before)
        self.outline.anchors.append(self._anchor)
        self._anchors.append(self._anchor)
        self._mark = len(self._pieces)
        _name(self._box, href)

    def _close_anchor(self) -> None:
        anchor = self._anchor
        if anchor is None:
            return
        text = " ".join((anchor.text + " " + "".join(self._pieces[self._mark :])).split())
        anchor.text = text or " ".join(anchor.label.split())
        self._anchor = None

    def _close_box(self, tag: str) -> None:
        box = self._box
        box.end = len(self.outline.lines)
        if tag in _LEVELS:
            self._level = 0
        parent = box.parent
        if parent is None:
            return
        parent.last = max(parent.last, box.last)
        if box.only:
            _name(parent, box.only)
        self._box = parent


def _name(box: Box, href: str) -> None:
    """Note that a link inside `box` names `href`."""
    if box.only != href:
        box.only = href if not box.only else SEVERAL


def card(anchor: Anchor, limit: int = 12) -> Box | None:
    """The largest box, at most `limit` levels up, whose links all name the anchor's address."""
    found: Box | None = None
    box: Box | None = anchor.box
    while box is not None and box.only == anchor.href and limit:
        found, box, limit = box, box.parent, limit - 1
    return found
