"""A capture brought back from its place in a file: bytes as they are, and judged by their digest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from crawler.errors import MalformedRecord
from crawler.model import digest
from crawler.model.capture import Capture, DigestCheck, Source, Truncation
from crawler.model.holdings import Place
from crawler.model.message import HEAD_LIMIT, Message
from crawler.model.octets import Octets, Spool, SpoolLimits
from crawler.model.surt import surt
from crawler.model.timestamp import from_warc_date, now, to_14_digits
from pipelines.cdxj import moment_of
from pipelines.holdings import arc
from pipelines.holdings.files import File
from pipelines.records import Record, record_at

Originals = Callable[[str, datetime, str], Capture]
"""The original of a revisit: by its URI-R, its moment, and the digest that its payload has."""
_REASONS = frozenset(Truncation)


@dataclass(frozen=True, slots=True)
class _Held:
    """An answer as it lies in a file. `refers` is (URI-R, moment) of a revisit's original, else None."""

    uri: str
    started: datetime
    peer: str
    block: Octets
    record_id: str = ""
    truncated: str = ""
    digest: str = ""
    refers: tuple[str, datetime] | None = None


def read(place: Place, file: File, limits: SpoolLimits, originals: Originals) -> Capture:
    """The capture at `place` in `file`; `originals` brings that of a revisit.

    Raises `MalformedRecord` where it cannot be read, and `OSError`.
    """
    with _held(place, file, limits) as held:
        capture = Capture(
            uri=held.uri,
            method="GET",
            request=b"",
            response=held.block,
            started=held.started,
            elapsed_ms=0,
            peer=held.peer or None,
            truncated=Truncation(held.truncated) if held.truncated in _REASONS else None,
            notes={"sourceRecord": held.record_id} if held.record_id else {},
        )
        if held.refers is not None:
            capture = _revisited(capture, originals(*held.refers, held.digest or place.digest), limits)
        source = Source(place.uri, now(), (place.offset, place.length))
        told = [one for one in (held.digest, "" if place.made else place.digest) if one]
        return replace(capture, source=replace(source, digest_check=_checked(capture, told)))


@contextmanager
def _held(place: Place, file: File, limits: SpoolLimits) -> Iterator[_Held]:
    if place.length > 0:
        file = file.until(place.offset + place.length)
    if file.name.endswith(arc.ENDINGS):
        with arc.arc_at(file, place.offset) as found:
            block = Spool.of(found.block, limits)
            yield _as_indexed(_Held(found.uri, found.started, found.peer, block), place)
        return
    with record_at(file, place.offset) as record:
        if record.type not in ("response", "revisit"):
            raise MalformedRecord(
                f"{place.uri}, offset {place.offset}: no answer, but {record.type or 'nothing'}"
            )
        held = _of_record(record, Spool.of(record.block(), limits))
        record.finish()
        yield _as_indexed(held, place)


def _as_indexed(held: _Held, place: Place) -> _Held:
    """What lies at a place, if the index meant it. Raises `MalformedRecord`."""
    meant = surt(place.uri_r), to_14_digits(place.moment)
    if (surt(held.uri), to_14_digits(held.started)) != meant:
        there = f"{held.uri} of {to_14_digits(held.started)}"
        raise MalformedRecord(
            f"{place.uri}, offset {place.offset}: the index is wrong, {there} is there"
        )
    return held


def _of_record(record: Record, block: Octets) -> _Held:
    revisit = record.type == "revisit"
    started = moment_of(record)
    return _Held(
        uri=record.uri,
        started=started,
        peer=record.get("WARC-IP-Address"),
        block=block,
        record_id=record.id,
        truncated="" if revisit else record.get("WARC-Truncated").lower(),
        digest=record.get("WARC-Payload-Digest"),
        refers=_refers(record, started) if revisit else None,
    )


def _refers(record: Record, started: datetime) -> tuple[str, datetime]:
    """What a revisit is one of (WARC 1.1, 6.7); older writers say nothing, and mean the same URI-R."""
    uri = record.get_uri("WARC-Refers-To-Target-URI") or record.uri
    try:
        return uri, from_warc_date(record.get("WARC-Refers-To-Date"))
    except MalformedRecord:
        return uri, started


def _revisited(revisit: Capture, original: Capture, limits: SpoolLimits) -> Capture:
    """A revisit with its original's payload: behind its own head, or else behind the original's.

    Its own does not fit where it is none, a 304, framed in another way or wrong about the length.
    """
    theirs = original.message
    length = len(original.response) - len(theirs.head)
    own = _fits(revisit.message, theirs, length)
    body = original.response.pieces(len(theirs.head))
    pieces = chain([revisit.message.head if own else theirs.head], body)
    of = f"{original.uri} {original.notes.get('sourceRecord', '')}".strip()
    notes = {**revisit.notes, "revisitOf": of} | ({} if own else {"revisitHead": "original"})
    return replace(revisit, response=Spool.of(pieces, limits), truncated=original.truncated, notes=notes)


def _fits(own: Message, theirs: Message, length: int) -> bool:
    if own.status is None or own.bodiless or own.chunked != theirs.chunked:
        return False
    told = own.get(b"content-length")
    return own.chunked or told is None or told == str(length).encode()


def _checked(capture: Capture, told: list[str]) -> DigestCheck:
    """Whether the payload has every digest that record and index name; some writers count chunks too."""
    raw = [digest.raw(one) for one in told]
    if not raw or None in raw:
        return DigestCheck.UNKNOWN
    return (
        DigestCheck.VERIFIED
        if all(_has(capture, one, one_told) for one, one_told in zip(raw, told, strict=True))
        else DigestCheck.MISMATCH
    )


def _has(capture: Capture, raw: bytes | None, told: str) -> bool:
    algorithm = "sha256" if raw and len(raw) == 32 else "sha1"
    if digest.raw(capture.measured(algorithm).digest) == raw:
        return True
    head = Message.parse(capture.response.read(0, HEAD_LIMIT)).head
    return digest.raw(digest.of_all(capture.response.pieces(len(head)), algorithm)) == raw
