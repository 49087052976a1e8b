"""Page requisites: what a browser fetches to show the page, as far as the HTML names it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from lxml import etree

_RELS = frozenset(
    {"stylesheet", "icon", "apple-touch-icon", "apple-touch-icon-precomposed", "mask-icon"}
)
_IMPORT = re.compile(r"@import\s+(?:url\(\s*)?[\"']?([^\"')\s;]+)", re.I)


def requisites(root: etree._Element, join: Callable[[str], str | None]) -> list[str]:
    """Absolute http(s) URIs of images, stylesheets, scripts and icons, in document order, each once.

    `join` makes a link of the page absolute, or None of one that cannot be fetched.
    """
    found: dict[str, None] = {}
    for element in root.iter(*_NAMED_BY):
        for link in _NAMED_BY[element.tag](element):
            uri = join(link)
            if uri:
                found.setdefault(uri)
    return list(found)


def _image(element: etree._Element) -> Iterable[str]:
    return (*_source(element), *_sources(element))


def _source(element: etree._Element) -> Iterable[str]:
    return _present(element, "src")


def _sources(element: etree._Element) -> Iterable[str]:
    return srcset(element.get("srcset") or "")


def _button(element: etree._Element) -> Iterable[str]:
    return _source(element) if (element.get("type") or "").lower() == "image" else ()


def _link(element: etree._Element) -> Iterable[str]:
    rels = (element.get("rel") or "").lower().split()
    return () if _RELS.isdisjoint(rels) else _present(element, "href")


def _style(element: etree._Element) -> Iterable[str]:
    return _IMPORT.findall(element.text or "")


def _poster(element: etree._Element) -> Iterable[str]:
    return _present(element, "poster")


def _background(element: etree._Element) -> Iterable[str]:
    return _present(element, "background")


def _present(element: etree._Element, attribute: str) -> Iterable[str]:
    value = element.get(attribute)
    return (value,) if value and value.strip() else ()


# The background attribute counts where browsers heed it (HTML Standard, 15.3.2 and 15.3.8).
_NAMED_BY: Mapping[str, Callable[[etree._Element], Iterable[str]]] = {
    **dict.fromkeys(("body", "table", "thead", "tbody", "tfoot", "tr", "td", "th"), _background),
    "img": _image,
    "script": _source,
    "source": _sources,
    "input": _button,
    "link": _link,
    "style": _style,
    "video": _poster,
}


def srcset(value: str) -> list[str]:
    """The URLs of a ``srcset`` attribute; a comma inside a URL stays (HTML Standard, 4.8.4.2.1)."""
    urls: list[str] = []
    in_descriptor = False
    for word in value.split():
        if in_descriptor:
            _, comma, word = word.partition(",")
            in_descriptor = not comma
        word = word.lstrip(",")
        if word and not in_descriptor:
            urls.append(word.rstrip(","))
            in_descriptor = not word.endswith(",")
    return urls
