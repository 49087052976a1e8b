"""What the addresses of one folder share: a page links to many stories in few folders."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

# Addresses that differ in the edition only (domestic and world, text and pictures, host prefix).
_EDITION = re.compile(r"/(?:[12]/(?:hi|low)|hi/english|low/english)(?:/world|/uk_news|/uk)?(?=/)")
_ALIASES = frozenset({"www", "m", "mobile", "amp", "edition"})
INDEX = re.compile(
    r"/(?:tags?|topics?|themen?|thema|temas?|category|categor[iy]a?s?|sections?|authors?|autore?s?|"
    r"autor(?:en)?|profiles?|people|search|suche|buscar|keywords?|archives?|rss|feeds?|login|signin|"
    r"register|subscribe|newsletters?|help|about|contact|privacy|terms|cookies?|jobs|shop|events|"
    r"programmes|weather|podcasts?|index|etiquetas?|rubrik(?:en)?|stichwort|organisations?|entity|by|"
    r"users?|members?|share|sharer|print|email|comments?)(?:[/._?-]|$)"
)
_LISTS = frozenset(
    {
        *("tag", "tags", "tagi", "tagged", "topic", "topics", "tema", "temas", "etiqueta", "etiquetas"),
        *("keyword", "keywords", "taxonomy", "term", "author", "authors", "autor", "autoren", "autores"),
        *("autori", "auteur", "auteurs", "category", "categories", "kategorie", "kategoria", "people"),
    }
)
"""Folders whose entries are lists, however long their names: a tag, an author, a category."""
_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "ac", "gov", "edu", "or", "ne", "go", "gob"})


class Folder(Struct, frozen=True, gc=False):
    """`site` names the publisher; `names` are the segments of the path, in lower case."""

    site: str
    names: tuple[str, ...]
    index: bool
    """Whether one of them says that what is below is no article: ``/tags/``."""
    lists: bool
    """Whether it has lists only, however long their names."""
    key: str
    """What begins the key of each story in it (`crawler.links.address.Address`)."""


@lru_cache(maxsize=4096)
def folder(place: str) -> Folder:
    """The folder at `place`: a host, with the path behind it, without a slash at the end."""
    host, slash, path = place.partition("/")
    path = slash + path + "/"
    low = path.lower()
    names = tuple([name for name in low.split("/") if name])
    edition = _EDITION.match(path)
    key = _without_alias(host.lower()) + path[edition.end() if edition else 0 : -1]
    lists = bool(names) and names[-1] in _LISTS
    return Folder(site(host), names, INDEX.search(low) is not None, lists, key)


def _without_alias(host: str) -> str:
    alias, dot, rest = host.partition(".")
    return rest if dot and alias in _ALIASES else host


@lru_cache(maxsize=1024)
def site(host: str) -> str:
    """The publisher's name in a host: 'bbc' for www.bbc.com and news.bbc.co.uk (no list of suffixes)."""
    labels = host.partition(":")[0].split(".")
    if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL:
        return labels[-3]
    return labels[-2] if len(labels) > 1 else host
