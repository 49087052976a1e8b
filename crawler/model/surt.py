"""The key of a URI in CDX files: SURT form of the canonicalised URI, as web archives agree on it.

``http://www.Example.org:80/A/?b=2&a=1#x`` is ``org,example)/a?a=1&b=2``: host labels reversed, without
``www``, a default port, a fragment, a session id; path and query in lower case, parameters sorted.
Written from the behaviour that indexers and viewers share, odd as some of it is, since a key that
differs is not found.
"""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from functools import lru_cache
from urllib.parse import quote_from_bytes, unquote_to_bytes

_ORDINARY = re.compile(
    r"https?://([A-Za-z0-9_.-]+)"
    r"((?:/[A-Za-z0-9_~!$&'*+,;=:@-][A-Za-z0-9_~!$&'*+,;=:@.-]*)*)/?"
    r"(?:\?([A-Za-z0-9_~!$&'*+,;=:@./-]*))?(?:#.*)?\Z"
)
"""A URI of which only the case, the order of its parameters and the trailing slash may change."""
_PARTS = re.compile(r"([a-z][a-z0-9+.-]*):(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?\Z", re.I)
_REPEATED = re.compile(r"(?:https?://)*(?=https?://)")
_PORTS = {"http": 80, "https": 443}
_WWW = re.compile(r"www\d*\.")
_NUMERIC = re.compile(r"(?:0[0-7]*(?:\.[0-7]+){0,3}|[1-9]\d*(?:\.\d+){0,3})\Z", re.A)
_KEPT = "".join(chr(c) for c in range(0x21, 0x7F) if chr(c) not in "#%")
_PATH_SESSIONS = (
    re.compile(r"(.*/)\((?:[a-z]\([0-9a-z]{24}\))+\)/([^?]+\.aspx.*)\Z"),
    re.compile(r"(.*/)\([0-9a-z]{24}\)/([^?]+\.aspx.*)\Z"),
)
_QUERY_SESSIONS = tuple(
    re.compile(rf"(.*){name}(?:&(.*))?\Z")
    for name in (
        "jsessionid=[0-9a-z]{32}",
        "phpsessid=[0-9a-z]{32}",
        "sid=[0-9a-z]{32}",
        "aspsessionid[a-z]{8}=[a-z]{24}",
        "cfid=[^&]+&cftoken=[^&]+",
    )
)


def surt(uri: str) -> str:
    """The key of an http or https URI, or of one that has a host; any other text is its own key.

    A URI whose port is none keeps its spelling.
    """
    ordinary = _ORDINARY.match(uri)
    if ordinary is None:
        return _odd(uri)
    host, path, query = ordinary.groups()
    key = f"{_host_key(host)}){path.lower() or '/'}"
    return key + _query(query.lower()) if query else key


def _odd(uri: str) -> str:
    text = re.sub(r"[\n\r\t]", "", uri.strip(" \t\n\r\x0b\x0c"))
    match = _PARTS.match(_REPEATED.sub("", text, count=1))
    if match is None:
        return uri.lower()
    scheme, authority, path, query = match.groups(default="")
    try:
        host, port = _host_and_port(authority)
    except ValueError:
        return uri
    if not host and scheme.lower() in _PORTS:
        # "http:////e.org/a"
        host, _, path = path.lstrip("/").partition("/")
        path = "/" + path
    if not host:
        return uri.lower()
    key = _host_key(host)
    if port and port != _PORTS.get(scheme.lower()):
        key += f":{port}"
    return f"{key}){_path(_unescape(path))}{_query(_escape(_unescape(query)).lower())}"


def _host_and_port(authority: str) -> tuple[str, int]:
    """Raises `ValueError` where the port is none."""
    host = authority.rpartition("@")[2].rstrip(":")
    if "[" in host:
        host, _, port = host.partition("[")[2].partition("]")
        port = port.partition(":")[2]
    else:
        host, _, port = host.partition(":")
    if port and not (port.isdecimal() and port.isascii() and int(port) < 1 << 16):
        raise ValueError(port)
    return host, int(port or 0)


@lru_cache(1024)
def _host_key(host: str) -> str:
    """``org,example`` of ``www.Example.org``; an address from any numeric spelling (RFC 3986, 7.4)."""
    name = _unescape(host)
    if not name.isascii():
        with suppress(ValueError):  # no name that IDNA knows
            name = name.decode("utf-8", "ignore").encode("idna")
    text = _escape(name.replace(b"..", b".").strip(b".")).lower()
    text = _address(text) or text
    if www := _WWW.match(text):
        text = text[www.end() :]
    return ",".join(reversed(text.split(".")))


def _address(host: str) -> str:
    if host.isdecimal():
        return ".".join(map(str, (int(host) & 0xFFFFFFFF).to_bytes(4)))
    if not _NUMERIC.match(host):
        return ""
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return ""


def _path(path: bytes) -> str:
    kept: list[bytes] = []
    for segment in path.split(b"/")[1:]:
        if segment == b".." and kept:
            kept.pop()
        elif segment != b".":
            kept.append(segment)
    last = kept.pop() if kept else b""
    text = _escape(b"/" + b"".join(segment + b"/" for segment in kept if segment) + last).lower()
    for session in _PATH_SESSIONS:
        if match := session.match(text):
            text = match[1] + match[2]
    return text if text == "/" else text.removesuffix("/")


def _query(query: str) -> str:
    for session in _QUERY_SESSIONS if "id" in query else ():
        if match := session.match(query):
            query = match[1] + (match[2] or "")
    if "&" in query:
        # A parameter without a value sorts before one of the same name that has one.
        query = "&".join(sorted(query.split("&"), key=lambda pair: pair.split("=", 1)))
    return "?" + query if query else ""


def _unescape(text: str) -> bytes:
    """Percent signs resolved until none is left to resolve."""
    data = text.encode("utf-8", "surrogatepass")
    while (once := unquote_to_bytes(data)) != data:
        data = once
    return data


def _escape(data: bytes) -> str:
    return quote_from_bytes(data, safe=_KEPT)
