"""ARC files, WARC's elder: records with a line of five fields or ten, read by warcio."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from crawler.errors import MalformedRecord
from crawler.model import digest
from crawler.model.cdxj import CdxjLine
from crawler.model.message import Message
from crawler.model.timestamp import from_warc_date
from pipelines.cdxj import line_of
from pipelines.holdings.files import File

ENDINGS = (".arc", ".arc.gz")
_PIECE = 1 << 18


@dataclass(frozen=True, slots=True)
class ArcRecord:
    """An answer in an ARC file; its block is read once."""

    uri: str
    started: datetime
    peer: str
    block: Iterator[bytes]


def index_arc(file: File) -> Iterator[CdxjLine]:
    """The lines of one ARC file, in the order of its records. Raises `MalformedRecord`."""
    with file.open() as opened:
        found = _iterator(opened)
        for record in _answers(found, file):
            head, behind = Message.read(record.block)
            payload = digest.of_all(head.payload(chain([behind], record.block)))
            place = found.get_record_offset(), found.get_record_length()
            yield line_of(
                *(record.uri, record.started, head.status, head.get(b"content-type"), payload, False),
                *(*place, file.name),
            )


@contextmanager
def arc_at(file: File, offset: int) -> Iterator[ArcRecord]:
    """The record at `offset`, for the length of the block. Raises `MalformedRecord`."""
    with file.open() as opened:
        opened.seek(offset)
        record = next(_answers(_iterator(opened), file), None)
        if record is None:
            raise MalformedRecord(f"{file.uri}, offset {offset}: no ARC record")
        yield record


def _iterator(opened: Any) -> Any:
    return ArchiveIterator(opened, no_record_parse=True, arc2warc=True)


def _answers(found: Any, file: File) -> Iterator[ArcRecord]:
    """The HTTP answers among the records."""
    try:
        for record in found:
            get = record.rec_headers.get_header
            uri = get("WARC-Target-URI") or ""
            if record.rec_type == "response" and uri.lower().startswith(("http://", "https://")):
                pieces = _pieces(record.raw_stream)
                yield ArcRecord(
                    uri, from_warc_date(get("WARC-Date")), get("WARC-IP-Address") or "", pieces
                )
    except (ArchiveLoadFailed, ValueError) as error:
        raise MalformedRecord(f"{file.uri}: {error}") from error


def _pieces(stream: Any) -> Iterator[bytes]:
    while piece := stream.read(_PIECE):
        yield piece
