"""The records of one capture, in the order in which they are written.

response or revisit, its request, one metadata record for each interim answer, and one for what is
known about the capture. A reconstructed capture (`Capture.source`) has no request: Clew never sent
one to the origin. A capture without an answer has no response; one for which nothing was sent either has
no record at all, only its line in the log.
"""

from __future__ import annotations

from ipaddress import ip_address

from crawler.model import digest
from crawler.model.capture import Capture, Payload
from crawler.model.octets import Octets
from crawler.model.original import Original, Visit
from crawler.model.timestamp import to_warc_date
from pipelines.warc.record import Draft, new_id, warc_fields

RESPONSE = "application/http; msgtype=response"
REQUEST = "application/http; msgtype=request"
FIELDS = "application/warc-fields"
IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
UNCHANGED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
INTERIM = "urn:clew:interim:"
"""With the page's own URI, indexers take an interim answer for a capture of the page."""


def drafts(capture: Capture, payload: Payload, original: Original | None, algorithm: str) -> list[Draft]:
    """All records of `capture`; the first is the one that an index names."""
    if not capture.response and not capture.request:
        return []
    made: list[Draft] = []
    response_id, request_id = new_id(), new_id()
    shared = _shared(capture)
    if capture.response:
        links = [("WARC-Concurrent-To", request_id)] if capture.request else []
        made.append(_answer(capture, response_id, [*shared, *links], payload, original))
    if capture.request:
        links = [("WARC-Concurrent-To", response_id)] if capture.response else []
        made.append(_request(capture, request_id, [*shared, *links], algorithm))
    about = response_id if capture.response else request_id
    made += [_interim(capture, block, about) for block in capture.interim]
    made.append(_metadata(capture, about))
    return made


def _shared(capture: Capture) -> list[tuple[str, str]]:
    fields = [("WARC-Target-URI", capture.uri), ("WARC-Date", to_warc_date(capture.started))]
    fields += _address(capture)
    if capture.source is None:
        version = capture.message.start_line[:8].lower()
        if version in (b"http/1.0", b"http/1.1"):
            fields.append(("WARC-Protocol", version.decode()))
    if capture.tls is not None:
        fields.append(("WARC-Protocol", capture.tls.protocol))
        fields.append(("WARC-Cipher-Suite", capture.tls.cipher_suite))
    return fields


def _address(capture: Capture) -> list[tuple[str, str]]:
    """The address as RFC 4291 and RFC 5952 write it, without the zone that only this machine knows."""
    if not capture.peer:
        return []
    return [("WARC-IP-Address", str(ip_address(capture.peer.partition("%")[0])))]


def _answer(
    capture: Capture,
    record_id: str,
    fields: list[tuple[str, str]],
    payload: Payload,
    original: Original | None,
) -> Draft:
    if capture.unchanged is not None:
        return _unchanged(capture, record_id, fields, capture.unchanged)
    fields = [*fields, ("WARC-Payload-Digest", payload.digest), *_source(capture)]
    if original is None:
        if capture.truncated is not None:
            fields.append(("WARC-Truncated", capture.truncated.value))
        return Draft("response", record_id, tuple(fields), RESPONSE, capture.response)
    # WARC 1.1, 6.7.2: the block ends with the head.
    fields += [*_refers(IDENTICAL, original), ("WARC-Truncated", "length")]
    return Draft("revisit", record_id, tuple(fields), RESPONSE, Octets(capture.message.head))


def _unchanged(capture: Capture, record_id: str, fields: list[tuple[str, str]], visit: Visit) -> Draft:
    """A 304 to a conditional request (WARC 1.1, 6.7.3); its payload is the original's."""
    fields = [*fields, ("WARC-Payload-Digest", visit.digest), *_refers(UNCHANGED, visit.original)]
    return Draft("revisit", record_id, tuple(fields), RESPONSE, capture.response)


def _refers(profile: str, original: Original) -> list[tuple[str, str]]:
    fields = [("WARC-Profile", profile)]
    if original.record_id:
        fields.append(("WARC-Refers-To", original.record_id))
    fields.append(("WARC-Refers-To-Target-URI", original.uri))
    fields.append(("WARC-Refers-To-Date", to_warc_date(original.date)))
    return fields


def _request(capture: Capture, record_id: str, fields: list[tuple[str, str]], algorithm: str) -> Draft:
    body = capture.request.partition(b"\r\n\r\n")[2]
    fields = [*fields, ("WARC-Payload-Digest", digest.of(body, algorithm))]
    fields += [("WARC-Clew-Redacted", name) for name in capture.redacted]
    return Draft("request", record_id, tuple(fields), REQUEST, Octets(capture.request))


def _source(capture: Capture) -> list[tuple[str, str]]:
    if capture.source is None:
        return []
    fields = [
        ("WARC-Source-URI", capture.source.uri),
        ("WARC-Creation-Date", to_warc_date(capture.source.fetched)),
    ]
    if capture.source.range is not None:
        fields.append(("WARC-Source-Range", _bytes(*capture.source.range)))
    return fields


def _bytes(offset: int, length: int) -> str:
    """As Common Crawl's writers have it, in the manner of RFC 9110, 14.1.2."""
    return f"bytes={offset}-{offset + length - 1}"


def _interim(capture: Capture, block: bytes, about: str) -> Draft:
    fields = [
        ("WARC-Target-URI", INTERIM + capture.uri),
        ("WARC-Date", to_warc_date(capture.started)),
        ("WARC-Concurrent-To", about),
    ]
    fields += _address(capture)
    return Draft("metadata", new_id(), tuple(fields), RESPONSE, Octets(block))


def _metadata(capture: Capture, about: str) -> Draft:
    fields = (
        ("WARC-Target-URI", capture.uri),
        ("WARC-Date", to_warc_date(capture.started)),
        ("WARC-Concurrent-To", about),
    )
    return Draft("metadata", new_id(), fields, FIELDS, Octets(warc_fields(_about(capture))))


def _about(capture: Capture) -> list[tuple[str, str]]:
    known = [("via", capture.via), ("hopsFromSeed", capture.path), ("failure", capture.failure or "")]
    about = [(name, value) for name, value in known if value]
    about.append(("fetchTimeMs", str(capture.elapsed_ms)))
    about += capture.notes.items()
    skews = (("skewAnchor", capture.skew_anchor), ("skewParent", capture.skew_parent))
    about += [(name, str(skew)) for name, skew in skews if skew is not None]
    if capture.source is not None:
        about.append(("digestCheck", capture.source.digest_check.value))
        about += [
            ("archiveHeader", f"{name.decode('latin-1')}: {value.decode('latin-1')}")
            for name, value in capture.source.archive_headers
        ]
    return about
