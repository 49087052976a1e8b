"""The key of a URI in CDX files: SURT form of the canonicalised URI, as web archives agree on it.

``http://www.Example.org:80/A/?b=2&a=1#x`` is ``org,example)/a?a=1&b=2``: host labels reversed, without
``www``, a default port, a fragment, a session id; path and query in lower case, parameters sorted.
Written from the behaviour that indexers and viewers share, since a key that differs is not found.
"""

from __future__ import annotations

import re
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

_PORTS = {"http": 80, "https": 443}
_WWW = re.compile(r"www\d*\.")
_SLASHES = re.compile(rb"/{2,}")
_KEPT = "".join(chr(c) for c in range(0x21, 0x7F) if chr(c) not in "#%")
_PATH_SESSION = re.compile(r"/\((?:[a-z]\([0-9a-z]{24}\))+\)(?=/)|/\([0-9a-z]{24}\)(?=/)")
_QUERY_SESSION = re.compile(
    r"(?:\A|(?<=&))(?:jsessionid=[0-9a-z]{32}|phpsessid=[0-9a-z]{32}|sid=[0-9a-z]{32}"
    r"|aspsessionid[a-z]{8}=[a-z]{24}|cfid=[^&]+&cftoken=[^&]+)(?:&|\Z)"
)


def surt(uri: str) -> str:
    """The key of an http or https URI; any other text is its own key, in lower case."""
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError:
        return uri.lower()
    if parts.scheme not in _PORTS or not parts.hostname:
        return uri.lower()
    host = _WWW.sub("", parts.hostname, count=1) if _WWW.match(parts.hostname) else parts.hostname
    key = ",".join(reversed(host.split(".")))
    if port not in (None, _PORTS[parts.scheme]):
        key += f":{port}"
    return f"{key}){_path(parts.path)}{_query(parts.query)}"


def _path(path: str) -> str:
    segments: list[bytes] = []
    for segment in _SLASHES.sub(b"/", _unescape(path)).split(b"/"):
        if segment == b"..":
            segments = segments[:-1] or [b""]
        elif segment != b".":
            segments.append(segment)
    canonical = _PATH_SESSION.sub("", _escape(b"/".join(segments)).lower())
    return canonical.rstrip("/") or "/"


def _query(query: str) -> str:
    canonical = _QUERY_SESSION.sub("", _escape(_unescape(query)).lower()).removesuffix("&")
    if not canonical:
        return ""
    # A parameter without a value sorts before one of the same name that has one.
    pairs = sorted(canonical.split("&"), key=lambda pair: pair.partition("="))
    return "?" + "&".join(pairs)


def _unescape(text: str) -> bytes:
    """Percent signs resolved until none is left to resolve."""
    data = text.encode("utf-8", "surrogatepass")
    while (once := unquote_to_bytes(data)) != data:
        data = once
    return data


def _escape(data: bytes) -> str:
    return quote_from_bytes(data, safe=_KEPT)
