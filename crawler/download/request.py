"""The bytes of a request, and what of them may be recorded."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import DownloadFailedError, UnsupportedURLSchemeError

from crawler.download.pool import Origin

_PORTS = {"http": 80, "https": 443}
_SECRET = (b"Authorization", b"Cookie")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LINE_END = re.compile(rb"[\r\n\0]")
_NEVER_SENT = frozenset({b"Proxy-Authorization", b"Host", b"Content-Length"})


def origin_of(request: Request) -> Origin:
    """Where a request goes. Raises Scrapy's `UnsupportedURLSchemeError`."""
    try:
        parts = urlsplit(request.url)
        port = parts.port
    except ValueError as error:
        raise UnsupportedURLSchemeError(f"not a URL: {request.url[:200]!r}") from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise UnsupportedURLSchemeError(f"not an http or https URL: {request.url[:200]!r}")
    return Origin(parts.scheme, parts.hostname, port or _PORTS[parts.scheme])


def serialise(request: Request, origin: Origin) -> bytes:
    """A request in origin form (RFC 9112, 3.2.1), fields in the order in which they were given.

    Raises Scrapy's `UnsupportedURLSchemeError` for a URL with a character that would end the line,
    and `DownloadFailedError` for such a method or field.
    """
    target = _target(request.url)
    if not target.isascii() or any(c <= " " or c == "\x7f" for c in target):
        raise UnsupportedURLSchemeError(f"a character that no URL may have: {request.url[:200]!r}")
    lines = [f"{request.method} {target} HTTP/1.1".encode(), b"Host: " + _host(request, origin)]
    for name, values in request.headers.items():
        if name not in _NEVER_SENT:
            lines += [name + b": " + _value(name, value) for value in values]
    if not _TOKEN.fullmatch(request.method) or any(map(_LINE_END.search, lines)):
        raise DownloadFailedError(f"a method or field that would end its line: {request!r}"[:300])
    if request.body or request.method in ("POST", "PUT", "PATCH"):
        lines.append(b"Content-Length: %d" % len(request.body))
    return b"\r\n".join([*lines, b"", b""]) + request.body


def _value(name: bytes, value: bytes) -> bytes:
    """A field's value; zstd is not offered, since today's viewers cannot replay it."""
    if name != b"Accept-Encoding" or b"zstd" not in value:
        return value
    codings = [coding.strip() for coding in value.split(b",")]
    return b", ".join(c for c in codings if c.partition(b";")[0].strip() != b"zstd")


def redact(sent: bytes, request: Request) -> tuple[bytes, tuple[str, ...]]:
    """`sent` with each secret value of the operator's as so many ``*``, and the fields' names."""
    names = tuple(name.decode() for name in _SECRET if name in request.headers)
    head, blank, body = sent.partition(b"\r\n\r\n")
    for name in names:
        for value in request.headers.getlist(name):
            line = b"\r\n" + name.encode() + b": "
            head = head.replace(line + value, line + b"*" * len(value))
    return head + blank + body, names


def _target(url: str) -> str:
    rest = url.partition("#")[0].partition("://")[2]
    start = min((i for i in (rest.find("/"), rest.find("?")) if i >= 0), default=len(rest))
    target = rest[start:]
    return target if target.startswith("/") else "/" + target


def _host(request: Request, origin: Origin) -> bytes:
    given = request.headers.get("Host")
    if given:
        return given
    host = f"[{origin.host}]" if ":" in origin.host else origin.host
    return (host if origin.port == _PORTS[origin.scheme] else f"{host}:{origin.port}").encode()
