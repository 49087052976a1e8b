"""The CDXJ index: one sorted file for each finished WARC, merged when the crawl ends.

Lines are those of cdxj-indexer and pywb: a SURT key, 14 digits, and url, mime, status, digest,
length, offset and filename, of which those that are not known are left out. Only responses and
revisits of http and https URIs are indexed.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path

from crawler.model.cdxj import CdxjLine
from crawler.model.collection import Collection
from crawler.model.message import Message
from crawler.model.surt import surt
from crawler.model.timestamp import from_warc_date, to_14_digits
from pipelines.files import replacing
from pipelines.records import Record, read_records

MERGED = "index.cdxj"
_AT_ONCE = 200
"""Parts that are open at once: systems allow 1024 files, some only 256."""
_MIME_END = re.compile(r"[;\s]")


def index_warc(path: Path) -> list[CdxjLine]:
    """The lines of one WARC file, in the order of its records. Raises `MalformedRecord`."""
    lines: list[CdxjLine] = []
    pending: CdxjLine | None = None
    for record in read_records(path):
        if pending is not None:
            lines.append(_with_length(pending, record.offset))
        pending = _line(record, path.name)
    if pending is not None:
        lines.append(_with_length(pending, path.stat().st_size))
    return lines


def write_index(collection: Collection, warc: Path) -> Path:
    """Index a finished WARC; the path of its CDXJ."""
    path = collection.indexes / (warc.name.removesuffix(".warc.gz") + ".cdxj")
    with replacing(path) as file:
        file.writelines(sorted(f"{line}\n".encode() for line in index_warc(warc)))
    return path


def merge(collection: Collection) -> Path:
    """Merge all indexes into ``index.cdxj``, line by line, then remove the parts."""
    merged = collection.indexes / MERGED
    merged.touch()
    parts = sorted(path for path in collection.indexes.glob("*.cdxj") if path != merged)
    for start in range(0, len(parts), _AT_ONCE):
        some = parts[start : start + _AT_ONCE]
        with ExitStack() as stack:
            files = [stack.enter_context(path.open("rb")) for path in (merged, *some)]
            with replacing(merged) as out:
                # A crash before the parts were removed left their lines in both.
                out.writelines(line for line, _same in groupby(heapq.merge(*files)))
        for part in some:
            part.unlink()
    return merged


def missing(collection: Collection) -> Iterator[Path]:
    """Finished WARCs that no index names: a crash came between rename and index."""
    indexed: set[str] = set()
    for part in collection.indexes.glob("*.cdxj"):
        with part.open("rb") as file:
            for line in file:
                indexed.add(line.rpartition(b'"filename": "')[2].partition(b'"')[0].decode())
    for warc in sorted(collection.archive.glob("*.warc.gz")):
        if warc.name not in indexed:
            yield warc


def _line(record: Record, filename: str) -> CdxjLine | None:
    uri = record.get("WARC-Target-URI")
    if record.type not in ("response", "revisit") or not uri.startswith(("http://", "https://")):
        return None
    head = Message.parse(record.head_of_block())
    fields = {
        "url": uri,
        "mime": _mime(head) if record.type == "response" else "warc/revisit",
        "status": "" if head.status is None else str(head.status),
        "digest": record.get("WARC-Payload-Digest"),
        "length": "0",
        "offset": str(record.offset),
        "filename": filename,
    }
    known = {name: value for name, value in fields.items() if value}
    return CdxjLine(surt(uri), to_14_digits(from_warc_date(record.get("WARC-Date"))), known)


def _with_length(line: CdxjLine, end: int) -> CdxjLine:
    length = end - int(line.fields["offset"])
    return CdxjLine(line.urlkey, line.timestamp, {**line.fields, "length": str(length)})


def _mime(head: Message) -> str:
    return _MIME_END.split((head.get(b"content-type") or b"").decode("latin-1"), maxsplit=1)[0]
