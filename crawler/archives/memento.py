"""Mementos over HTTP (RFC 7089): what to ask an archive for, and what its answer means.

An `Aim` is a URI-R, a moment and how far from it one may land. `aim_uri` makes it a request;
`interpret` reads the answer: a memento inside the window, a redirect to where the memento lies, or
the reason why there is none. `reconstruct` makes the original capture of an exchange with an archive.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crawler.archives import wayback
from crawler.archives.fields import Field, last, memento_link, separate
from crawler.archives.link import related
from crawler.archives.restore import restore
from crawler.archives.urim import RAW, UriM
from crawler.errors import InvalidUri, MalformedRecord
from crawler.model import uri
from crawler.model.capture import Capture, Source, Truncation
from crawler.model.cdx import CdxCapture
from crawler.model.memento import Memento, Window
from crawler.model.timestamp import from_http_date, to_14_digits, to_http_date

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


@dataclass(frozen=True, slots=True)
class Redirect:
    """The memento lies elsewhere: at `uri_m`. The answer itself is no memento."""

    uri_m: str
    moment: datetime


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


def aim_uri(archive: str, aim: Aim) -> str:
    """The URI-M that asks `archive` for the bytes of the memento nearest to the aim's anchor."""
    digits = LATEST if aim.anchor is None else to_14_digits(aim.anchor)
    return f"{archive.rstrip('/')}/{digits}{RAW}/{aim.uri_r}"


def aim_headers(aim: Aim) -> Mapping[str, str]:
    """``Accept-Datetime``; none where the latest memento is sought (RFC 7089, 2.1.1 and 4.5.1)."""
    return {} if aim.anchor is None else {"Accept-Datetime": to_http_date(aim.anchor)}


def interpret(asked: str, status: int | None, fields: Sequence[Field], aim: Aim) -> Answer:
    """What an archive's answer to `asked` means. The table, first line that fits:

    ============================================  ===========
    ``Memento-Datetime`` inside the window        Memento, whatever the status
    ``Memento-Datetime`` outside the window       Missing
    ``X-Archive-Wayback-Runtime-Error``           Unplayable
    3xx to a URI-M whose digits are in the window Redirect
    3xx to anything else                          Missing
    408, 429, 5xx                                 Unavailable
    anything else                                 Missing
    ============================================  ===========
    """
    moment = _memento_datetime(fields)
    if moment is not None:
        return _memento(asked, fields, aim, moment) if aim.holds(moment) else Missing(aim.drift(moment))
    error = last(fields, wayback.UNPLAYABLE)
    if error is not None:
        return Unplayable(" ".join(error.decode("latin-1").split()))
    if status in REDIRECTS:
        return _redirect(asked, last(fields, b"location") or b"", aim)
    if status is None or status in BUSY or status >= 500:
        return Unavailable(f"the archive answered {status}")
    if 200 <= status < 300:
        return Missing("the answer is no memento: it has no Memento-Datetime")
    return Missing(f"the archive answered {status}")


def reconstruct(exchange: Capture, aim: Aim) -> Capture | None:
    """The original capture that an exchange with an archive brought, or None where it brought none.

    None too for an answer outside the window, and for one that the wire or the clock cut short: what
    is missing of it was not missing in the original. `started` is the Memento-Datetime, `request` is
    empty, since none was sent to the origin, and `source` says where the bytes come from.
    """
    if exchange.failure or exchange.truncated not in (None, Truncation.LENGTH):
        return None
    message = exchange.message
    fields = list(message.fields())
    memento = interpret(exchange.uri, message.status, fields, aim)
    if not isinstance(memento, Memento):
        return None
    heads = separate(fields)
    return replace(
        exchange,
        uri=memento.uri_r,
        request=b"",
        response=restore(exchange, heads),
        started=memento.moment,
        interim=(),
        peer=None,
        tls=None,
        redacted=(),
        source=Source(memento.uri_m, exchange.started, archive_headers=tuple(heads.archive)),
        notes=_notes(message.status, wayback_manner=heads.wayback),
    )


def _memento_datetime(fields: Sequence[Field]) -> datetime | None:
    value = last(fields, b"memento-datetime")
    try:
        return None if value is None else from_http_date(value.decode("latin-1"))
    except MalformedRecord:
        return None


def _memento(asked: str, fields: Sequence[Field], aim: Aim, moment: datetime) -> Memento:
    link = memento_link(fields)
    uri_r = _valid(related(link, "original") if link else None) or aim.uri_r
    return Memento(uri_r, _uri_m(asked, last(fields, b"content-location"), uri_r, moment), moment)


def _uri_m(asked: str, location: bytes | None, uri_r: str, moment: datetime) -> str:
    """The memento's own address: what the archive names, else what was asked with the true digits."""
    named = UriM.parse(location.decode("latin-1")) if location else None
    if named is not None and named.moment == moment.replace(microsecond=0):
        return str(named)
    asked_for = UriM.parse(asked)
    if asked_for is None:
        return asked
    return str(UriM(asked_for.archive, to_14_digits(moment), asked_for.modifier, uri_r))


def _redirect(asked: str, location: bytes, aim: Aim) -> Redirect | Missing:
    target = uri.join(asked, location.decode("latin-1")) if location else None
    uri_m = UriM.parse(target) if target else None
    if uri_m is None or uri_m.moment is None:
        return Missing(f"the archive redirects to {target or 'nowhere'}, which is no memento")
    if not aim.holds(uri_m.moment):
        return Missing(aim.drift(uri_m.moment))
    return Redirect(str(uri_m.raw()), uri_m.moment)


def _valid(uri_r: str | None) -> str | None:
    try:
        return None if uri_r is None else uri.normalise(uri_r)
    except InvalidUri:
        return None


def _notes(status: int | None, *, wayback_manner: bool) -> Mapping[str, str]:
    """What the reconstructed head cannot be sure of."""
    if wayback_manner and status in REDIRECTS:
        return {"originalStatus": "unknown: the archive answers every redirect with 302"}
    return {}
