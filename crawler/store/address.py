"""``FRONTIER_URL``: what may stand there, and how it is shown.

==========================================  =====================================================
``embedded:``                               a Valkey server of the collection's own
``redis://[USER:PASSWORD@]HOST:PORT/DB``    one server; ``rediss://`` speaks TLS
``unix://[USER:PASSWORD@]/PATH``            one server on this machine
``redis+sentinel://...HOST:PORT,.../NAME``  the primary that Sentinels call NAME; ``/DB`` may follow
``redis+cluster://...HOST:PORT,...``        a cluster that some of its nodes tell of
==========================================  =====================================================

``rediss+sentinel://`` and ``rediss+cluster://`` speak TLS with all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from crawler.errors import SettingError

EMBEDDED = "embedded:"
_PORTS = {"sentinel": 26379}
_PORT = 6379
_SCHEMES = ("redis", "rediss", "unix")
_KINDS = ("", "sentinel", "cluster")
_ACCOUNT = {"username", "password"}
_FILES = {"ssl_ca_certs", "ssl_certfile", "ssl_keyfile"}
_WORDS = {
    "ssl_cert_reqs": ("required", "none"),
    "ssl_check_hostname": ("true", "false"),
}
_WAY_OUT = "docs/frontier-servers.md has the form for each kind of server"


@dataclass(frozen=True, slots=True)
class Address:
    """A ``FRONTIER_URL`` in its parts; made by `parse`, which checks them."""

    scheme: str
    """``redis``, ``rediss`` or ``unix``; ``embedded``."""
    kind: str = ""
    """``sentinel``, ``cluster``, or empty for one server that stays where it is."""
    nodes: tuple[tuple[str, int], ...] = ()
    account: str = ""
    """User and password as the URL has them, with the ``@``."""
    path: str = ""
    """The database, or the path of a socket."""
    service: str = ""
    """The name that Sentinels have for the primary."""
    options: Mapping[str, str] | None = None
    sentinel_options: Mapping[str, str] | None = None
    """`options` for the Sentinels themselves, who have other passwords than the primary."""

    @property
    def url(self) -> str:
        """The one server, as redis-py reads it."""
        if self.scheme == "unix":
            return f"unix://{self.account}{self.path}{_query(self.options)}"
        return self.at(*self.nodes[0])

    def at(self, host: str, port: int) -> str:
        """The server of this address that listens there."""
        return self._at(host, port, self.account, self.options)

    @property
    def asked(self) -> list[str]:
        """Those who know where the primary is: the Sentinels or the nodes, each as one server."""
        if self.kind == "sentinel":
            return [self._at(*node, "", self.sentinel_options) for node in self.nodes]
        return [self.at(*node) for node in self.nodes]

    def _at(self, host: str, port: int, account: str, options: Mapping[str, str] | None) -> str:
        name = f"[{host}]" if ":" in host else host
        return f"{self.scheme}://{account}{name}:{port}/{self.path}{_query(options)}"


def parse(url: str) -> Address:
    """Raises `SettingError` where `url` names no server that Clew can use."""
    if url == EMBEDDED:
        return Address("embedded")
    try:
        parts = urlsplit(url)
        scheme, _, kind = parts.scheme.partition("+")
        account, mark, hosts = parts.netloc.rpartition("@")
        nodes = tuple(_node(host, _PORTS.get(kind, _PORT)) for host in hosts.split(",") if host)
    except ValueError as error:
        raise _wrong(url, f"is no URL: {error}") from error
    several = scheme != "unix" and kind in _KINDS[1:]
    if scheme not in _SCHEMES or not (several or not kind):
        raise _wrong(url, "names no server")
    if not (parts.path if scheme == "unix" else nodes) or (len(nodes) > 1 and not several):
        raise _wrong(url, "names no server")
    service, path = _place(url, parts, kind)
    options, sentinel = _options(url, parts, scheme, kind)
    return Address(scheme, kind, nodes, account + mark, path, service, options, sentinel)


def shown(url: str) -> str:
    """The URL without user, password and query: all that a log or an error may show of it."""
    scheme, mark, rest = url.partition("://")
    if not mark:
        return url if url == EMBEDDED else scheme.partition(":")[0] + ":..."
    authority, slash, path = rest.partition("?")[0].partition("/")
    return f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"


def _wrong(url: str, why: str, way_out: str = _WAY_OUT) -> SettingError:
    return SettingError(f"FRONTIER_URL={shown(url)} {why}", way_out)


def _node(host: str, port: int) -> tuple[str, int]:
    """Raises ValueError where it is no ``HOST[:PORT]``."""
    parts = urlsplit("//" + host)
    if not parts.hostname:
        raise ValueError(f"{host!r} is no host")
    return parts.hostname, port if parts.port is None else parts.port


def _place(url: str, parts: SplitResult, kind: str) -> tuple[str, str]:
    """The service and the database, or the path of a socket."""
    if parts.scheme == "unix":
        return "", parts.path
    service, _, path = parts.path.strip("/").rpartition("/")
    if kind == "sentinel":
        service, _, path = parts.path.strip("/").partition("/")
        if not service:
            raise _wrong(url, "names no service", "write redis+sentinel://HOST:PORT,.../SERVICE")
    if (service and kind != "sentinel") or (path and not path.isdigit()):
        raise _wrong(url, "has another path than a database, which is a number")
    if kind == "cluster" and path.strip("0"):
        raise _wrong(url, "names a database, and a cluster has none but 0")
    return unquote(service), path


def _options(
    url: str, parts: SplitResult, scheme: str, kind: str
) -> tuple[dict[str, str], dict[str, str]]:
    """The options of the servers, and those of the Sentinels."""
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    known = _ACCOUNT | {"db"} if not kind else set(_ACCOUNT)
    known |= _FILES | _WORDS.keys() if scheme == "rediss" else set()
    known |= {f"sentinel_{name}" for name in _ACCOUNT} if kind == "sentinel" else set()
    if unknown := sorted(set(given) - known):
        hint = "; those of TLS need rediss" if unknown[0].startswith("ssl_") else ""
        raise _wrong(
            url, f"has the unknown option {unknown[0]!r}", f"known are {', '.join(sorted(known))}{hint}"
        )
    for name, value in given.items():
        _check_option(url, name, value)
    shared = {name: value for name, value in given.items() if name.startswith("ssl_")}
    own = {name: value for name, value in given.items() if not name.startswith("sentinel_")}
    return own, shared | {
        name.removeprefix("sentinel_"): value
        for name, value in given.items()
        if name.startswith("sentinel_")
    }


def _check_option(url: str, name: str, value: str) -> None:
    if name == "db" and not value.isdigit():
        raise _wrong(url, "has another path than a database, which is a number")
    if name in _FILES and not Path(value).is_file():
        raise _wrong(url, f"has {name}={value}, and there is no such file", "name a PEM file")
    if name in _WORDS and value.lower() not in _WORDS[name]:
        raise _wrong(url, f"has {name}={value}", f"write {' or '.join(_WORDS[name])}")


def _query(options: Mapping[str, str] | None) -> str:
    return "?" + urlencode(options, quote_via=quote) if options else ""
