"""The article in a page's microdata (HTML Standard, 5) and RDFa: ``itemprop`` and ``property``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice

from lxml import etree

from crawler.facts.head import text_of
from crawler.facts.xpath import finder

# One predicate: libxml2 merges the parts of a union in the square of their number.
_FIND = finder("//*[@itemprop or @property][not(self::meta[not(@itemprop)])]")
_ARTICLE = re.compile(r"(?:Article|BlogPosting|Report|Review|CreativeWork)\Z")
_WANTED = frozenset(
    {
        *("headline", "datepublished", "datecreated", "datemodified", "articlesection"),
        *("author", "creator", "image", "publisher"),
    }
)

_MOST, _DEEPEST, _WIDEST = 1000, 200, 50
"""Properties that are read, elements above one and below one that are looked at."""


def read_items(root: etree._Element) -> Mapping[str, Sequence[str]]:
    """What the page's article says, by lower-case property: the first article's, no other item's."""
    found: dict[str, list[str]] = {}
    first: etree._Element | None = None
    for element in _FIND(root)[:_MOST]:
        for name in _names(element) & _WANTED:
            owner = _owner(element)
            if owner is not None:
                if not _ARTICLE.search(_type(owner)) or (first is not None and owner is not first):
                    continue
                first = owner
            value = _value(element, name)
            if value:
                found.setdefault(name, []).append(value)
    return found


def _owner(element: etree._Element) -> etree._Element | None:
    """The element of the item that a property belongs to; None where no item is named around it."""
    for above in islice(element.iterancestors(), _DEEPEST):
        if _type(above) or above.get("itemscope") is not None:
            return above
    return None


def _type(element: etree._Element) -> str:
    return (element.get("itemtype") or element.get("typeof") or "").strip()


def _names(element: etree._Element) -> set[str]:
    told = f"{element.get('itemprop') or ''} {element.get('property') or ''}".lower().split()
    return {name.rpartition(":")[2].rpartition("/")[2] for name in told}


def _value(element: etree._Element, name: str) -> str:
    """The value of a property (HTML Standard, 5.2.4); of a person or an image, its name or address."""
    if element.get("itemscope") is not None or _type(element):
        inner = "url" if name == "image" else "name"
        for below in islice(element.iterdescendants(), _WIDEST):
            if inner in _names(below):
                return _value(below, inner)
        return text_of(element) if name != "image" else ""
    for attribute in ("content", "datetime"):
        if element.get(attribute):
            return element.get(attribute) or ""
    if name in ("image", "url"):
        return element.get("src") or element.get("href") or ""
    return text_of(element)
