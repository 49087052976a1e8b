"""The lines of a WARC, read back from its records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crawler.model.cdxj import CdxjLine
from crawler.model.message import Message
from crawler.model.timestamp import from_warc_date
from pipelines.cdxj.line import line_of
from pipelines.records import Record, read_records


def index_warc(path: Path) -> Iterator[CdxjLine]:
    """The lines of one WARC file, in the order of its records, in constant memory.

    Raises `MalformedRecord`, after the lines of the whole records before the damage.
    """
    pending: Record | None = None
    head = Message.parse(b"")
    for record in read_records(path):
        if pending is not None:
            yield _line(pending, head, record.offset, path.name)
        pending = record if _is_capture(record) else None
        if pending is not None:
            head = Message.parse(record.head_of_block())
    if pending is not None:
        yield _line(pending, head, path.stat().st_size, path.name)


def _is_capture(record: Record) -> bool:
    uri = record.get("WARC-Target-URI")
    return record.type in ("response", "revisit") and uri.startswith(("http://", "https://"))


def _line(record: Record, head: Message, end: int, filename: str) -> CdxjLine:
    return line_of(
        uri=record.get("WARC-Target-URI"),
        started=from_warc_date(record.get("WARC-Date")),
        status=head.status,
        mime=head.get(b"content-type"),
        digest=record.get("WARC-Payload-Digest"),
        revisit=record.type == "revisit",
        offset=record.offset,
        length=end - record.offset,
        filename=filename,
    )
