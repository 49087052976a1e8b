"""The head of an archive's answer, taken apart: the original's fields and the archive's own.

Two manners are known. The Wayback Machine puts ``X-Archive-Orig-`` before every original field but
Content-Type; all else is its own. pywb prefixes only the fields that would change how a browser treats
the replay (`PREFIXED`); the others come as they were captured, and pywb's own stand after them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.archives import wayback
from crawler.archives.link import parse_links
from crawler.archives.urim import UriM

Field = tuple[bytes, bytes]

TRANSPORT = frozenset(b"connection keep-alive transfer-encoding proxy-connection te trailer".split())
"""Fields of one connection (RFC 9110, 7.6.1): without a prefix, of the one to the archive."""
FRAMING = frozenset({wayback.ORIGINAL + b"transfer-encoding", wayback.ORIGINAL + b"trailer"})
"""How the original body was framed. The archive took the frame away, so its fields go with it."""
PREFIXED = frozenset(
    b"age alt-svc cache-control content-md5 content-security-policy "
    b"content-security-policy-report-only date etag expires last-modified p3p pragma public-key-pins "
    b"retry-after server status strict-transport-security tk upgrade upgrade-insecure-requests vary via "
    b"warning x-frame-options x-xss-protection".split()
)
"""Fields that pywb prefixes where they are the original's: without the prefix they are its own, or
of a proxy in front of it."""
_UNPREFIXED_AT_WAYBACK = frozenset(b"content-type content-encoding location".split())


@dataclass(frozen=True, slots=True)
class Heads:
    """An archive's head in two parts, each in the order of the wire, prefixes removed."""

    original: Sequence[Field]
    archive: Sequence[Field]
    wayback: bool
    """Whether the archive answers in the manner of the Wayback Machine."""


def separate(fields: Iterable[Field]) -> Heads:
    """Part the fields of an answer that is a memento."""
    all_fields = list(fields)
    at_wayback = any(name.lower() == wayback.SIGNATURE for name, _ in all_fields)
    own = _own(all_fields, at_wayback)
    original = [_unprefixed(field) for n, field in enumerate(all_fields) if n not in own]
    archive = [field for n, field in enumerate(all_fields) if n in own]
    return Heads(original, archive, at_wayback)


def last(fields: Iterable[Field], name: bytes) -> bytes | None:
    """The last value of a field: an archive's own stands behind the original's."""
    return next((value for key, value in reversed(list(fields)) if key.lower() == name), None)


def memento_link(fields: Iterable[Field]) -> str | None:
    """The archive's own Link field: the last one that names an original (RFC 7089, 2.2.1)."""
    found = None
    for name, value in fields:
        if name.lower() == b"link" and _names_original(value):
            found = value.decode("latin-1")
    return found


def _own(fields: Sequence[Field], at_wayback: bool) -> set[int]:
    """The places of the fields that the archive added."""
    always = _own_at_wayback if at_wayback else _own_at_pywb
    own = {n for n, (name, _) in enumerate(fields) if always(name.lower())}
    if not at_wayback:
        places = {name.lower(): n for n, (name, value) in enumerate(fields) if _last_is_own(name, value)}
        own.update(places.values())
    return own


def _own_at_wayback(name: bytes) -> bool:
    if name.startswith(wayback.ORIGINAL):
        return name in FRAMING
    return name not in _UNPREFIXED_AT_WAYBACK


def _own_at_pywb(name: bytes) -> bool:
    if name.startswith(wayback.ORIGINAL):
        return name in FRAMING
    return name.startswith(b"x-archive-") or name in TRANSPORT or name in PREFIXED


def _last_is_own(name: bytes, value: bytes) -> bool:
    name = name.lower()
    if name == b"content-location":
        return UriM.parse(value.decode("latin-1")) is not None
    return name == b"memento-datetime" or (name == b"link" and _names_original(value))


def _names_original(value: bytes) -> bool:
    return any("original" in link.relations for link in parse_links(value.decode("latin-1")))


def _unprefixed(field: Field) -> Field:
    name, value = field
    prefix = len(wayback.ORIGINAL)
    return (name[prefix:], value) if name.lower().startswith(wayback.ORIGINAL) else field
