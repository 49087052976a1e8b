"""What a link names once replay, editions and the page's own other addresses are seen through."""

from __future__ import annotations

import re
from functools import lru_cache

from crawler.model.uri import join, without_tracking

# URI-M of the Wayback Machine and of pywb: /web/20080404135400id_/http://..., /COLLECTION/2008.../http://...
_REPLAY = re.compile(
    r"(?:https?://[^/?#]+)?/(?:[\w.-]+/)?\d{4,14}(?:[a-z]{2}_|\*)?/"
    r"(?:(?P<scheme>https?):/{1,2}|(?=www\.[^/]))(?P<rest>[^/].*)",
    re.I,
)
# Addresses that differ in the edition only (domestic and world, text and pictures, host prefix).
_EDITION = re.compile(r"/(?:[12]/(?:hi|low)|hi/english|low/english)(?:/world|/uk_news|/uk)?(?=/)")
_ALIASES = frozenset({"www", "m", "mobile", "amp", "edition"})
_AMP = re.compile(r"(?:/amp|\.amp)?/?$|\.amp(?=\.html?$)")


def unwrap(uri: str) -> str:
    """The URI-R of a URI-M, any other URI unchanged; unwrapped again where archives are nested."""
    for _ in range(3):
        if "/http" not in uri and "/www." not in uri:
            return uri
        match = _REPLAY.fullmatch(uri)
        if not match:
            return uri
        inner = f"{match['scheme'] or 'http'}://{match['rest']}"
        uri = join("http://replay.invalid/", inner) or uri
    return uri


@lru_cache(maxsize=8192)
def story_key(uri: str) -> str:
    """A key that addresses of one story share, whatever edition, scheme, ``www.``, AMP or tracking.

    ``/1/hi/world/europe/7330492.stm`` and ``/2/hi/europe/7330492.stm`` are editions of one story.
    """
    address, mark, query = uri.partition("#")[0].partition("?")
    if mark:
        address, mark, query = without_tracking(f"{address}?{query}").partition("?")
    host, _, path = address.partition("://")[2].partition("/")
    path = "/" + path
    if edition := _EDITION.match(path):
        path = path[edition.end() :]
    if "amp" in path:
        path = _AMP.sub("", path)
    host = host.lower()
    alias, dot, rest = host.partition(".")
    return (rest if dot and alias in _ALIASES else host) + path.rstrip("/") + mark + query
