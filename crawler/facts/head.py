"""The few facts that judging links takes: base, titles, the story's addresses, robots, refresh."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from crawler.facts.metas import Metas, read_metas
from crawler.facts.refresh import meta_refresh
from crawler.model.uri import join


@dataclass(frozen=True, slots=True)
class Head:
    """`base` and `refresh` (the target of a meta refresh) are absolute URIs, as are those of `named`.

    `named` are the story's own addresses by how the page names them: ``canonical``, ``og:url``,
    ``amphtml``, ``print``, ``mobile``; of each the first. `title` may bear the site's name.
    """

    base: str
    title: str = ""
    heading: str = ""
    named: Mapping[str, str] = field(default_factory=dict)
    refresh: str | None = None
    nofollow: bool = False
    metas: Metas = field(default_factory=dict)


def read_head(root: etree._Element, uri: str, encoding: str) -> Head:
    """What the page at `uri` says in its head. Its ``<base href>`` counts (HTML Standard, 4.2.3)."""
    base = _base(root, uri)
    metas = read_metas(root)
    named: dict[str, str] = {}
    for way, link in _named(root, metas):
        address = join(base, link, encoding)
        if address:
            named.setdefault(way, address)
    return Head(
        base=base,
        title=next((metas[name][0] for name in ("og:title", "headline") if name in metas), "")
        or text_of(next(root.iter("title"), None)),
        heading=next((text for one in root.iter("h1") if (text := text_of(one))), ""),
        named=named,
        refresh=meta_refresh(root, uri, base, encoding) if "refresh" in metas else None,
        nofollow=_nofollow(metas),
        metas=metas,
    )


def text_of(element: etree._Element | None) -> str:
    """The text inside `element`, at most 1000 characters, white space collapsed."""
    return "" if element is None else " ".join("".join(map(str, element.itertext())).split())[:1000]


def _base(root: etree._Element, uri: str) -> str:
    for element in root.iter("base"):
        href = element.get("href")
        if href:
            return join(uri, href) or uri
    return uri


def _named(root: etree._Element, metas: Metas) -> Iterator[tuple[str, str]]:
    for element in root.iter("link"):
        href = element.get("href")
        for way in _ways(element) if href else ():
            yield way, href or ""
    for link in metas.get("og:url", ()):
        yield "og:url", link


def _ways(element: etree._Element) -> Iterator[str]:
    rel = element.get("rel", "").lower().split()
    yield from (way for way in ("canonical", "amphtml") if way in rel)
    if "alternate" in rel and not element.get("hreflang"):
        media = element.get("media", "").lower()
        if "print" in media:
            yield "print"
        elif "handheld" in media or "max-width" in media:
            yield "mobile"


def _nofollow(metas: Metas) -> bool:
    robots = ",".join(metas.get("robots", ())).lower()
    return "nofollow" in robots or "none" in robots.replace(" ", "").split(",")
