"""Pages -> stories: each a cluster of pages, with its addresses and captures."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from crawler.model import uri
from crawler.model.facts import NAMES, Facts
from crawler.model.timestamp import to_warc_date
from pipelines.graph.clusters import Clusters, own_addresses
from pipelines.graph.segment import PageLine


@dataclass(frozen=True, slots=True)
class PageAt:
    """A page without its edges, and the segment and offset where those stand."""

    path: Path
    offset: int
    page: PageLine

    @property
    def order(self) -> tuple[datetime, str, str]:
        """Pages stand in the order of their captures."""
        return (self.page.moment, self.page.uri, self.page.record_id)


@dataclass(slots=True)
class Story:
    """A story: its id, the addresses it goes by, and its pages in the order of their captures."""

    pages: list[PageLine] = field(default_factory=list)
    more_uris: set[str] = field(default_factory=set)
    why: dict[str, str] = field(default_factory=dict)
    """Captured address -> why its page is of this story; empty for the first."""

    @property
    def id(self) -> str:
        """Made of the first capture's address, so it stays while later captures come."""
        first = uri.document_key(self.pages[0].uri)
        return "urn:clew:story:" + hashlib.sha256(first.encode()).hexdigest()[:16]

    def uris(self) -> list[str]:
        """Every address of the story: those captured first, then those that pages and redirects name."""
        captured = dict.fromkeys(page.uri for page in self.pages)
        named = {other for page in self.pages for other in own_addresses(page.uri, page.named)}
        return [*captured, *sorted((named | self.more_uris) - captured.keys())]

    def same(self) -> list[dict[str, str]]:
        """Why each address but the first belongs to the story (docs/identity.md)."""
        named = {named: way for page in self.pages for way, named in page.named.items()}
        reasons = {**dict.fromkeys(self.more_uris, "redirect"), **named, **self.why}
        return [{"uri": one, "why": reasons[one] or "address"} for one in self.uris()[1:]]

    def to_dict(self) -> dict[str, Any]:
        """A line of ``stories.jsonl``."""
        facts = self.facts()
        return {
            "id": self.id,
            "uris": self.uris(),
            "same": self.same(),
            "title": facts.title,
            "published": facts.published,
            "modified": facts.modified,
            "section": facts.section,
            "authors": list(facts.authors),
            "site": next((page.site for page in self.pages if page.site), ""),
            "site_name": facts.site_name,
            "lang": facts.lang,
            "image": facts.image,
            "sources": dict(facts.sources),
            "captures": [_capture(page) for page in self.pages],
        }

    def facts(self) -> Facts:
        """Each fact from the first page that tells it; when it was modified, from the last."""
        told: dict[str, Any] = {}
        sources: dict[str, str] = {}
        for page in self.pages:
            for name in NAMES:
                value = getattr(page.facts, name)
                if value and (name == "modified" or name not in told):
                    told[name], sources[name] = value, page.facts.sources.get(name, "")
        return Facts(**told, sources={name: one for name, one in sources.items() if one})


def _capture(page: PageLine) -> dict[str, str]:
    """A capture of the story; where it is not live, with what it was taken from."""
    about = {"uri": page.uri, "datetime": to_warc_date(page.moment), "record_id": page.record_id}
    taken = {"source": page.source.removeprefix("live"), "archive": page.archive}
    return about | {name: value for name, value in taken.items() if value}


class Stories:
    """All stories of a collection, in the order of their first captures."""

    def __init__(self, pages: Iterable[PageAt]) -> None:
        clusters = Clusters()
        keys = [
            (clusters.add(p.page.uri, p.page.facts, p.page.named, p.page.sketch), p.page) for p in pages
        ]
        self._by_root: dict[str, Story] = {}
        self._root: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        for key, page in keys:
            self._root[key] = clusters.find(key)
            story = self._by_root.setdefault(self._root[key], Story())
            story.pages.append(page)
            story.why.setdefault(page.uri, clusters.why(key))

    def __len__(self) -> int:
        return len(self._by_root)

    def __iter__(self) -> Iterator[Story]:
        return iter(self._by_root.values())

    def id_of(self, key: str) -> str:
        """The id of the story of the page with that `uri.document_key`; empty where there is none."""
        root = self._root.get(key, "")
        if root and root not in self._ids:
            self._ids[root] = self._by_root[root].id
        return self._ids.get(root, "")

    def of(self, key: str) -> Story | None:
        """The story of the page with that `uri.document_key`."""
        root = self._root.get(key)
        return self._by_root[root] if root is not None else None
