"""The one walk over the tree of a page that draws its outline.

Script, style and template text is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from lxml import etree

from crawler.links.outline import SEVERAL, Anchor, Box, Line, Outline

_SKIPPED = frozenset({"script", "style", "template", "textarea", "select", "head", "svg", "math"})
_LEVELS = {f"h{n}": n for n in range(1, 7)}
MAX_ANCHORS = 10_000
"""Links of one page that are judged; those after them are not read."""
MAX_LINES = 50_000
"""Lines of one page that are read; a page of news has a few hundred."""
_LONGEST = 500
"""Characters of a link's text that are kept."""
_NO_LINK = re.compile(r"(?i)#|(?:javascript|mailto|tel|data|about|blob):")
_BESIDE = 80
_PIECES = 6


def outline(root: etree._Element) -> Outline:
    """The outline of a parsed page, in one walk; the depth of the tree costs no recursion."""
    walk = _Walk()
    open_box, close_box = _Walk.open_box, _Walk.close_box
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        if event == "end":
            act, text = _CLOSING.get(tag, close_box), element.tail
        elif tag in _SKIPPED:
            walker.skip_subtree()
            continue
        else:
            act, text = _OPENING.get(tag, open_box), element.text
        if act is not None:
            act(walk, element)
            if walk.full:
                break
        if text:
            if not text.isspace():
                walk.text(text)
            elif walk.pieces:
                walk.pieces.append(" ")
    walk.end()
    return walk.outline


class _Walk:
    """The state of one walk: the open box, the line being read, the open anchor.

    `pieces` are the texts of the line so far; white space alone counts only between other pieces.
    """

    def __init__(self) -> None:
        self.outline = Outline()
        self._lines = self.outline.lines
        self.full = False
        self._box = Box(None, "", "", 0)
        self._level = 0
        self._strong = 0
        self._anchor: Anchor | None = None
        self._anchors: list[Anchor] = []
        self._begin_line()

    def _begin_line(self) -> None:
        self.pieces: list[str] = []
        self._mark = 0
        self._filled = self._thin = False
        self._plain = 0
        self._closed: Anchor | None = None

    def open_box(self, element: etree._Element) -> None:
        """A block begins, and with it a line."""
        if self._filled or self._anchors:
            self._keep_line()
        get = element.get
        label = f"{get('class', '')} {get('id', '')}"
        self._box = Box(self._box, element.tag, label, len(self._lines))

    def close_box(self, element: etree._Element | None = None) -> None:
        """A block ends, and with it a line."""
        if self._filled or self._anchors:
            self._keep_line()
        box = self._box
        box.end = len(self._lines)
        parent = box.parent
        if parent is None:
            return
        if box.last > parent.last:
            parent.last = box.last
        if box.only:
            _name(parent, box.only)
        self._box = parent

    def end(self) -> None:
        """The walk ends, wherever it stands: what is open ends here, and at last the box around all."""
        while self._box.parent is not None:
            self.close_box()
        self.close_box()

    def open_heading(self, element: etree._Element) -> None:
        """A box begins that is a heading."""
        self.open_box(element)
        self._level = _LEVELS[element.tag]

    def close_heading(self, element: etree._Element) -> None:
        """A heading ends."""
        self.close_box(element)
        self._level = 0

    def open_strong(self, element: etree._Element) -> None:
        """Bold text begins."""
        self._strong += 1

    def close_strong(self, element: etree._Element) -> None:
        """Bold text ends."""
        self._strong -= 1

    def image(self, element: etree._Element) -> None:
        """An image; its alternative text names the open link if nothing else does."""
        if self._anchor is not None:
            self._anchor.alt = self._anchor.alt or (element.get("alt") or "")[:_LONGEST]

    def text(self, text: str) -> None:
        """A piece of text."""
        self.pieces.append(text)
        self._filled = True
        self._thin = self._thin or not self._strong
        if self._anchor is None:
            self._plain += len(text.strip())
            if self._closed is not None:
                self._closed.after += text[:_BESIDE]
                self._closed = None

    def end_line(self, element: etree._Element | None = None) -> None:
        """The line so far stands, if there is anything on it."""
        if self._filled or self._anchors:
            self._keep_line()

    def _keep_line(self) -> None:
        if self._anchor is not None:
            self._anchor.text += self._tail(self._anchor)
            self._anchors.append(self._anchor)
        anchors: Sequence[Anchor] = ()  # most lines have none, and share this
        if self._anchors:
            self._box.last = len(self._lines)
            anchors, self._anchors = self._anchors, []
        text = " ".join("".join(self.pieces).split())
        strong = self._filled and not self._thin
        self._lines.append(Line(text, self._box, self._level, strong, self._plain, anchors))
        self.full = len(self._lines) >= MAX_LINES
        self._begin_line()

    def open_anchor(self, element: etree._Element) -> None:
        """A link begins; a link that was open ends, for they cannot nest."""
        if self._anchor is not None:
            self.close_anchor()
        href = element.get("href", "").strip()
        if not href or _NO_LINK.match(href) or len(self.outline.anchors) >= MAX_ANCHORS:
            return
        pieces = self.pieces
        before = " ".join("".join(pieces[-_PIECES:])[-_BESIDE:].split()) if pieces else ""
        self._anchor = Anchor(href, len(self._lines), self._box, before)
        self.outline.anchors.append(self._anchor)
        self._mark = len(pieces)
        _name(self._box, href)

    def close_anchor(self, element: etree._Element | None = None) -> None:
        """The open link ends, if there is one."""
        anchor = self._anchor
        if anchor is None:
            return
        anchor.text = " ".join((anchor.text + self._tail(anchor)).split()) or anchor.alt.strip()
        if self.pieces or anchor.line == len(self._lines):
            self._anchors.append(anchor)
        self._anchor, self._closed = None, anchor

    def _tail(self, anchor: Anchor) -> str:
        """The text of the open anchor on this line, as far as it is kept."""
        if len(anchor.text) >= _LONGEST:
            return ""
        return " " + "".join(self.pieces[self._mark :])[:_LONGEST]


def _name(box: Box, href: str) -> None:
    """Note that a link inside `box` names `href`."""
    if box.only != href:
        box.only = href if not box.only else SEVERAL


_Act = Callable[[_Walk, etree._Element], None]
_INLINE: Mapping[str, None] = dict.fromkeys(
    (
        *("abbr", "acronym", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font"),
        *("i", "ins", "kbd", "label", "mark", "nobr", "q", "rp", "rt", "ruby", "s", "samp", "small"),
        *("span", "strike", "sub", "sup", "time", "tt", "u", "var", "wbr"),
    )
)
# What is done where an element begins and where it ends. Those that are not named are boxes.
_OPENING: Mapping[str, _Act | None] = {
    **_INLINE,
    **dict.fromkeys(("b", "strong"), _Walk.open_strong),
    **dict.fromkeys(_LEVELS, _Walk.open_heading),
    "a": _Walk.open_anchor,
    "img": _Walk.image,
    "br": _Walk.end_line,
}
_CLOSING: Mapping[str, _Act | None] = {
    **_INLINE,
    **dict.fromkeys(_SKIPPED),
    **dict.fromkeys(("b", "strong"), _Walk.close_strong),
    **dict.fromkeys(_LEVELS, _Walk.close_heading),
    "a": _Walk.close_anchor,
    "img": None,
    "br": None,
}
