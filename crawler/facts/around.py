"""The lines of text around a headline, read outwards from it: the rest of a page costs nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from lxml import etree

from crawler.facts.head import text_of
from crawler.facts.jsonld import plain
from crawler.facts.lines import SKIPPED, Line, Text, lines

_BEFORE, _AFTER = 8, 45
"""Lines above and below the headline that are looked at."""
_TEXTS_BEFORE, _TEXTS_AFTER = 80, 300
_MOST = 50_000
"""Elements in which a headline is looked for."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The lines below and above a headline, each nearest first."""

    below: tuple[Line, ...] = ()
    above: tuple[Line, ...] = ()


class _Headline(NamedTuple):
    """The element that holds a headline, or whose tail is one."""

    element: etree._Element
    is_tail: bool = False


def read_shown(root: etree._Element, title: str) -> Shown:
    """The lines around the headline that `title` gives; none where the page does not show it."""
    headline = _find(root, plain(title))
    if headline is None:
        return Shown()
    after = _after(headline)
    above = list(islice(_before(headline), _TEXTS_BEFORE))[::-1]
    below = tuple(lines(list(islice(after, _TEXTS_AFTER))))[:_AFTER]
    return Shown(below, tuple(lines(above))[-_BEFORE:][::-1])


def shows(root: etree._Element, title: str) -> bool:
    """Whether the page shows `title` as a text of its own."""
    return _find(root, plain(title)) is not None


def _find(root: etree._Element, wanted: str) -> _Headline | None:
    """The ``<h1>`` of that text, else the first element or text after one."""
    if not wanted:
        return None
    for element in root.iter("h1"):
        if plain(text_of(element)) == wanted:
            return _Headline(element)
    return next(_places(root, wanted), None)


def _places(root: etree._Element, wanted: str) -> Iterator[_Headline]:
    body = next(root.iter("body"), root)
    for element in islice(body.iter(etree.Element), _MOST):
        if element.tag in SKIPPED:
            continue
        begun = plain((element.text or "")[:300])
        if begun and wanted.startswith(begun) and wanted in (begun, plain(text_of(element))):
            yield _Headline(element)
        if element.tail and len(element.tail) < 1000 and plain(element.tail) == wanted:
            yield _Headline(element, is_tail=True)


def _after(headline: _Headline) -> Iterator[Text]:
    """What follows a headline in document order."""
    element: etree._Element | None = headline.element
    first = not headline.is_tail
    while element is not None and element.tag not in ("body", "html"):
        if element.tail and first:
            yield Text(element.tail, element, is_tail=True)
        first = True
        for sibling in element.itersiblings():
            yield from _inside(sibling)
            if sibling.tail:
                yield Text(sibling.tail, sibling, is_tail=True)
        element = element.getparent()


def _before(headline: _Headline) -> Iterator[Text]:
    """What stands before a headline, the nearest first."""
    element: etree._Element | None = headline.element
    if headline.is_tail:
        yield from reversed(list(_inside(headline.element)))
    while element is not None and element.tag not in ("body", "html"):
        for sibling in element.itersiblings(preceding=True):
            if sibling.tail:
                yield Text(sibling.tail, sibling, is_tail=True)
            yield from reversed(list(_inside(sibling)))
        element = element.getparent()
        if element is not None and element.text:
            yield Text(element.text, element)


def _inside(top: etree._Element) -> Iterator[Text]:
    walk = etree.iterwalk(top, events=("start", "end"))
    for event, element in walk:
        if event == "start":
            if element.tag in SKIPPED:
                walk.skip_subtree()
            elif element.text:
                yield Text(element.text, element)
        elif element is not top and element.tail:
            yield Text(element.tail, element, is_tail=True)
