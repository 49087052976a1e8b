"""A web archive as the user names it: what its address tells of how it is asked.

Three kinds are known. `REPLAY`, in the manner of the Wayback Machine and pywb, takes a moment and a
modifier within the address. A `TIMEGATE` (RFC 7089, 2.1) takes the moment as ``Accept-Datetime`` and
names where the memento lies, an Aggregator in any archive. A `TIMEMAP` (RFC 7089, 5) lists all mementos.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

from crawler.archives.memento import LATEST, Aim
from crawler.archives.urim import RAW
from crawler.errors import InvalidUri, UsageError
from crawler.model import uri
from crawler.model.timestamp import to_14_digits

_GATE = re.compile(r"(?P<root>.*)/timegate/\Z")
_MAP = re.compile(r"(?P<root>.*)/timemap/(?:link|json|cdxj)/\Z")
_BETWEEN = re.compile(r",(?=https?://)", re.I)
_WAY_OUT = (
    "write -a archive=https://web.archive.org/web/, or the address of a pywb collection, "
    "of a .../timegate/ or of a .../timemap/link/"
)


class ArchiveKind(enum.StrEnum):
    """How an archive is asked for the memento nearest to a moment."""

    REPLAY = "replay"
    TIMEGATE = "timegate"
    TIMEMAP = "timemap"


@dataclass(frozen=True, slots=True)
class Archive:
    """One archive. `base` ends with a slash; `cdx` is its CDX server, empty where none is known."""

    kind: ArchiveKind
    base: str
    cdx: str = ""

    @classmethod
    def parse(cls, text: str, cdx: str = "") -> Archive:
        """The archive at an address; `cdx` names its CDX server where the address does not tell.

        A path that ends in ``/timegate/`` or ``/timemap/{link,json,cdxj}/`` tells its kind; any other
        is `REPLAY`. Raises `UsageError`.
        """
        base = _address("archive", text).rstrip("/") + "/"
        if _GATE.match(base):
            kind = ArchiveKind.TIMEGATE
        else:
            kind = ArchiveKind.TIMEMAP if _MAP.match(base) else ArchiveKind.REPLAY
        return cls(kind, base, _address("cdx", cdx) if cdx else _cdx(kind, base))

    @classmethod
    def parse_all(cls, text: str, cdx: str = "") -> tuple[Archive, ...]:
        """Several archives between commas, in order; so are their CDX servers. Raises `UsageError`."""
        servers = _BETWEEN.split(cdx) if cdx else []
        archives = _BETWEEN.split(text)
        if len(servers) > len(archives):
            raise UsageError(f"{len(servers)} CDX servers for {len(archives)} archives", _WAY_OUT)
        servers += [""] * (len(archives) - len(servers))
        return tuple(cls.parse(one, server) for one, server in zip(archives, servers, strict=True))

    @property
    def host(self) -> str:
        """``host[:port]``, which its budgets count by."""
        return uri.netloc(self.base)

    def aim_uri(self, aim: Aim) -> str:
        """What to ask for the memento nearest to the aim's anchor, with `memento.aim_headers`.

        At a `REPLAY` archive it is the URI-M of the raw bytes, at the others the TimeGate's or the
        TimeMap's address.
        """
        if self.kind is not ArchiveKind.REPLAY:
            return self.base + aim.uri_r
        digits = LATEST if aim.anchor is None else to_14_digits(aim.anchor)
        return f"{self.base}{digits}{RAW}/{aim.uri_r}"

    def timemap_uri(self, uri_r: str) -> str:
        """The TimeMap of `uri_r`: in link format, where the user has not named one of another."""
        if self.kind is ArchiveKind.TIMEMAP:
            return self.base + uri_r
        gate = _GATE.match(self.base)
        return f"{gate['root']}/timemap/link/{uri_r}" if gate else f"{self.base}timemap/link/{uri_r}"


def _address(name: str, text: str) -> str:
    try:
        return uri.normalise(text)
    except InvalidUri as error:
        shown = uri.without_login(text)[:200]
        raise UsageError(f"{name}={shown!r} is no URL", _WAY_OUT) from error


def _cdx(kind: ArchiveKind, base: str) -> str:
    """Where archives of both manners have their CDX server."""
    if kind is not ArchiveKind.REPLAY:
        return ""
    return base.removesuffix("web/") + "cdx/search/cdx" if base.endswith("/web/") else base + "cdx"
