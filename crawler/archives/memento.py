"""Mementos over HTTP (RFC 7089): what to ask an archive for, and what its answer means.

An `Aim` is a URI-R, a moment and how far from it one may land. `interpret` reads the answer of a
replay or a TimeGate: a memento inside the window, a redirect to where the memento lies, or the reason
why there is none. `crawler.archives.timemap` reads TimeMaps the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.archives import negotiation, wayback
from crawler.archives.fields import Field, last
from crawler.archives.urim import UriM
from crawler.model import uri
from crawler.model.cdx import CdxCapture
from crawler.model.memento import Memento, Window
from crawler.model.timestamp import to_14_digits, to_http_date

LATEST = "99991231235959"
"""Digits that every memento lies before: both kinds of archive answer with the latest."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
BUSY = frozenset({408, 429})


@dataclass(frozen=True, slots=True)
class Aim:
    """What is sought: the memento of `uri_r` nearest to `anchor`, at most `reach` away from it.

    Without an anchor it is the latest memento, wherever that lies. `expected` is what an index says of
    the memento, where one was asked: its status and its digest.
    """

    uri_r: str
    anchor: datetime | None
    reach: timedelta
    expected: CdxCapture | None = None

    def holds(self, moment: datetime) -> bool:
        """Whether a memento of that moment is taken."""
        return self.anchor is None or Window(self.anchor, self.reach).holds(moment)

    def drift(self, moment: datetime) -> str:
        """Why a memento of that moment is not taken, in a few words."""
        days = abs((moment - (self.anchor or moment)).days)
        return f"nearest memento is of {to_14_digits(moment)}, {days} days from the anchor"

    def nearest(self, mementos: Iterable[Memento]) -> Memento | None:
        """The one nearest to the anchor, inside the window or not; of two as near the older."""
        if self.anchor is None:
            return max(mementos, key=lambda one: one.moment, default=None)
        anchor = self.anchor
        return min(mementos, key=lambda one: (abs(one.moment - anchor), one.moment), default=None)


@dataclass(frozen=True, slots=True)
class Redirect:
    """The memento lies elsewhere: at `uri_m`. The answer itself is not it.

    `moment` is None where only what stands there will tell it: an address of another form than the
    Wayback Machine's, a further TimeGate, a further page of a TimeMap. `expected` is what the index that
    named it says of it.
    """

    uri_m: str
    moment: datetime | None
    expected: CdxCapture | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """There is no memento inside the window; `reason` says more."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unplayable:
    """The archive holds a capture and cannot play it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unavailable:
    """The archive itself is busy or failed; a later try may succeed."""

    reason: str


Answer = Memento | Redirect | Missing | Unplayable | Unavailable


def aim_headers(aim: Aim) -> Mapping[str, str]:
    """``Accept-Datetime``; none where the latest memento is sought (RFC 7089, 2.1.1 and 4.5.1)."""
    return {} if aim.anchor is None else {"Accept-Datetime": to_http_date(aim.anchor)}


def interpret(asked: str, status: int | None, fields: Sequence[Field], aim: Aim) -> Answer:
    """What an archive's answer to `asked` means. The table, first line that fits:

    =================================================  ===========
    ``Memento-Datetime`` outside the window            Missing
    ... inside it, of a rewritten view                 Redirect to the raw bytes
    ... inside it                                      Memento, whatever the status
    ``X-Archive-Wayback-Runtime-Error``                Unplayable
    3xx to a URI-M whose digits are in the window      Redirect to its raw bytes
    3xx to a URI-M whose digits are not                Missing
    3xx of a TimeGate, or only to another scheme       Redirect, its moment not yet known
    3xx to anything else                               Missing
    408, 429, 5xx                                      Unavailable
    2xx or 300 that names mementos in ``Link``         Redirect to the nearest, or Missing
    anything else                                      Missing
    =================================================  ===========

    A TimeGate is told by ``Vary: accept-datetime`` or by a ``Link`` with ``rel="original"``
    (RFC 7089, 4.1 and 4.2).
    """
    moment = negotiation.memento_datetime(fields)
    if moment is not None:
        return _memento(asked, fields, aim, moment) if aim.holds(moment) else Missing(aim.drift(moment))
    error = last(fields, wayback.UNPLAYABLE)
    if error is not None:
        return Unplayable(" ".join(error.decode("latin-1").split()))
    if status in REDIRECTS:
        return _redirect(asked, fields, aim)
    if status is None or status in BUSY or status >= 500:
        return Unavailable(f"the archive answered {status}")
    if 200 <= status <= 300:
        return _named(asked, fields, aim)
    return Missing(f"the archive answered {status}")


def towards(found: Memento | None, aim: Aim, asked: str) -> Redirect | Missing:
    """What follows from an answer to `asked` whose nearest memento is `found`."""
    if found is None:
        return Missing("the answer is no memento: it has no Memento-Datetime, and it names none")
    if not aim.holds(found.moment):
        return Missing(aim.drift(found.moment))
    uri_m = _raw(found.uri_m) or found.uri_m
    if uri_m == asked:
        return Missing("the answer calls itself a memento, and has no Memento-Datetime")
    return Redirect(uri_m, found.moment)


def _memento(asked: str, fields: Sequence[Field], aim: Aim, moment: datetime) -> Memento | Redirect:
    uri_r = negotiation.original(fields) or aim.uri_r
    uri_m = negotiation.uri_m(asked, fields, uri_r, moment)
    raw = _raw(uri_m)
    if raw is None or raw == uri_m or _raw(asked) == asked:
        return Memento(uri_r, uri_m, moment)
    return Redirect(raw, moment)


def _redirect(asked: str, fields: Sequence[Field], aim: Aim) -> Redirect | Missing:
    location = (last(fields, b"location") or b"").decode("latin-1")
    target = uri.join(asked, location) if location else None
    uri_m = UriM.parse(target) if target else None
    if uri_m is not None and uri_m.moment is not None:
        drifts = not aim.holds(uri_m.moment)
        return Missing(aim.drift(uri_m.moment)) if drifts else Redirect(str(uri_m.raw()), uri_m.moment)
    if target is not None and target != asked and _leads_on(asked, target, fields):
        return Redirect(target, None)
    return Missing(f"the archive redirects to {target or 'nowhere'}, which is no memento")


def _leads_on(asked: str, target: str, fields: Sequence[Field]) -> bool:
    """Whether a redirect is a step of the negotiation, not away from it to a page of the archive."""
    if negotiation.negotiates(fields) or negotiation.original(fields) is not None:
        return True
    return target.partition("://")[2] == asked.partition("://")[2]


def _named(asked: str, fields: Sequence[Field], aim: Aim) -> Redirect | Missing:
    return towards(aim.nearest(negotiation.mementos(asked, fields, aim.uri_r)), aim, asked)


def _raw(uri_m: str) -> str | None:
    """Where the bytes lie as they were captured; None where the address has no form that tells."""
    parsed = UriM.parse(uri_m)
    return str(parsed.raw()) if parsed is not None and parsed.digits else None
