"""What the address of a link tells: site, article or index, and likeness to the page's own address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

_DATE = re.compile(r"/(?:19|20)\d{2}[/-]?(?:0?[1-9]|1[0-2]|[a-z]{3})(?:[/-]|\d{2}\b)")
_NUMBER = re.compile(r"\d{5,}")
_HEX = re.compile(r"(?=[a-z]*\d)[0-9a-z]{10,}")
_SUFFIX = re.compile(r"\.(?:s?html?|stm|php|aspx?|jsp|story|cms|ece|html5)$")
_DEFAULT = re.compile(r"(?:index|default|home|main)(?:\.\w+)?|")
_INDEX = re.compile(
    r"/(?:tags?|topics?|themen?|thema|temas?|category|categor[iy]a?s?|sections?|authors?|autore?s?|autor(?:en)?|"
    r"profiles?|people|search|suche|buscar|keywords?|archives?|rss|feeds?|login|signin|register|subscribe|"
    r"newsletters?|help|about|contact|privacy|terms|cookies?|jobs|shop|events|programmes|weather|podcasts?|"
    r"index|etiquetas?|rubrik(?:en)?|stichwort|organisations?|entity|by|user|users|members?|mailto|share|sharer|print|"
    r"email|comments?|live_stats|change_edition)(?:[/._?-]|$)"
)
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|pdf|mp3|mp4|zip|xml|css|js|ico|svg|docx?|xlsx?)$")
_SECOND_LEVEL = frozenset(
    {"co", "com", "org", "net", "ac", "gov", "edu", "or", "ne", "go", "gob", "ltd", "plc"}
)
_SLUG_WORDS = 4


@dataclass(frozen=True, slots=True)
class Address:
    """`site` names the publisher; `depth` counts path segments; `shape` is the last one's pattern."""

    site: str
    depth: int
    shape: str
    first: str
    article: bool
    index: bool


@lru_cache(maxsize=8192)
def address(uri: str) -> Address:
    """What can be said of `uri` from its text alone."""
    parts = urlsplit(uri)
    path = parts.path.lower()
    segments = [s for s in path.split("/") if s]
    last = segments[-1] if segments else ""
    name = _SUFFIX.sub("", last)
    index = _is_index(path, segments, last, parts.query)
    article = not index and _is_article(path, segments, name, last, parts.query)
    return Address(
        site(parts.hostname or ""), len(segments), shape(last), "/".join(segments[:1]), article, index
    )


def site(host: str) -> str:
    """The publisher's name in a host: 'bbc' for www.bbc.com and news.bbc.co.uk (no list of suffixes)."""
    labels = host.split(".")
    if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL:
        return labels[-3]
    return labels[-2] if len(labels) > 1 else host


def shape(segment: str) -> str:
    """The pattern of a path segment: runs of digits, of words, the suffix. '7330492.stm' is '0.stm'."""
    name, dot, suffix = segment.rpartition(".")
    if not dot or len(suffix) > 5:
        name, suffix = segment, ""
    words = len(re.split(r"[-_,+]|%20", name))
    slug = "slug" if words >= _SLUG_WORDS else "name"
    if name.isdigit():
        slug = ""
    number = "0" if _NUMBER.search(name) else ""
    return f"{slug}{number}.{suffix}"


def _is_index(path: str, segments: list[str], last: str, query: str) -> bool:
    if not segments:
        return not _NUMBER.search(query)
    if _FILE.search(last):
        return True
    if _INDEX.search(path) and not (_NUMBER.search(last) or _is_slug(last)):
        return True
    bare = len(segments) <= 2 and not query and not any(c.isdigit() for c in last) and not _is_slug(last)
    return bool(_DEFAULT.fullmatch(last)) or (bare and not _SUFFIX.search(last))


def _is_article(path: str, segments: list[str], name: str, last: str, query: str) -> bool:
    if _DATE.search(path) or _NUMBER.search(last) or _NUMBER.search(query) or _is_slug(name):
        return True
    if _HEX.fullmatch(name.rpartition("-")[2]) or _NUMBER.search(path):
        return True
    return bool(_SUFFIX.search(last)) and len(segments) > 1


def _is_slug(name: str) -> bool:
    return len(name) >= 20 and len(re.split(r"[-_+]|%20|%d9|%e0|%e3", name)) >= _SLUG_WORDS
