"""What the address of a link tells: site, article or index, and likeness to the page's own address."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

_DATE = re.compile(r"/(?:19|20)\d{2}[/-]?(?:0?[1-9]|1[0-2]|[a-z]{3})(?:[/-]|\d{2}\b)")
_NUMBER = re.compile(r"\d{5}")
_DIGIT = re.compile(r"\d")
_HEX = re.compile(r"(?=[a-z]*\d)[0-9a-z]{10,}")
_ESCAPED = re.compile(r"%(?:20|d9|e0|e3)")
_DEFAULTS = frozenset({"index", "default", "home", "main"})
_PAGES = frozenset({"html", "htm", "shtml", "stm", "php", "asp", "aspx", "jsp", "story", "cms", "ece"})
_FILES = frozenset(
    {"jpg", "jpeg", "png", "gif", "webp", "svg", "ico", "pdf", "mp3", "mp4", "zip", "xml", "css", "js"}
)
_INDEX = re.compile(
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
_SLUG_WORDS = 4
_SLUG_LENGTH = 20


class Address(Struct, frozen=True, gc=False):
    """`site` names the publisher, `depth` counts path segments.

    `shape` is the pattern of the last one: words, a long number, suffix. '7330492.stm' is '0.stm'.
    """

    site: str
    depth: int
    first: str
    shape: str
    article: bool
    index: bool
    folders: tuple[str, ...] = ()
    """The path's segments before the last."""


@lru_cache(maxsize=8192)
def address(uri: str) -> Address:
    """What can be said of a normalised `uri` from its text alone."""
    host, _, rest = uri.partition("://")[2].partition("/")
    path, _, query = rest.lower().partition("?")
    segments = [s for s in path.split("/") if s]
    last = segments[-1] if segments else ""
    name, _, suffix = last.rpartition(".")
    if suffix not in _PAGES and suffix not in _FILES:
        name, suffix = last, ""
    escaped = len(_ESCAPED.findall(name)) if "%" in name else 0
    words = 1 + name.count("-") + name.count("_") + name.count("+") + escaped
    numbered = _NUMBER.search(last) is not None
    telling = numbered or (len(name) >= _SLUG_LENGTH and words >= _SLUG_WORDS)
    index = suffix in _FILES or _is_index(path, query, segments, name, suffix, telling)
    article = not index and (telling or _is_article(path, query, segments, name, suffix))
    first = segments[0] if segments else ""
    form = "" if name.isdigit() else "slug" if words >= _SLUG_WORDS else "name"
    shape = f"{form}{'0' if numbered else ''}.{suffix}"
    return Address(site(host), len(segments), first, shape, article, index, tuple(segments[:-1]))


@lru_cache(maxsize=1024)
def site(host: str) -> str:
    """The publisher's name in a host: 'bbc' for www.bbc.com and news.bbc.co.uk (no list of suffixes)."""
    labels = host.partition(":")[0].split(".")
    if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL:
        return labels[-3]
    return labels[-2] if len(labels) > 1 else host


def _is_index(path: str, query: str, segments: list[str], name: str, suffix: str, telling: bool) -> bool:
    if not segments:
        return not _NUMBER.search(query)
    if name in _DEFAULTS:
        return True
    if len(segments) > 1 and segments[-2] in _LISTS:
        return True
    if telling:
        return False
    if _INDEX.search("/" + path):
        return True
    return len(segments) <= 2 and not suffix and not query and not _DIGIT.search(name)


def _is_article(path: str, query: str, segments: list[str], name: str, suffix: str) -> bool:
    if suffix in _PAGES and len(segments) > 1:
        return True
    if _DATE.search("/" + path) or _NUMBER.search(path) or _NUMBER.search(query):
        return True
    return _HEX.fullmatch(name.rpartition("-")[2]) is not None
