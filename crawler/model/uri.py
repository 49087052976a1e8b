"""URIs: what a link means, what is asked of a server, and what counts as the same.

Links are read as browsers read them (WHATWG URL), within what RFC 3986 allows on the wire: control
characters and white space at the ends go, spaces and non-ASCII are percent-encoded in UTF-8 (or the
page's charset for the query), broken percent signs stay as they are, the host is lower case and IDNA.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit

from crawler.errors import InvalidUri

_DEFAULT_PORT = {"http": 80, "https": 443}
_STRIP = "".join(chr(c) for c in range(0x21))
_INNER = re.compile(r"[\t\r\n]")
_AUTHORITY = re.compile(r"(?:[^:/?#]+:)?//([^/?#]*)")
_LOGIN = re.compile(r"(?i)\A(\s*(?:[a-z][a-z0-9+.-]*:)?//)?[^/?#\s]*@")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SCHEME = re.compile(r"(?i)[a-z][a-z0-9+.-]*:")
# Nothing to encode, to lower or to resolve: several labels, no port, no segment that begins with a dot.
_PLAIN = re.compile(
    r"(?P<origin>https?://[a-z0-9-]++(?:\.[a-z0-9-]++)++)"
    r"(?P<rest>(?:/(?:[A-Za-z0-9_~%!$&'()*+,=:@-][A-Za-z0-9_~%!$&'()*+,=:@.-]*+)?)*+"
    r"(?:\?[A-Za-z0-9_~%!$&'()*+,=:@.;/?-]++)?)(?:#.*)?"
)
_LONGEST_PLAIN = 2000
_TRACKING = re.compile(r"(?i)(?:utm_\w+|fbclid|gclid|msclkid|dclid|yclid|mc_[ce]id|igshid)=")
# What may stand unescaped in a path and in a query; '%' stays, so nothing is encoded twice.
_PATH_SAFE = "/%:@!$&'()*+,;=-._~"
_QUERY_SAFE = _PATH_SAFE + "?"
MAX_LENGTH = 8192


def join(base: str, link: str, encoding: str = "utf-8") -> str | None:
    """The absolute http(s) URI that `link` means on a page at `base`, without its fragment.

    None where it means none that can be fetched: another scheme, an empty host, over 8192 characters.
    """
    uri = plain(link)
    if uri is not None:
        return uri
    link = _INNER.sub("", link.strip(_STRIP))
    match = _SCHEME.match(link)
    if match and match[0][:-1].lower() not in _DEFAULT_PORT:
        return None
    try:
        # urljoin takes "http://" for the base itself, where a browser sees a URL without a host.
        absolute = match is not None and link[match.end() :].startswith("//")
        return normalise(link if absolute else urljoin(base, link), encoding)
    except (InvalidUri, ValueError):
        return None


def plain(link: str) -> str | None:
    """What `join` makes of an absolute link that it leaves as it is, as most are; None for any other.

    Only the fragment goes, and an empty path becomes ``/``.
    """
    match = _PLAIN.fullmatch(link) if len(link) < _LONGEST_PLAIN else None
    if match is None:
        return None
    origin, rest = match.groups()
    return origin + rest if rest.startswith("/") else f"{origin}/{rest}"


def normalise(text: str, encoding: str = "utf-8") -> str:
    """`text` as the URI that goes to a server and into a WARC. Raises `InvalidUri`."""
    text = _INNER.sub("", text.strip(_STRIP))
    try:
        parts = urlsplit(text)
        port = parts.port
        host = _host(parts.hostname or "")
    except ValueError as error:
        shown = without_login(text)[:200]
        raise InvalidUri(f"not a URL: {shown!r}", "write it as https://host/path") from error
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORT or not host:
        shown = without_login(text)[:200]
        raise InvalidUri(f"not an http or https URL: {shown!r}", "write it as https://host/path")
    netloc = host if port in (None, _DEFAULT_PORT[scheme]) else f"{host}:{port}"
    path = quote(parts.path or "/", safe=_PATH_SAFE, errors="replace")
    uri = f"{scheme}://{netloc}{path}"
    if parts.query or text.partition("#")[0].endswith("?"):
        uri += "?" + quote(_charset(parts.query, encoding), safe=_QUERY_SAFE)
    if len(uri) > MAX_LENGTH:
        raise InvalidUri(f"a URL of {len(uri)} characters", f"at most {MAX_LENGTH} are fetched")
    return uri


def _charset(query: str, encoding: str) -> bytes:
    try:
        return query.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return query.encode("utf-8", "replace")


def _host(host: str) -> str:
    if not host or _CONTROL.search(host) or any(c in host for c in ' <>"{}|\\^`%'):
        if host:
            raise ValueError("forbidden character in host")
        return ""
    if ":" in host:
        return f"[{host.lower()}]"
    if host.isascii():
        return host.lower()
    return host.encode("idna").decode("ascii").lower()


def origin(uri: str) -> str:
    """``scheme://host[:port]`` (RFC 6454), the scope of one robots.txt."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"


def netloc(uri: str) -> str:
    """``host[:port]``: the frontier's politeness key.

    Asked for each URL that is found, so by the expression of RFC 3986, appendix B.
    """
    match = _AUTHORITY.match(uri)
    return match[1] if match else ""


def hostname(uri: str) -> str:
    """The host without port and brackets."""
    return urlsplit(uri).hostname or ""


def without_login(text: str) -> str:
    """`text`, whether or not it is a URI, without the ``user:password@`` before its host.

    >>> without_login("https://user:pass@example.org/@path")
    'https://example.org/@path'
    """
    return _LOGIN.sub(r"\1", text)


def without_tracking(uri: str) -> str:
    """`uri` without the parameters that only say where a reader came from (utm_, fbclid, ...)."""
    head, mark, query = uri.partition("?")
    if not mark:
        return uri
    kept = "&".join(p for p in query.split("&") if not _TRACKING.match(p))
    return f"{head}?{kept}" if kept else head


def same_document(a: str, b: str) -> bool:
    """Whether two URIs name one document but for scheme, ``www.``, fragment and tracking."""
    return document_key(a) == document_key(b)


def document_key(uri: str) -> str:
    """What two URIs of one document have in common: see `same_document`."""
    rest = without_tracking(uri.partition("#")[0]).partition("://")[2]
    host, slash, path = rest.partition("/")
    return host.lower().removeprefix("www.") + slash + path.rstrip("/")
