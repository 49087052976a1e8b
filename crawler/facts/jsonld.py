"""The article in a page's JSON-LD (schema.org), whichever way the publisher nested it.

Blocks that are no JSON still give their plain fields: pages with an unescaped quote or a comma too many
are common, and a date is a date.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import Any

from lxml import etree

_LONGEST = 200_000
_DEEPEST = 8
_ARTICLE = re.compile(r"(?:Article|BlogPosting|Reportage|Report|Review|NewsItem|CreativeWork)\Z")
_PAGE = frozenset({"WebPage", "ItemPage", "QAPage", "VideoObject", "PodcastEpisode", "Event"})
_SHELL = ("<!--", "//<![CDATA[", "// <![CDATA[", "<![CDATA[", "-->", "//]]>", "// ]]>", "]]>", ";")
"""What scripts are wrapped in for readers that know no scripts."""
_FIELD = re.compile(
    r'"(headline|datePublished|dateModified|articleSection|inLanguage)"\s*:\s*"((?:[^"\\\n]|\\.){1,500})"'
)
_COMMA = re.compile(r",(?=\s*[}\]])")

Node = Mapping[str, Any]


class LinkedData:
    """The nodes of a page; `article` is the one that the page is about."""

    def __init__(self, root: etree._Element) -> None:
        self._by_id: dict[str, Node] = {}
        self._nodes = [node for block in _blocks(root) for node in self._walk(block, 0)]

    def article(self, heading: str) -> Node:
        """The article under `heading`, else the first; else what else is the page; else empty."""
        articles = [node for node in self._nodes if _is_article(node)]
        pages = [node for node in self._nodes if _types(node) & _PAGE]
        for node in articles:
            if heading and plain(text(node.get("headline") or node.get("name"))) == plain(heading):
                return node
        return next(iter([*articles, *pages]), {})

    def trail(self, heading: str) -> list[str]:
        """The names of the breadcrumb, from the article outwards, without the article and the root."""
        lists = [node for node in self._nodes if "BreadcrumbList" in _types(node)]
        steps = self.resolved(lists[0].get("itemListElement")) if lists else []
        names = [
            text(step.get("name")) or text(_inner(step)) for step in steps if isinstance(step, dict)
        ]
        return [name for name in names[:0:-1] if name and plain(name) != plain(heading)]

    def resolved(self, value: Any) -> list[Any]:
        """A value as a list, each reference (``{"@id": ...}``) as the node that it means."""
        values = value if isinstance(value, list) else [value]
        return [self._meant(one) for one in values if one]

    def names(self, value: Any) -> list[str]:
        """The names of persons, organisations or things."""
        return [
            name
            for one in self.resolved(value)
            for given in _listed(one.get("name") if isinstance(one, dict) else one)
            if (name := text(given))
        ]

    def uris(self, value: Any) -> list[str]:
        """The addresses of images or pages."""
        found = (
            one if isinstance(one, str) else one.get("url") or one.get("contentUrl") or one.get("@id")
            for one in self.resolved(value)
            if isinstance(one, (str, dict))
        )
        return [uri for one in found for given in _listed(one) if (uri := text(given))]

    def _meant(self, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("@id"), str):
            return {**self._by_id.get(value["@id"], {}), **value}
        return value

    def _walk(self, value: Any, depth: int) -> Iterator[Node]:
        """Every node that says something, outer ones first, without lists of other stories."""
        if depth > _DEEPEST:
            return
        if isinstance(value, list):
            for one in value:
                yield from self._walk(one, depth + 1)
        elif isinstance(value, dict):
            if isinstance(value.get("@id"), str) and len(value) > 1:
                self._by_id.setdefault(value["@id"], value)
            kinds = _types(value)
            if kinds or "datePublished" in value:
                yield value
            if not kinds & {"ItemList", "BreadcrumbList", "CollectionPage"}:
                for key, one in value.items():
                    if isinstance(one, (dict, list)) and key not in _OTHERS:
                        yield from self._walk(one, depth + 1)


_OTHERS = frozenset(
    {"hasPart", "relatedLink", "mentions", "citation", "comment", "isPartOf", "liveBlogUpdate"}
)
"""What is not the article: its parts, its comments, what it cites."""


def text(value: Any) -> str:
    """A JSON-LD value as one line of text, character references resolved; empty where it is none."""
    if isinstance(value, dict):
        value = value.get("@value", "")
    if not isinstance(value, (str, int)):
        return ""
    line = str(value)
    return " ".join((unescape(line) if "&" in line else line).split())


def plain(title: str) -> str:
    """A title for comparison: letters and digits only, case folded."""
    return "".join(c for c in title.casefold() if c.isalnum())


def _inner(step: Node) -> Any:
    item = step.get("item")
    return item.get("name") if isinstance(item, dict) else ""


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _types(node: Node) -> set[str]:
    names = _listed(node.get("@type"))
    return {name.rpartition("/")[2].rpartition(":")[2] for name in names if isinstance(name, str)}


def _is_article(node: Node) -> bool:
    """A node of an article's type, or of none that has an article's date."""
    types = _types(node)
    return not types or any(_ARTICLE.search(name) for name in types)


def _blocks(root: etree._Element) -> Iterator[Any]:
    for script in root.iter("script"):
        kind = (script.get("type") or "").partition(";")[0].strip().lower()
        body = script.text
        if kind == "application/ld+json" and body and len(body) < _LONGEST:
            yield _parsed(_bare(body))


def _bare(body: str) -> str:
    for mark in _SHELL:
        body = body.strip().removeprefix(mark).removesuffix(mark)
    return body


def _parsed(body: str) -> Any:
    for attempt in (body, _COMMA.sub("", body)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    fields = {
        name: value.replace('\\"', '"').replace("\\/", "/") for name, value in _FIELD.findall(body)
    }
    return {"@type": "Article", **fields} if fields else None
