"""What redis-py and the server say, in the words of `crawler.errors`. Nothing else leaves the store."""

from __future__ import annotations

from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    ConnectionError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TimeoutError,
)

from crawler.errors import FrontierError, RedisUnreachable, WrongFrontier
from crawler.store import address
from crawler.store.keys import LAYOUT

FOREIGN = (RedisError, OSError)
"""Every error that a call to the server may raise."""
_AWAY = (ConnectionError, TimeoutError, BusyLoadingError, ReadOnlyError, OSError)
_AWAY_WORDS = ("MISCONF", "MASTERDOWN", "NOREPLICAS", "CLUSTERDOWN", "TRYAGAIN")


def translate(error: Exception, url: str) -> FrontierError:
    """The error that stands for a foreign one."""
    said = str(error)
    if isinstance(error, AuthenticationError):
        return FrontierError(
            f"{address.shown(url)} wants another password ({said})",
            "write FRONTIER_URL as redis://:PASSWORD@HOST:PORT/DB",
        )
    if isinstance(error, _AWAY) or said.startswith(_AWAY_WORDS):
        return unreachable(url, " ".join(said.split()) or type(error).__name__)
    if said.startswith("WRONG "):
        return wrong(url)
    if said.startswith("LAYOUT "):
        return _other_layout(url, said.removeprefix("LAYOUT "))
    if said.startswith("EVICTS "):
        return FrontierError(
            f"{address.shown(url)} may throw keys away: {said.removeprefix('EVICTS ')}",
            "set maxmemory-policy noeviction on the server",
        )
    return FrontierError(f"{address.shown(url)} refused: {said}", "see the server's log")


def is_stale(reply: object) -> bool:
    """Whether a script would not act, since the server was restarted (``fresh.lua``)."""
    return isinstance(reply, ResponseError) and str(reply).startswith("STALE")


def unreachable(url: str, why: str = "it says nothing") -> RedisUnreachable:
    """The error for a server that does not answer."""
    return RedisUnreachable(
        f"no answer from {address.shown(url)} ({why})", "start the server or set FRONTIER_URL"
    )


def _other_layout(url: str, layout: str) -> FrontierError:
    return FrontierError(
        f"the frontier on {address.shown(url)} was laid out by another version of Clew "
        f"(layout {layout}; this one has {LAYOUT})",
        "finish or export it with that version, or `scrapy frontier rebuild` it from the WARCs",
    )


def wrong(url: str) -> WrongFrontier:
    """The error for a server that holds another frontier, or none."""
    return WrongFrontier(
        f"{address.shown(url)} does not hold the frontier that this collection began in",
        "set FRONTIER_URL to the server that does; where it was wiped, `scrapy frontier rebuild` makes "
        "a new one from the WARCs",
    )
