"""The index against the WARC files: each line points at its capture, and each capture has a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from crawler.errors import MalformedRecord
from crawler.model.cdxj import CdxjLine
from crawler.model.collection import Collection
from pipelines import cdxj
from pipelines.check.fault import Counts, Fault
from pipelines.lines import lines_of
from pipelines.records import read_record_at

_DIGITS = re.compile(r"\D")


def check_index(collection: Collection, captures: Mapping[str, int], counts: Counts) -> Iterator[Fault]:
    """The faults of every index file; `captures` are those that each WARC file really holds."""
    indexed = dict.fromkeys(captures, 0)
    for path in sorted(collection.indexes.glob("*.cdxj")):
        before = b""
        for offset, text in lines_of(path):
            counts.index_lines += 1
            what = _fault(collection, text, indexed)
            if what:
                yield Fault(path.name, offset, what)
            if text < before:
                yield Fault(path.name, offset, "the line sorts before the one above it")
            before = text
    for name in sorted(captures):
        if indexed[name] != captures[name]:
            yield Fault(name, -1, f"{captures[name]} captures, but {indexed[name]} lines in the index")


def _fault(collection: Collection, text: bytes, indexed: dict[str, int]) -> str:
    """What is wrong with a line; empty where it points at its capture."""
    try:
        line = CdxjLine.parse(text.decode("utf-8", "replace"))
        name, offset = line.fields["filename"], int(line.fields["offset"])
        if name in indexed:
            indexed[name] += 1
        return _mismatch(collection.archive / name, offset, line)
    except (MalformedRecord, ValueError, KeyError) as error:
        return str(error)
    except OSError:
        return f"the line points at {line.fields['filename']}, which is not there"


def _mismatch(path: Path, offset: int, line: CdxjLine) -> str:
    record = read_record_at(path, offset)
    uri, date = record.uri.replace(" ", "%20"), _DIGITS.sub("", record.get("WARC-Date"))[:14]
    if not cdxj.is_capture(record):
        return f"the line points at a record of type {record.type!r}"
    if line.fields.get("url") != uri or not line.timestamp.startswith(date):
        told = f"{line.fields.get('url')} {line.timestamp}"
        return f"the line says {told}, its record {uri} {date}"
    digest = record.get("WARC-Payload-Digest")
    if digest and line.fields.get("digest", digest).partition(":")[2] not in (
        "",
        digest.partition(":")[2],
    ):
        return f"the line's digest is {line.fields['digest']}, its record's {digest}"
    return ""
