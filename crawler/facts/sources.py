"""The places of one page that may tell a fact; each is read when it is first asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from lxml import etree

from crawler.facts.around import Shown, read_shown, shows
from crawler.facts.head import Head, text_of
from crawler.facts.items import read_items
from crawler.facts.jsonld import LinkedData, Node, text
from crawler.facts.titles import headline
from crawler.model.twins import SECOND_LEVEL
from crawler.model.uri import hostname, join

_NO_NAME = frozenset(("news", "sport", "sports", "tech", "blog", "blogs", "online", "archive", "mobile"))
_LONGEST_TITLE = 1000
Told = Iterator[tuple[str, str]]
"""What is told, and where."""


class Sources:
    """A page at `uri`, a URI-R. Values come as they are written, those of metas in document order."""

    def __init__(self, root: etree._Element, uri: str, head: Head, encoding: str) -> None:
        self.root, self.uri, self.head, self._encoding = root, uri, head, encoding
        self.data = LinkedData(root)
        self.title = ""
        """The headline, as soon as it is known."""

    @cached_property
    def node(self) -> Node:
        """The article of the JSON-LD."""
        return self.data.article(self.head.heading)

    @cached_property
    def document_title(self) -> str:
        """The text of ``<title>``."""
        return text_of(next(self.root.iter("title"), None))

    @cached_property
    def site_names(self) -> Sequence[str]:
        """Names of the site that are told or that its host gives away."""
        told = [value for value, _ in self.meta(("og:site_name", "application-name"))]
        told += self.data.names(self.node.get("publisher"))
        return (*told, *_host_names(self.uri))

    def without_site(self, title: str) -> str:
        """A title as the headline that it holds."""
        return headline(title[:_LONGEST_TITLE], self.head.heading, self.site_names)

    def shows(self, title: str) -> bool:
        """Whether `title` stands on the page as a text of its own."""
        return shows(self.root, title)

    @cached_property
    def shown(self) -> Shown:
        """What stands around the headline."""
        return read_shown(self.root, self.title)

    def meta(self, names: Iterable[str]) -> Told:
        """Contents of ``<meta>``, by the order of `names`."""
        for name in names:
            for value in self.head.metas.get(name, ()):
                yield value, f"meta {name}"

    def linked(self, *keys: str) -> Told:
        """Texts of the JSON-LD article."""
        for key in keys:
            for value in self.data.resolved(self.node.get(key)):
                yield text(value), f"json-ld {key}"

    def item(self, *names: str) -> Told:
        """Values of microdata and RDFa."""
        for name in names:
            for value in self._items.get(name.lower(), ()):
                yield value, f"itemprop {name}"

    def absolute(self, link: str) -> str:
        """`link` as an absolute URI, empty where it is none."""
        return join(self.head.base, link, self._encoding) or ""

    @cached_property
    def _items(self) -> Mapping[str, Sequence[str]]:
        return read_items(self.root)


def _host_names(uri: str) -> Iterator[str]:
    """``entertainment.msn.com`` is ``msn``, ``msn.com``: what a title may call the site."""
    labels = [label for label in hostname(uri).split(".") if label not in ("www", "m", "amp")]
    ends = 2 if len(labels) > 2 and labels[-2] in SECOND_LEVEL else 1
    yield from (name for name in labels[:-ends] if len(name) > 2 and name not in _NO_NAME)
    yield ".".join(labels[-ends - 1 :])
