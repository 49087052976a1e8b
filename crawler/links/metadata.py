"""What a page says of itself in its head: addresses, title, language, date, robots, refresh."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from crawler.links.refresh import meta_refresh
from crawler.model.uri import join

_ISO = re.compile(
    r"(\d{4})[-/](\d{2})[-/](\d{2})"
    r"(?:[T ](\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?\s*(?:Z|[+-]\d{2}:?\d{2})?))?"
)
_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')
_PUBLISHED = (
    *("article:published_time", "og:published_time", "datepublished", "originalpublicationdate", "date"),
    *("dc.date", "dc.date.issued", "dcterms.created", "pubdate", "publishdate", "publish-date"),
    *("parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "displaydate"),
)
_LONGEST_SCRIPT = 200_000


@dataclass(frozen=True, slots=True)
class Metadata:
    """`published` is an ISO 8601 date or date-time, `refresh` the absolute target of a meta refresh."""

    base: str
    title: str = ""
    heading: str = ""
    description: str = ""
    lang: str = ""
    published: str = ""
    story_uris: tuple[str, ...] = ()
    refresh: str | None = None
    nofollow: bool = False


def read_metadata(root: etree._Element, uri: str, encoding: str) -> Metadata:
    """What the page at `uri` says of itself. Its ``<base href>`` counts (HTML Standard, 4.2.3)."""
    base = _base(root, uri)
    metas = _metas(root)
    robots = metas.get("robots", "").lower()
    return Metadata(
        base=base,
        title=metas.get("og:title") or metas.get("headline") or _text(root, "title"),
        heading=_text(root, "h1"),
        description=metas.get("og:description") or metas.get("description", ""),
        lang=_lang(root, metas),
        published=_published(root, metas),
        story_uris=tuple(dict.fromkeys(_story_uris(root, metas, base, encoding))),
        refresh=meta_refresh(root, uri, base, encoding),
        nofollow="nofollow" in robots or "none" in robots.replace(" ", "").split(","),
    )


def _base(root: etree._Element, uri: str) -> str:
    for element in root.iter("base"):
        href = element.get("href")
        if href:
            return join(uri, href) or uri
    return uri


def _metas(root: etree._Element) -> Mapping[str, str]:
    """The first value of each ``<meta>`` by its lower-case name, property, itemprop or http-equiv."""
    metas: dict[str, str] = {}
    for element in root.iter("meta"):
        content = (element.get("content") or "").strip()
        for attribute in ("name", "property", "itemprop", "http-equiv"):
            name = element.get(attribute)
            if name and content:
                metas.setdefault(name.strip().lower(), content)
    return metas


def _text(root: etree._Element, tag: str) -> str:
    for element in root.iter(tag):
        text = " ".join("".join(map(str, element.itertext())).split())
        if text:
            return text[:1000]
    return ""


def _lang(root: etree._Element, metas: Mapping[str, str]) -> str:
    lang = (
        root.get("lang")
        or root.get("{http://www.w3.org/XML/1998/namespace}lang")
        or root.get("xml:lang")
    )
    lang = lang or metas.get("content-language") or metas.get("og:locale") or ""
    return lang.replace("_", "-").split(",")[0].strip()[:35]


def _story_uris(
    root: etree._Element, metas: Mapping[str, str], base: str, encoding: str
) -> Iterator[str]:
    for element in root.iter("link"):
        rel = (element.get("rel") or "").lower().split()
        printed = "alternate" in rel and "print" in (element.get("media") or "").lower()
        if "canonical" in rel or "amphtml" in rel or printed:
            uri = join(base, element.get("href") or "", encoding)
            if uri:
                yield uri
    uri = join(base, metas["og:url"], encoding) if "og:url" in metas else None
    if uri:
        yield uri


def _published(root: etree._Element, metas: Mapping[str, str]) -> str:
    told = [metas[name] for name in _PUBLISHED if name in metas]
    told += _structured(root)
    told += [element.get("datetime") or "" for element in root.iter("time")][:1]
    return next((date for date in map(iso_date, told) if date), "")


def _structured(root: etree._Element) -> list[str]:
    """``datePublished`` of the page's JSON-LD, found in the text so that broken JSON counts too."""
    found = []
    for element in root.iter("script"):
        if (
            element.get("type") == "application/ld+json"
            and element.text
            and len(element.text) < _LONGEST_SCRIPT
        ):
            found += [
                json.loads(f'"{date}"') for date in _JSON_DATE.findall(element.text) if "\\" not in date
            ]
    return found


def iso_date(text: str) -> str:
    """The first date in `text` that is written year first, as ISO 8601; empty where there is none."""
    match = _ISO.search(text)
    if not match or not ("01" <= match[2] <= "12" and "01" <= match[3] <= "31"):
        return ""
    day = f"{match[1]}-{match[2]}-{match[3]}"
    return f"{day}T{match[4].replace(' ', '')}" if match[4] else day
