"""The lines of a WARC, read back from its records."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path

from crawler.errors import MalformedRecord
from crawler.model import digest as digests
from crawler.model.cdxj import CdxjLine
from crawler.model.message import Message
from crawler.model.timestamp import from_digits, from_warc_date
from pipelines.cdxj.line import line_of
from pipelines.records import Damage, Hole, Openable, Record, Watch, walk

_CAPTURES = ("response", "revisit", "resource")
"""Types of records that stand for their URI. Metadata does not: shown in its place, it would hide it."""
_HTTP = re.compile(r"https?://", re.I)
_COARSE_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z?)?)?)?\Z")
"""WARC 1.1, 5.4 allows less than seconds; some writers forget the Z."""

Tell = Callable[[MalformedRecord], None]


def _raise(damage: MalformedRecord) -> None:
    raise damage


def index_warc(
    path: Path | Openable, tell: Tell = _raise, watch: Watch = lambda _: None
) -> Iterator[CdxjLine]:
    """The lines of one WARC file, in the order of its records, in constant memory.

    `tell` is called with what is damaged; without it that is raised, after the lines before it. Raises
    `MalformedRecord` where the file as a whole cannot be read.
    """
    for found in walk(path, watch):
        if isinstance(found, Hole):
            tell(Damage(_shown(path), found.offset, found.reason))
        elif is_capture(found):
            try:
                yield _line(found, path.name)
            except Damage:
                continue  # its hole comes next
            except MalformedRecord as error:
                tell(Damage(_shown(path), found.offset, str(error)))


def _shown(path: Path | Openable) -> str:
    return str(path) if isinstance(path, Path) else path.name


def is_capture(record: Record) -> bool:
    """Whether a record has a line in the index."""
    if record.type not in _CAPTURES or not _HTTP.match(record.uri):
        return False
    return record.type != "resource" or record.get("Content-Type") != "application/warc-fields"


def _line(record: Record, filename: str) -> CdxjLine:
    status, mime, digest = _answer(record) if record.type != "resource" else _resource(record)
    end = record.finish()
    if record.inside:
        raise MalformedRecord("the record does not begin its gzip member, so that no reader finds it")
    return line_of(
        uri=record.uri,
        started=moment_of(record),
        status=status,
        mime=mime,
        digest=digest,
        revisit=record.type == "revisit",
        offset=record.offset,
        length=end - record.offset,
        filename=filename,
    )


def _answer(record: Record) -> tuple[int | None, bytes | None, str]:
    """Status, Content-Type and payload digest of an HTTP answer, or of its head in a revisit."""
    head, behind = Message.read(block := record.block())
    digest = record.get("WARC-Payload-Digest")
    if not digest and record.type == "response":
        digest = digests.of_all(head.payload(chain([behind], block)))
    return head.status, head.get(b"content-type"), digest


def _resource(record: Record) -> tuple[None, bytes | None, str]:
    mime = record.get("Content-Type").encode()
    return None, mime or None, record.get("WARC-Payload-Digest") or digests.of_all(record.block())


def moment_of(record: Record) -> datetime:
    """Its WARC-Date, to whatever precision it was given. Raises `MalformedRecord`."""
    date = record.get("WARC-Date")
    if _COARSE_DATE.match(date):
        return from_digits(re.sub(r"\D", "", date)[:14])
    return from_warc_date(date)
