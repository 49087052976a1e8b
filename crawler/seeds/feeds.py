"""The links of a feed or sitemap: RSS (all versions), Atom (RFC 4287), JSON Feed 1.1, sitemaps.org."""

from __future__ import annotations

import json
from collections.abc import Iterator

from lxml import etree

_ROOTS = frozenset({"rss", "RDF", "feed", "urlset", "sitemapindex"})


def feed_links(data: bytes) -> list[str] | None:
    """The links of the entries, in their order; None where `data` is no feed and no sitemap."""
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{"):
        return _json_links(data)
    if start.startswith(b"<"):
        return _xml_links(data)
    return None


def _json_links(data: bytes) -> list[str] | None:
    try:
        feed = json.loads(data)
    except ValueError:
        return None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        return None
    links = (item.get("url") or item.get("external_url") for item in items if isinstance(item, dict))
    return [str(link) for link in links if link]


def _xml_links(data: bytes) -> list[str] | None:
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is None or etree.QName(root).localname not in _ROOTS:
        return None
    return [link for link in map(str.strip, _entries(root)) if link]


def _entries(root: etree._Element) -> Iterator[str]:
    for element in root.iter(etree.Element):
        name = etree.QName(element).localname
        parent = element.getparent()
        within = etree.QName(parent).localname if parent is not None else ""
        if (name == "loc" and within == "url") or (name == "link" and within == "item"):
            yield element.text or ""
        elif (name, within, element.get("rel", "alternate")) == ("link", "entry", "alternate"):
            yield element.get("href") or ""
