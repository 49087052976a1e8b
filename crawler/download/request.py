"""The bytes of a request, and what of them may be recorded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from scrapy import Request
from scrapy.exceptions import DownloadFailedError, UnsupportedURLSchemeError

from crawler.download.headers_file import Supplied
from crawler.download.origin import Origin
from crawler.download.proxy import Proxy
from crawler.model.uri import without_login

COOKIES_OF_THE_OPERATOR = "clew_operators_cookies"
"""The meta key under which the cookie jar tells which of the pairs it sends are the operator's; without
it all of a Cookie field is."""
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LINE_END = re.compile(rb"[\r\n\0]")
_NOT_COPIED = frozenset({b"Proxy-Authorization", b"Host", b"Content-Length", b"Cookie"})


@dataclass(frozen=True, slots=True)
class Sent:
    """A request: `wire` is what is sent, `record` what is written down of it."""

    wire: bytes = field(repr=False)
    record: bytes
    redacted: tuple[str, ...] = ()
    """Names of the fields in which the two differ."""


@dataclass(frozen=True, slots=True)
class _Field:
    name: bytes
    value: bytes
    shown: bytes | None
    """The value for the record; None leaves the whole line out."""

    @property
    def line(self) -> bytes:
        return self.name + b": " + self.value

    @property
    def record(self) -> list[bytes]:
        return [] if self.shown is None else [self.name + b": " + self.shown]


def origin_of(request: Request) -> Origin:
    """Where a request goes. Raises Scrapy's `UnsupportedURLSchemeError`."""
    try:
        return Origin.parse(request.url)
    except ValueError as error:
        text = without_login(request.url)[:200]
        raise UnsupportedURLSchemeError(f"not an http or https URL: {text!r}") from error


def uri_of(request: Request) -> str:
    """The request's URI-R: its URL without fragment, and without a login, which is never recorded."""
    return without_login(request.url.partition("#")[0])


def serialise(request: Request, origin: Origin, supplied: Supplied, proxy: Proxy | None = None) -> Sent:
    """A request, its fields in the order in which they were given; those of `supplied` take the place
    of the request's own, but for an Authorization that it brings itself.

    In origin form (RFC 9112, 3.2.1), but in absolute form (3.2.2) for http through a proxy.
    Raises Scrapy's `UnsupportedURLSchemeError` for a URL with a character that would end the line,
    and `DownloadFailedError` for such a method or field.
    """
    plain = proxy if origin.scheme == "http" else None
    start = f"{request.method} {_target(request, origin, plain)} HTTP/1.1".encode()
    host = request.headers.get("Host") or origin.authority.encode()
    fields = [_Field(b"Host", host, host), *_fields(request, supplied)]
    if plain is not None and plain.authorization:
        fields.append(_Field(b"Proxy-Authorization", plain.authorization, None))
    if request.body or request.method in ("POST", "PUT", "PATCH"):
        length = b"%d" % len(request.body)
        fields.append(_Field(b"Content-Length", length, length))
    lines = [start, *(one.line for one in fields)]
    if not _TOKEN.fullmatch(request.method) or any(map(_LINE_END.search, lines)):
        raise DownloadFailedError(f"a method or field that would end its line: {uri_of(request)[:200]}")
    shown = [start, *(line for one in fields for line in one.record)]
    redacted = dict.fromkeys(one.name.decode("latin-1") for one in fields if one.shown != one.value)
    wire = b"\r\n".join([*lines, b"", b""]) + request.body
    record = b"\r\n".join([*shown, b"", b""]) + request.body if redacted else wire
    return Sent(wire, record, tuple(redacted))


def _target(request: Request, origin: Origin, proxy: Proxy | None) -> str:
    rest = request.url.partition("#")[0].partition("://")[2]
    start = min((i for i in (rest.find("/"), rest.find("?")) if i >= 0), default=len(rest))
    path = rest[start:] if rest[start : start + 1] == "/" else "/" + rest[start:]
    target = f"{origin.scheme}://{origin.authority}{path}" if proxy else path
    if not target.isascii() or any(c <= " " or c == "\x7f" for c in target):
        raise UnsupportedURLSchemeError(f"a character that no URL may have: {uri_of(request)[:200]!r}")
    return target


def _fields(request: Request, supplied: Supplied) -> Iterator[_Field]:
    given = {name.lower(): (name, value) for name, value in supplied.fields}
    own_cookie = given.pop(b"cookie", (b"", b""))[1]
    if b"Authorization" in request.headers:
        given.pop(b"authorization", None)
    for name, values in request.headers.items():
        if name == b"Cookie":
            yield from _cookie(request, own_cookie)
        elif name in _NOT_COPIED:
            continue
        elif name.lower() in given:
            yield _shown(*given.pop(name.lower()), supplied)
        else:
            yield from (_shown(name, _without_zstd(name, value), supplied) for value in values)
    if own_cookie and b"Cookie" not in request.headers:
        yield from _cookie(request, own_cookie)
    yield from (_shown(name, value, supplied) for name, value in given.values())


def _shown(name: bytes, value: bytes, supplied: Supplied) -> _Field:
    secret = name.lower() in supplied.secret
    return _Field(name, value, b"*" * len(value) if secret else value)


def _cookie(request: Request, own: bytes) -> Iterator[_Field]:
    """One Cookie field (RFC 6265, 5.4): the operator's pairs, then those of the jar or the spider.

    What a server itself has set is recorded as it is sent.
    """
    jar = [pair for value in request.headers.getlist("Cookie") for pair in value.split(b"; ") if pair]
    operators = request.meta.get(COOKIES_OF_THE_OPERATOR, jar)
    mine = [pair for pair in own.split(b"; ") if pair]
    named = {_name_of(pair) for pair in mine}
    pairs = [(pair, True) for pair in mine]
    pairs += [(pair, pair in operators) for pair in jar if _name_of(pair) not in named]
    value = b"; ".join(pair for pair, _ in pairs)
    if all(secret for _, secret in pairs):
        shown = b"*" * len(value)
    else:
        shown = b"; ".join(_starred(pair) if secret else pair for pair, secret in pairs)
    if value:
        yield _Field(b"Cookie", value, shown)


def _name_of(pair: bytes) -> bytes:
    return pair.partition(b"=")[0]


def _starred(pair: bytes) -> bytes:
    name, equals, value = pair.partition(b"=")
    return name + equals + b"*" * len(value) if equals else b"*" * len(pair)


def _without_zstd(name: bytes, value: bytes) -> bytes:
    """zstd is not offered, since today's viewers cannot replay it."""
    if name != b"Accept-Encoding" or b"zstd" not in value:
        return value
    codings = [coding.strip() for coding in value.split(b",")]
    return b", ".join(c for c in codings if c.partition(b";")[0].strip() != b"zstd")
