"""What redis-py and the server say, in the words of `crawler.errors`. Nothing else leaves the store."""

from __future__ import annotations

import ssl

from redis.exceptions import (
    AskError,
    AuthenticationError,
    BusyLoadingError,
    ClusterDownError,
    ConnectionError,
    NoPermissionError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TimeoutError,
    TryAgainError,
)

from crawler.errors import FrontierError, RedisUnreachable, WrongFrontier
from crawler.store import address
from crawler.store.keys import LAYOUT

FOREIGN = (RedisError, OSError)
"""Every error that a call to the server may raise."""
_MOVED = (ReadOnlyError, AskError, TryAgainError, ClusterDownError)
"""The primary is another server now, or none: whoever asks again finds it (`crawler.store.locate`)."""
_AWAY = (ConnectionError, TimeoutError, BusyLoadingError, OSError, *_MOVED)
_AWAY_WORDS = ("MISCONF", "NOREPLICAS", "BUSY ")
_IN_PIPELINE = " of pipeline caused error: "
"""Where redis-py tells which command it was, and with which arguments."""


def translate(error: Exception, url: str) -> FrontierError:
    """The error that stands for a foreign one."""
    said = str(error).rpartition(_IN_PIPELINE)[2]
    if isinstance(error, AuthenticationError):
        return FrontierError(
            f"{address.shown(url)} refuses this user and password ({said})",
            "write FRONTIER_URL as redis://USER:PASSWORD@HOST:PORT/DB, odd characters as %XX",
        )
    if isinstance(error, NoPermissionError):
        return FrontierError(
            f"{address.shown(url)} lets this user do too little ({said})",
            "docs/frontier-servers.md has the line for the ACL",
        )
    if _is_tls(error):
        return FrontierError(
            f"no trusted TLS with {address.shown(url)}: {' '.join(said.split())}",
            "name the authority: FRONTIER_URL=rediss://...?ssl_ca_certs=/PATH/ca.pem",
        )
    if isinstance(error, _AWAY) or said.startswith(_AWAY_WORDS):
        return unreachable(url, " ".join(said.split()) or type(error).__name__)
    return _refused(said, url)


def _refused(said: str, url: str) -> FrontierError:
    """Of a server that answers, but will not do what it is asked."""
    if said.startswith("WRONG "):
        return wrong(url)
    if said.startswith("LAYOUT "):
        return _other_layout(url, said.removeprefix("LAYOUT "))
    if said.startswith("EVICTS "):
        return FrontierError(
            f"{address.shown(url)} may throw keys away: {said.removeprefix('EVICTS ')}",
            "set maxmemory-policy noeviction on the server",
        )
    if said.startswith("APART "):
        return FrontierError(
            f"{address.shown(url)} is a cluster that cannot say what is on disk "
            f"({said.removeprefix('APART ')}): a child and its parent's ack lie in two histories, and a "
            "child that one node lost would never be fetched",
            "use nodes of Redis 7.2 or Valkey with appendonly yes, or one primary (redis://HOST:PORT)",
        )
    return FrontierError(f"{address.shown(url)} refused: {said}", "see the server's log")


def _is_tls(error: Exception) -> bool:
    """Whether TLS itself failed, which no waiting mends. The peer's own end of it may be a restart."""
    why = (error, error.__cause__, error.__context__)
    return any(isinstance(one, ssl.SSLError) and not isinstance(one, ssl.SSLEOFError) for one in why)


def is_stale(reply: object) -> bool:
    """Whether a script would not act, since the server was restarted (``fresh.lua``)."""
    return isinstance(reply, ResponseError) and str(reply).startswith("STALE")


def unreachable(url: str, why: str = "it says nothing") -> RedisUnreachable:
    """The error for a server that does not answer."""
    return RedisUnreachable(
        f"no answer from {address.shown(url)} ({why})", "start the server or set FRONTIER_URL"
    )


def _other_layout(url: str, layout: str) -> FrontierError:
    if layout == "unfinished":
        return FrontierError(
            f"the frontier on {address.shown(url)} is half imported, or half dropped",
            "run `scrapy frontier import` or `drop` again, to its end",
        )
    return FrontierError(
        f"the frontier on {address.shown(url)} was laid out by another version of Clew "
        f"(layout {layout}; this one has {LAYOUT})",
        "finish or export it with that version, or `scrapy frontier rebuild` it from the WARCs",
    )


def wrong(url: str) -> WrongFrontier:
    """The error for a server that holds another frontier, or none."""
    return WrongFrontier(
        f"{address.shown(url)} does not hold the frontier that this collection began in",
        "set FRONTIER_URL to the server that does; where it was wiped, `scrapy frontier rebuild NAME` "
        "makes a new one from the WARCs, `import` one from an export",
    )
