"""Which HTTP proxy a request goes through: the request's own, ``PROXY``, or the environment's."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self
from urllib.parse import unquote, urlsplit

from scrapy import Request
from scrapy.exceptions import DownloadFailedError

from crawler.config import Config
from crawler.download.headers_file import basic
from crawler.download.origin import Origin
from crawler.errors import SettingError

_WAY_OUT = "write http://[user:password@]host:port, or none"


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that is spoken to in plain HTTP; its text form never has the login."""

    host: str
    port: int
    authorization: bytes = field(default=b"", repr=False)
    """The value of Proxy-Authorization (RFC 9110, 11.7.2), empty for none."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """From ``http://[user:password@]host[:port]``. Raises ValueError, whose text has no login."""
        parts = urlsplit(text if "://" in text else f"http://{text}")
        if parts.scheme != "http":
            raise ValueError(f"a proxy of the kind {parts.scheme!r}: only http is spoken")
        try:
            port = parts.port or 80
        except ValueError:
            raise ValueError("a port that is none") from None
        if not parts.hostname:
            raise ValueError("no host in it")
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname, port, basic(f"{user}:{password}") if user else b"")

    def __str__(self) -> str:
        return Origin("", self.host, self.port).host_and_port


class Proxies:
    """The choice. Whoever sets ``PROXY`` leaves the environment out of it."""

    def __init__(self, by_scheme: Mapping[str, Proxy], no_proxy: Sequence[str], told: str) -> None:
        self._by_scheme = by_scheme
        self._no_proxy = no_proxy
        self.told = told
        """One line about proxies that come from the environment; empty where none does."""

    @classmethod
    def from_config(cls, config: Config, environment: Mapping[str, str] = os.environ) -> Self:
        """Raises `SettingError`."""
        if config.proxy.lower() == "none" or not (config.proxy or config.httpproxy_enabled):
            return cls({}, (), "")
        if config.proxy:
            proxy = _parse("PROXY", config.proxy)
            return cls({"http": proxy, "https": proxy}, config.no_proxy, "")
        return cls._from_environment(config, environment)

    @classmethod
    def _from_environment(cls, config: Config, environment: Mapping[str, str]) -> Self:
        found = {}
        for scheme in ("http", "https"):
            # The upper-case HTTP_PROXY can be set by a client of a CGI program (httpoxy).
            upper = f"{scheme.upper()}_PROXY" if "REQUEST_METHOD" not in environment else ""
            text = environment.get(f"{scheme}_proxy") or environment.get(upper)
            if text:
                found[scheme] = _parse(f"the environment's {scheme}_proxy", text)
        given = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
        no_proxy = config.no_proxy or tuple(word.strip() for word in given.split(",") if word.strip())
        routes = ", ".join(f"{scheme} through {proxy}" for scheme, proxy in found.items())
        told = f"the environment sets a proxy: {routes} - PROXY=none goes without" if found else ""
        # As curl's users and Go's know it: a proxy that nobody named for Clew is not for this machine.
        return cls(found, (*no_proxy, "localhost", "127.0.0.0/8", "::1"), told)

    def of(self, request: Request, origin: Origin) -> Proxy | None:
        """The proxy of a request; ``meta["proxy"]`` wins, None there is no proxy.

        Raises Scrapy's `DownloadFailedError` where that is no proxy.
        """
        if "proxy" in request.meta:
            return _own(request, origin)
        proxy = self._by_scheme.get(origin.scheme)
        return None if proxy is None or self._left_out(origin) else proxy

    def _left_out(self, origin: Origin) -> bool:
        return any(_names(word, origin) for word in self._no_proxy)


def _own(request: Request, origin: Origin) -> Proxy | None:
    text = request.meta["proxy"]
    if not text:
        return None
    try:
        proxy = Proxy.parse(str(text))
    except ValueError as error:
        raise DownloadFailedError(f"{origin.authority}: its meta names {error}") from None
    given = request.headers.get("Proxy-Authorization") or b""
    return replace(proxy, authorization=proxy.authorization or given)


def _parse(where: str, text: str) -> Proxy:
    try:
        return Proxy.parse(text)
    except ValueError as error:
        raise SettingError(f"{where} is no proxy: {error}", _WAY_OUT) from None


def _names(word: str, origin: Origin) -> bool:
    """Whether a word of NO_PROXY means `origin`: a host and all below it, ``host:port``, a network."""
    if word == "*":
        return True
    try:
        network = ipaddress.ip_network(word.strip("[]"), strict=False)
    except ValueError:
        name, _, port = word.lower().partition(":")
        name = name.removeprefix("*").removeprefix(".")
        host = origin.host.rstrip(".")
        fits = host == name or host.endswith(f".{name}")
        return bool(name) and fits and port in ("", str(origin.port))
    try:
        return ipaddress.ip_address(origin.host) in network
    except ValueError:
        return False
