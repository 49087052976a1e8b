"""Which pages are one story. A false merge is worse than a missed one.

Pages are joined over the addresses that they name as their own (canonical, ``og:url``, AMP, print,
edition twins), and only where nothing speaks against it:

* An address is taken only from the page's own site: the same host, ``www.``, ``m.``, ``amp.`` and the
  like aside, or a host under it or above it.
* The root of a host is nobody's story but its own: a canonical that names the front page is a mistake
  that whole sites make.
* Two pages must bear the same title. Where a template names one address on every page, the titles
  differ, and the stories stay apart. Two pages without a title are never joined.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from crawler.model import uri

_SAME_SITE = ("www.", "m.", "amp.", "mobile.", "edition.", "print.")


class Clusters:
    """Disjoint sets of page keys (`uri.document_key`), each joined while pages are added."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._owner: dict[tuple[str, str], str] = {}

    def add(self, page_uri: str, title: str, others: Iterable[str]) -> str:
        """Take in a page and the addresses it gives itself; its key."""
        key = uri.document_key(page_uri)
        self._parent.setdefault(key, key)
        title = _plain(title)
        if title:
            own = [key, *(uri.document_key(other) for other in own_addresses(page_uri, others))]
            for address in own:
                self._join(self._owner.setdefault((address, title), key), key)
        return key

    def find(self, key: str) -> str:
        """The key that stands for the set of `key`."""
        while (parent := self._parent[key]) != key:
            self._parent[key] = key = self._parent[parent]
        return key

    def _join(self, a: str, b: str) -> None:
        a, b = sorted((self.find(a), self.find(b)))
        self._parent[b] = a


def own_addresses(page_uri: str, others: Iterable[str]) -> list[str]:
    """Those of the addresses that a page names which may be its story's."""
    return [other for other in others if not _is_root(other) and _one_site(page_uri, other)]


def _is_root(address: str) -> bool:
    parts = urlsplit(address)
    return parts.path in ("", "/") and not parts.query


def _one_site(a: str, b: str) -> bool:
    a, b = _site(a), _site(b)
    return a == b or a.endswith("." + b) or b.endswith("." + a)


def _site(address: str) -> str:
    host = uri.netloc(address)
    for label in _SAME_SITE:
        host = host.removeprefix(label)
    return host


def _plain(title: str) -> str:
    return " ".join(title.split()).casefold()
