"""What a link names once replay is seen through."""

from __future__ import annotations

import re

from crawler.model.uri import join

# URI-M of the Wayback Machine and of pywb: /web/20080404135400id_/http://..., /COLLECTION/2008.../http://...
_REPLAY = re.compile(
    r"(?:https?://[^/?#]+)?/(?:[\w.-]+/)?\d{4,14}(?:[a-z]{2}_|\*)?/"
    r"(?:(?P<scheme>https?):/{1,2}|(?=www\.[^/]))(?P<rest>[^/].*)",
    re.I,
)
_BEHIND_SCHEME = len("https://")
_NESTED = range(3)


def unwrap(uri: str) -> str:
    """The URI-R of a URI-M, any other URI unchanged; unwrapped again where archives are nested."""
    for _ in _NESTED:
        if "/http" not in uri and uri.find("/www.", _BEHIND_SCHEME) < 0:
            return uri
        match = _REPLAY.fullmatch(uri)
        if not match:
            return uri
        inner = f"{match['scheme'] or 'http'}://{match['rest']}"
        uri = join("http://replay.invalid/", inner) or uri
    return uri
