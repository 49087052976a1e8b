"""What the address of a link tells: site, article or index, and likeness to the page's own address."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from crawler.links.folder import INDEX, Folder, folder
from crawler.model.uri import without_tracking

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
_AMP = re.compile(r"(?:/amp|\.amp)$|\.amp(?=\.html?$)")
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
    folders: tuple[str, ...]
    """The path's segments before the last."""
    key: str
    """What addresses of one story share, whatever edition, scheme, ``www.``, AMP or tracking.

    ``/1/hi/world/europe/7330492.stm`` and ``/2/hi/europe/7330492.stm`` are editions of one story.
    """


@lru_cache(maxsize=8192)
def address(uri: str) -> Address:
    """What can be said of a normalised `uri` from its text alone; a fragment says nothing."""
    rest, mark, query = uri.partition("#")[0].partition("://")[2].partition("?")
    place, _, written = rest.rstrip("/").rpartition("/")
    around = folder(place or written)
    if not place:
        written = ""
    last = written.lower()
    name, _, suffix = last.rpartition(".")
    if suffix not in _PAGES and suffix not in _FILES:
        name, suffix = last, ""
    escaped = len(_ESCAPED.findall(name)) if "%" in name else 0
    words = 1 + name.count("-") + name.count("_") + name.count("+") + escaped
    numbered = _NUMBER.search(last) is not None
    telling = numbered or (len(name) >= _SLUG_LENGTH and words >= _SLUG_WORDS)
    index = suffix in _FILES or _is_index(around, last, query, name, suffix, telling)
    article = not index and (telling or _is_article(around, rest, query, name, suffix))
    form = "" if name.isdigit() else "slug" if words >= _SLUG_WORDS else "name"
    return Address(
        around.site,
        len(around.names) + (last != ""),
        around.names[0] if around.names else last,
        f"{form}{'0' if numbered else ''}.{suffix}",
        article,
        index,
        around.names,
        around.key + _story(written) + (without_tracking(mark + query) if mark else ""),
    )


def _story(name: str) -> str:
    """What a path's last segment adds to the story's key."""
    if not name:
        return ""
    return _AMP.sub("", "/" + name) if "amp" in name else "/" + name


def _is_index(around: Folder, last: str, query: str, name: str, suffix: str, telling: bool) -> bool:
    if not last:
        return not _NUMBER.search(query)
    if name in _DEFAULTS or around.lists:
        return True
    if telling:
        return False
    if around.index or INDEX.match(f"/{last}"):
        return True
    return len(around.names) <= 1 and not suffix and not query and not _DIGIT.search(name)


def _is_article(around: Folder, rest: str, query: str, name: str, suffix: str) -> bool:
    if suffix in _PAGES and around.names:
        return True
    path = "/" + rest.partition("/")[2].lower()
    if _DATE.search(path) or _NUMBER.search(path) or _NUMBER.search(query):
        return True
    return _HEX.fullmatch(name.rpartition("-")[2]) is not None
