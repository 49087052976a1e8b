"""TimeMaps (RFC 7089, 5): the list of an original's mementos, and which of them is the nearest.

Read are link format, the JSON of Aggregators, the CDXJ of MemGator, and the lines of pywb and the
Wayback Machine, which are those of their CDX servers and name no URI-M.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from crawler.archives import memento, negotiation
from crawler.archives.cdx import reading
from crawler.archives.fields import Field
from crawler.archives.link import Link, parse_links
from crawler.archives.memento import Aim, Answer, Missing, Redirect, towards
from crawler.archives.urim import RAW
from crawler.errors import MalformedRecord
from crawler.model import uri
from crawler.model.cdx import CdxCapture
from crawler.model.memento import Memento
from crawler.model.timestamp import from_digits, from_warc_date

_ASKED = re.compile(r"(?P<root>https?://[^/?#]+(?:/[^/?#:]+)*?)/timemap/(?:link|json|cdxj)/(?=.)", re.I)
_DATED = re.compile(rb"^(\d{14}) +(\{.*\}) *\r?$", re.M)
MOST_LISTED = 100_000
"""Links that are read of a TimeMap."""
_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Part:
    """A further part of a TimeMap, which lists the mementos of a span (5.1.1); its ends may be open."""

    uri: str
    since: datetime | None
    until: datetime | None

    def distance(self, moment: datetime) -> float:
        """Seconds from `moment` to the span at least: 0 within it."""
        early = (self.since - moment).total_seconds() if self.since else 0.0
        late = (moment - self.until).total_seconds() if self.until else 0.0
        return max(early, late, 0.0)


@dataclass(frozen=True, slots=True)
class Indexed(Memento):
    """A memento that is listed with what the index says of it."""

    line: CdxCapture


def is_timemap(asked: str) -> bool:
    """Whether an address is that of a TimeMap, as all known archives and Aggregators spell it."""
    return _ASKED.match(asked) is not None


def interpret(
    asked: str, status: int | None, fields: Sequence[Field], body: bytes, aim: Aim, *, whole: bool = True
) -> Answer:
    """What the answer of a TimeMap means: a redirect to the nearest memento or to the part that has it.

    `whole` is False for a body that was cut: then what lies near may be in what is missing, and unless
    the list goes beyond the anchor there is no answer.
    """
    if status != 200:
        return memento.interpret(asked, status, fields, aim)
    listed = list(islice(read(body, asked, aim.uri_r), MOST_LISTED))
    found = aim.nearest(one for one in listed if isinstance(one, Memento))
    whole = whole and len(listed) < MOST_LISTED
    if not whole and not _goes_beyond(listed, aim):
        return Missing(
            f"the TimeMap is longer than the {len(body)} bytes or {MOST_LISTED} links that are read"
        )
    part = _nearer(found, [one for one in listed if isinstance(one, Part)], aim)
    if part is not None:
        return Redirect(part.uri, None)
    if found is None:
        return Missing("the TimeMap lists no memento")
    answer = towards(found, aim, asked)
    if isinstance(answer, Redirect) and isinstance(found, Indexed):
        return replace(answer, expected=found.line)
    return answer


def read(body: bytes, asked: str, uri_r: str) -> Iterator[Memento | Part]:
    """What the TimeMap at `asked` lists for `uri_r`, in its order. What cannot be read is left out."""
    start = body.lstrip()[:1]
    if start == b"<":
        return _of_links(body.decode("utf-8", "replace"), asked, uri_r)
    if start == b"{" and (fields := _object(body)).keys() & {"mementos", "timemap_index"}:
        return _of_object(fields, asked, uri_r)
    if _DATED.search(body):
        return _of_dated(body, asked, uri_r)
    return _of_lines(body, asked)


def _goes_beyond(listed: Sequence[Memento | Part], aim: Aim) -> bool:
    return aim.anchor is not None and any(
        isinstance(one, Memento) and one.moment >= aim.anchor for one in listed
    )


def _nearer(found: Memento | None, parts: Sequence[Part], aim: Aim) -> Part | None:
    """The part whose span comes nearer to the anchor than the memento that was found here."""
    wanted = aim.anchor or _LATEST
    nearest = min(parts, key=lambda one: one.distance(wanted), default=None)
    if nearest is None or found is None:
        return nearest
    return nearest if nearest.distance(wanted) < abs((found.moment - wanted).total_seconds()) else None


def _of_links(text: str, asked: str, uri_r: str) -> Iterator[Memento | Part]:
    for link in parse_links(text.replace("\r", " ").replace("\n", " ")):
        found = negotiation.memento_of(link, asked, uri_r) or _part(link, asked)
        if found is not None:
            yield found


def _part(link: Link, asked: str) -> Part | None:
    target = uri.join(asked, link.target) if "timemap" in link.relations else None
    if target is None or target == asked or "self" in link.relations:
        return None
    since, until = (negotiation.http_date(link.parameters.get(end, "")) for end in ("from", "until"))
    return Part(target, since, until)


def _of_object(fields: Mapping[str, Any], asked: str, uri_r: str) -> Iterator[Memento | Part]:
    """``mementos.list`` and ``timemap_index``, as Aggregators write them."""
    for entry in _entries(_member(fields, "mementos").get("list")):
        target, moment = uri.join(asked, str(entry.get("uri", ""))), _moment(entry.get("datetime"))
        if target is not None and moment is not None:
            yield Memento(uri_r, target, moment)
    for entry in _entries(fields.get("timemap_index")):
        target = uri.join(asked, str(entry.get("uri", "")))
        if target is not None and target != asked:
            yield Part(target, _moment(entry.get("from")), _moment(entry.get("until")))


def _of_dated(body: bytes, asked: str, uri_r: str) -> Iterator[Memento]:
    """MemGator's CDXJ: a moment, and an object with the URI-M."""
    for match in _DATED.finditer(body):
        named = _object(match[2]).get("uri")
        target = uri.join(asked, named) if named and isinstance(named, str) else None
        with suppress(MalformedRecord):
            if target is not None:
                yield Memento(uri_r, target, from_digits(match[1].decode()))


def _of_lines(body: bytes, asked: str) -> Iterator[Memento]:
    match = _ASKED.match(asked)
    root = match["root"] if match else asked.rstrip("/")
    for line in reading.read(body).lines:
        yield Indexed(line.uri_r, f"{root}/{line.timestamp}{RAW}/{line.uri_r}", line.moment, line)


def _object(text: bytes) -> Mapping[str, Any]:
    with suppress(ValueError, RecursionError):
        fields = json.loads(text)
        if isinstance(fields, dict):
            return fields
    return {}


def _member(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    member = fields.get(name)
    return member if isinstance(member, dict) else {}


def _entries(value: Any) -> Iterator[Mapping[str, Any]]:
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())


def _moment(value: Any) -> datetime | None:
    """A moment as JSON has it: RFC 3339 in UTC, or an HTTP-date."""
    with suppress(MalformedRecord):
        return from_warc_date(str(value))
    return negotiation.http_date(str(value or ""))
