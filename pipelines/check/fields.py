"""The named fields of one record against the rules of WARC 1.1, clauses 5 and 6."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address

from crawler.errors import MalformedRecord
from crawler.model import digest
from crawler.model.timestamp import from_warc_date
from pipelines.check.fault import Finding
from pipelines.records import Record

_MANDATORY = ("WARC-Type", "WARC-Record-ID", "WARC-Date")
_TYPES = {
    "warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation"
}  # fmt: skip
_ABOUT_A_URI = _TYPES - {"warcinfo", "metadata"}
_NOT_ON = {
    "warc-concurrent-to": {"warcinfo", "conversion", "continuation"},
    "warc-ip-address": {"warcinfo", "conversion", "continuation"},
    "warc-refers-to": {"warcinfo", "response", "resource", "request", "continuation"},
    "warc-refers-to-target-uri": _TYPES - {"revisit"},
    "warc-refers-to-date": _TYPES - {"revisit"},
    "warc-target-uri": {"warcinfo"},
    "warc-filename": _TYPES - {"warcinfo"},
    "warc-warcinfo-id": {"warcinfo"},
    "warc-payload-digest": {"warcinfo"},
    "warc-profile": _TYPES - {"revisit"},
    "warc-segment-origin-id": _TYPES - {"continuation"},
    "warc-segment-total-length": _TYPES - {"continuation"},
}
"""Fields, and the types of record that they shall not be on (WARC 1.1, 5)."""
_ONCE = {
    *_NOT_ON, "warc-type", "warc-record-id", "warc-date", "content-length", "content-type",
    "warc-block-digest", "warc-truncated", "warc-identified-payload-type", "warc-segment-number",
} - {"warc-concurrent-to"}  # fmt: skip
_REDUCED_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\dZ)?)?)?\Z")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20\x7f-\uffff]*\Z")
_IDENTICAL = "/revisit/identical-payload-digest"
_MESSAGE_TYPES = {"response": "response", "revisit": "response", "request": "request"}


def field_findings(record: Record) -> Iterator[Finding]:
    """What the record's head says that it may not, or does not say that it must."""
    if record.version not in ("WARC/1.0", "WARC/1.1"):
        yield Finding("a version that is no standard", record.version, note=True)
    for name in _MANDATORY:
        if not record.get(name):
            yield Finding(f"no {name}")
    yield from _wrong_places(record)
    yield from _values(record)
    yield from _content_type(record)
    if record.type == "revisit":
        yield from _revisit(record)
    if record.type == "continuation":
        for name in ("WARC-Segment-Number", "WARC-Segment-Origin-ID"):
            if not record.get(name):
                yield Finding(f"a continuation without {name}")


def _wrong_places(record: Record) -> Iterator[Finding]:
    if record.type and record.type not in _TYPES:
        yield Finding("a record of an unknown type", record.type, note=True)
    if record.type in _ABOUT_A_URI and not record.uri:
        yield Finding("no WARC-Target-URI", f"in a {record.type}")
    for name, times in record.names.items():
        if times > 1 and name in _ONCE:
            yield Finding("a field stands more than once", name)
        if record.type in _NOT_ON.get(name, ()):
            yield Finding("a field that this type of record may not have", f"{name} on {record.type}")


def _values(record: Record) -> Iterator[Finding]:
    own_id, uri, date = record.get("WARC-Record-ID"), record.uri, record.get("WARC-Date")
    if own_id and not (own_id[:1] + own_id[-1:] == "<>" and _URI.match(own_id[1:-1])):
        yield Finding("WARC-Record-ID is no URI in angle brackets", own_id)
    if uri and not _URI.match(uri):
        yield Finding("WARC-Target-URI is no URI", uri)
    if date and not _is_date(date):
        yield Finding("WARC-Date is no date of WARC 1.1, 5.4", date)
    address = record.get("WARC-IP-Address")
    if address and not _is_address(address):
        yield Finding("WARC-IP-Address is no address", address)


def _is_date(text: str) -> bool:
    try:
        from_warc_date(text)
    except MalformedRecord:
        return bool(_REDUCED_DATE.match(text))
    return True


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _content_type(record: Record) -> Iterator[Finding]:
    """5.6: a block has one, unless it goes on with that of another record."""
    told = record.get("Content-Type").lower().replace(" ", "").replace('"', "")
    if record.length and not told and record.type != "continuation":
        yield Finding("no Content-Type", f"in a {record.type}", note=True)
    wanted = _MESSAGE_TYPES.get(record.type)
    _, mark, message = told.partition("msgtype=")
    if wanted and told.startswith("application/http") and mark and message != wanted:
        yield Finding("Content-Type names the other kind of message", f"{message} in a {record.type}")


def _revisit(record: Record) -> Iterator[Finding]:
    """6.7: the profile, and what the profile of identical payloads asks for."""
    profile = record.get_uri("WARC-Profile")
    if not profile:
        yield Finding("a revisit without WARC-Profile")
    if not profile.endswith(_IDENTICAL):
        return
    payload = record.get("WARC-Payload-Digest")
    if not payload:
        yield Finding("a revisit of an identical payload without WARC-Payload-Digest")
    elif digest.raw(payload) in digest.EMPTY:
        yield Finding("a revisit of an empty payload")
    if record.length and record.get("WARC-Truncated") != "length":
        note = record.version != "WARC/1.1"
        yield Finding("a revisit that keeps a block is not marked WARC-Truncated: length", note=note)
    if not (record.get("WARC-Refers-To-Target-URI") and record.get("WARC-Refers-To-Date")):
        note = record.version != "WARC/1.1"
        yield Finding("a revisit without WARC-Refers-To-Target-URI and -Date", note=note)
