"""What the head of an archive's answer says in the words of RFC 7089: datetimes, originals, mementos."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from crawler.archives.fields import Field, last, memento_link
from crawler.archives.link import Link, parse_links, related
from crawler.archives.urim import UriM
from crawler.errors import InvalidUri, MalformedRecord
from crawler.model import uri
from crawler.model.memento import Memento
from crawler.model.timestamp import from_http_date, to_14_digits


def memento_datetime(fields: Sequence[Field]) -> datetime | None:
    """The ``Memento-Datetime`` (2.1.1), which only a memento has."""
    value = last(fields, b"memento-datetime")
    return None if value is None else http_date(value.decode("latin-1"))


def original(fields: Sequence[Field]) -> str | None:
    """The URI-R that the archive names as ``rel="original"`` (2.2.1)."""
    link = memento_link(fields)
    named = related(link, "original") if link else None
    try:
        return None if named is None else uri.normalise(named)
    except InvalidUri:
        return None


def negotiates(fields: Sequence[Field]) -> bool:
    """Whether it is a TimeGate's answer: ``Vary`` names ``accept-datetime`` (2.1.2)."""
    return any(
        name.lower() == b"vary" and b"accept-datetime" in value.lower().replace(b" ", b"").split(b",")
        for name, value in fields
    )


def mementos(asked: str, fields: Sequence[Field], uri_r: str) -> Iterator[Memento]:
    """The mementos that the archive's own Link field names with their datetimes (2.2.4)."""
    for link in parse_links(memento_link(fields) or ""):
        found = memento_of(link, asked, uri_r)
        if found is not None:
            yield found


def memento_of(link: Link, base: str, uri_r: str) -> Memento | None:
    """The memento that a link names; None where it is none, or has no address or datetime."""
    target = uri.join(base, link.target) if "memento" in link.relations else None
    moment = http_date(link.parameters.get("datetime", ""))
    return None if target is None or moment is None else Memento(uri_r, target, moment)


def uri_m(asked: str, fields: Sequence[Field], uri_r: str, moment: datetime) -> str:
    """The memento's own address: what the archive names, else what was asked with the true digits.

    A TimeGate that answers with the memento itself names it in ``Content-Location`` (4.2.1); anywhere
    else that field may be the original's, and counts only where it bears the memento's own moment.
    """
    location = (last(fields, b"content-location") or b"").decode("latin-1")
    target = uri.join(asked, location) if location else None
    named = UriM.parse(target) if target else None
    if named is not None and named.moment == moment.replace(microsecond=0):
        return str(named)
    asked_for = UriM.parse(asked)
    if asked_for is not None:
        return str(UriM(asked_for.archive, to_14_digits(moment), asked_for.modifier, uri_r))
    return target if target is not None and negotiates(fields) else asked


def http_date(text: str) -> datetime | None:
    """The moment of an HTTP-date; None where it is none."""
    try:
        return from_http_date(text)
    except MalformedRecord:
        return None
