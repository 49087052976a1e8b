"""Pages -> sets of one story, each page joined while it is added, with the reason.

Which pages are compared: those with an address, a twin key, a number of the publisher or a title in
common; of each of these at most `_MOST`, so a title that a whole site bears costs no more than that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crawler.model.facts import Facts
from crawler.model.twins import owner
from pipelines.graph.identity import Member, evidence, is_root

_MOST = 12


class Clusters:
    """Disjoint sets of page keys (`uri.document_key`)."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._alike: dict[Any, list[Member]] = {}
        self._order: dict[str, int] = {}
        self._why: dict[str, str] = {}

    def add(self, page_uri: str, facts: Facts, named: Mapping[str, str], sketch: str = "") -> str:
        """Take in a page with the addresses that it gives its story; its key."""
        page = Member.of(page_uri, facts, named, sketch)
        self._parent.setdefault(page.key, page.key)
        self._order.setdefault(page.key, len(self._order))
        for place in _places(page):
            alike = self._alike.setdefault(place, [])
            for other in alike:
                if self.find(other.key) != self.find(page.key) and (why := evidence(page, other)):
                    self._join(page.key, other.key, why)
            if len(alike) < _MOST and page not in alike:
                alike.append(page)
        return page.key

    def find(self, key: str) -> str:
        """The key that stands for the set of `key`: its first page's."""
        while (parent := self._parent[key]) != key:
            self._parent[key] = key = self._parent[parent]
        return key

    def why(self, key: str) -> str:
        """Why the page of `key` belongs to its set; empty for the first page of one."""
        return self._why.get(key, "")

    def _join(self, page: str, other: str, why: str) -> None:
        """Two sets become one under the earlier first page; that of the other gets the reason."""
        first, second = sorted((self.find(page), self.find(other)), key=self._order.__getitem__)
        self._parent[second] = first
        self._why[second] = why


def own_addresses(page_uri: str, named: Mapping[str, str]) -> list[str]:
    """Those of the addresses that a page names which may be its story's: of its own publisher."""
    return [one for one in named.values() if not is_root(one) and owner(one) == owner(page_uri)]


def _places(page: Member) -> Iterator[tuple[str, str]]:
    yield "address", page.key
    yield from (("address", address) for address in page.named)
    yield "twin", page.twin.key
    yield from ((page.owner, number) for number in sorted(page.ids | page.names))
    if page.title and page.sketch:
        yield "title", page.title
