"""Texts of a page put together to lines: neighbours in one block are one, and a ``<br>`` ends it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree

SKIPPED = frozenset(
    {"script", "style", "noscript", "template", "svg", "select", "option", "textarea", "head", "title"}
)
"""Elements whose text is not shown."""
_INLINE = frozenset(
    {
        *("a", "abbr", "b", "bdi", "cite", "em", "font", "i", "small", "span", "strong", "sub", "sup"),
        *("time", "u", "label", "data", "img", "path"),
    }
)
_STAMPS = ("publi", "updat", "date", "time")


class Text(NamedTuple):
    """The text at the start of `element`, or after it (`is_tail`)."""

    text: str
    element: etree._Element
    is_tail: bool = False

    @property
    def holder(self) -> etree._Element:
        """The element that the text is in."""
        parent = self.element.getparent() if self.is_tail else None
        return self.element if parent is None else parent


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; `boxes` are the elements that hold its texts, and those close around them.

    `parts` are its texts one by one, `times` are dates that its boxes give to machines, each with the
    box's own text.
    """

    text: str
    boxes: Sequence[etree._Element]
    parts: Sequence[str]
    times: Sequence[tuple[str, str]]

    @property
    def marks(self) -> str:
        """Tags, classes and ids of its boxes."""
        return " ".join(map(_marks, self.boxes))


def lines(texts: Sequence[Text]) -> Iterator[Line]:
    """The lines of `texts`, which stand in document order; white space is none."""
    run: list[Text] = []
    block = None
    for text in texts:
        if not text.text.strip():
            continue
        own = _block(text.holder)
        if run and (own is not block or _after_break(text)) and not _begun(run):
            yield _line(run)
            run = []
        block = own
        run.append(text)
    if run:
        yield _line(run)


def _begun(run: Sequence[Text]) -> bool:
    """Whether a run is the mere day of a date that goes on in the next line."""
    return len(run) == 1 and len(run[0].text.strip()) < 3 and run[0].text.strip().isdigit()


def _after_break(text: Text) -> bool:
    """Whether a ``<br>`` stands right before a text."""
    if text.is_tail:
        return bool(text.element.tag == "br")
    element: etree._Element | None = text.element
    while element is not None and element.tag in _INLINE:
        before = element.getprevious()
        if before is not None:
            return before.tag == "br" and not (before.tail or "").strip()
        element = element.getparent()
        if element is None or (element.text or "").strip():
            break
    return False


def _line(run: Sequence[Text]) -> Line:
    boxes: dict[etree._Element, None] = {}
    for text in run:
        for element in _boxes(text.holder):
            boxes.setdefault(element)
    parts = tuple(" ".join(text.text.split()) for text in run)
    times = tuple((time, " ".join((box.text or "").split())) for box in boxes if (time := _time(box)))
    return Line(" ".join(parts), tuple(boxes), parts, times)


def _boxes(element: etree._Element) -> Iterator[etree._Element]:
    """The holder of a text and at most two elements around it, up to its block."""
    for _ in range(3):
        yield element
        parent = element.getparent()
        if parent is None or element.tag not in _INLINE:
            return
        element = parent


def _time(box: etree._Element) -> str:
    if box.tag == "time":
        return box.get("datetime") or ""
    if box.tag in ("abbr", "span") and any(
        stamp in (box.get("class") or "").lower() for stamp in _STAMPS
    ):
        return box.get("title") or ""
    return ""


def _block(element: etree._Element) -> etree._Element:
    while element.tag in _INLINE and (parent := element.getparent()) is not None:
        element = parent
    return element


def _marks(element: etree._Element) -> str:
    names = (element.get(name) or "" for name in ("class", "id", "rel", "itemprop"))
    return f"{element.tag} {' '.join(names)}"
