"""The captures of a collection read back: what a crawl has archived, and by which way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from crawler.errors import MalformedRecord
from crawler.model.capture import Capture, Truncation
from crawler.model.collection import Collection
from crawler.model.message import Message
from crawler.model.octets import Spool, SpoolLimits
from crawler.model.timestamp import from_warc_date
from pipelines.records import Damage, Hole, Progress, Record, record_at, walk

_FIELDS = "application/warc-fields"


@dataclass(frozen=True, slots=True)
class Captured:
    """An answer in a WARC file, with what its metadata record says of the way to it."""

    warc: Path
    offset: int
    record_id: str
    uri: str
    started: datetime
    message: Message
    """The head of the answer."""
    revisit: bool
    truncated: str
    """Why the answer is short (WARC 1.1, 5.13); empty where it is whole, or a revisit."""
    digest: str
    """Of the payload, as WARC-Payload-Digest has it."""
    source: str
    """WARC-Source-URI: where the archive has it that this was reconstructed from."""
    octets: int
    """Of the record's block: those of the answer, or the head alone of a revisit."""
    via: str = ""
    path: str = ""
    """Heritrix's hop letters from the seed."""
    way_known: bool = False
    """Whether there is a metadata record about it, which says `via` and `path`."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A file, or a part of one, that cannot be read."""

    warc: Path
    offset: int
    reason: str

    def __str__(self) -> str:
        return f"{self.warc.name} cannot be read at offset {self.offset}: {self.reason}"


def captures(collection: Collection, watch: Progress) -> Iterator[Captured | Unread]:
    """Every answer in the finished files, in its order, and what of them cannot be read."""
    archive = collection.archive
    for warc in sorted([*archive.glob("*.warc.gz"), *archive.glob("*.warc")]):
        try:
            yield from _of_file(warc, watch)
        except OSError as error:
            yield Unread(warc, 0, error.strerror or str(error))
        except MalformedRecord as error:
            yield Unread(warc, 0, str(error).removeprefix(f"{warc}: "))


def read_back(captured: Captured, original: tuple[Path, int] | None, limits: SpoolLimits) -> Capture:
    """The capture with its answer; a revisit's is its original's, which lies at `original`.

    Raises `MalformedRecord` or `OSError` where it cannot be read.
    """
    warc, offset = (captured.warc, captured.offset) if original is None else original
    with record_at(warc, offset) as record:
        response = Spool.of(record.block(), limits)
    return Capture(
        uri=captured.uri,
        method="GET",
        request=b"",
        response=response,
        started=captured.started,
        elapsed_ms=0,
        truncated=Truncation(captured.truncated) if captured.truncated else None,
        via=captured.via,
        path=captured.path,
    )


def _of_file(warc: Path, watch: Progress) -> Iterator[Captured | Unread]:
    """An answer is told when its metadata record has come, or the next answer, or the end."""
    waiting: Captured | None = None
    for found in walk(warc, lambda offset: watch(warc, offset)):
        if isinstance(found, Hole):
            yield Unread(warc, found.offset, found.reason)
        elif found.type == "metadata" and waiting and _is_about(found, waiting):
            yield _told(waiting, found)
            waiting = None
        elif found.type in ("response", "revisit"):
            if waiting:
                yield waiting
            waiting = _captured(warc, found)
    if waiting:
        yield waiting


def _captured(warc: Path, record: Record) -> Captured | None:
    """None where it is no answer to an HTTP request that a crawl could ask for."""
    if not record.uri.startswith(("http://", "https://")):
        return None
    try:
        started = from_warc_date(record.get("WARC-Date"))
        message = Message.parse(record.head_of_block())
    except (MalformedRecord, Damage):
        return None
    revisit = record.type == "revisit"
    return Captured(
        *(warc, record.offset, record.id, record.uri, started, message, revisit),
        truncated="" if revisit else record.get("WARC-Truncated"),
        digest=record.get("WARC-Payload-Digest"),
        source=record.get_uri("WARC-Source-URI"),
        octets=record.length,
    )


def _is_about(record: Record, captured: Captured) -> bool:
    concurrent = record.get_uri("WARC-Concurrent-To")
    return concurrent == captured.record_id and record.get("Content-Type").startswith(_FIELDS)


def _told(captured: Captured, record: Record) -> Captured:
    text = record.head_of_block().decode("utf-8", "replace")
    named = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    via, path = named.get("via", ""), named.get("hopsFromSeed", "")
    return replace(captured, via=via, path=path, way_known=True)
