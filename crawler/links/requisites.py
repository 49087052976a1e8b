"""Page requisites: what a browser fetches to show the page, as far as the HTML names it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from crawler.model.uri import join

_RELS = frozenset(
    {"stylesheet", "icon", "apple-touch-icon", "apple-touch-icon-precomposed", "mask-icon"}
)
_IMPORT = re.compile(r"@import\s+(?:url\(\s*)?[\"']?([^\"')\s;]+)", re.I)


def requisites(root: etree._Element, base: str, encoding: str) -> list[str]:
    """Absolute http(s) URIs of images, stylesheets, scripts and icons, in document order, each once."""
    found: dict[str, None] = {}
    for element in root.iter():
        for link in _named_by(element):
            uri = join(base, link, encoding)
            if uri:
                found.setdefault(uri)
    return list(found)


def _named_by(element: etree._Element) -> Iterator[str]:
    tag = element.tag
    if tag in ("img", "script") or (tag == "input" and (element.get("type") or "").lower() == "image"):
        yield from _present(element, "src")
    if tag in ("img", "source"):
        yield from srcset(element.get("srcset") or "")
    elif tag == "link":
        if _RELS & set((element.get("rel") or "").lower().split()):
            yield from _present(element, "href")
    elif tag == "style":
        yield from _IMPORT.findall(element.text or "")
    elif tag == "video":
        yield from _present(element, "poster")
    yield from _present(element, "background")


def _present(element: etree._Element, attribute: str) -> Iterator[str]:
    value = element.get(attribute)
    if value and value.strip():
        yield value


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
