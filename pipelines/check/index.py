"""The index against the WARC files: each line points at its capture, and each capture has a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from crawler.errors import MalformedRecord
from crawler.model.cdxj import CdxjLine
from crawler.model.collection import Collection
from pipelines import cdxj
from pipelines.check.fault import Counts, Fault
from pipelines.lines import lines_of
from pipelines.records import Record, read_record_at

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
                yield Fault(path.name, offset, "a line that does not lead to its capture", what)
            if text < before:
                yield Fault(path.name, offset, "the line sorts before the one above it")
            before = text
    for name in sorted(captures):
        if indexed[name] != captures[name]:
            numbers = f"{captures[name]} captures, but {indexed[name]} lines"
            yield Fault(name, -1, "the index has not one line for each capture", numbers)


def _fault(collection: Collection, text: bytes, indexed: dict[str, int]) -> str:
    """What is wrong with a line; empty where it points at its capture, or at what that confirmed."""
    try:
        recorded = cdxj.as_recorded(text)
        line = CdxjLine.parse(recorded.decode("utf-8", "replace"))
        name = line.fields["filename"]
        if name in indexed:
            indexed[name] += 1
        what = _mismatch(collection, line)
        if what or recorded is text:
            return what
        line = CdxjLine.parse(text.decode("utf-8", "replace"))
        return _no_original(collection, line)
    except (MalformedRecord, ValueError, KeyError) as error:
        return str(error)
    except OSError:
        return f"the line points at {line.fields['filename']}, which is not there"


def _record(collection: Collection, line: CdxjLine) -> Record:
    return read_record_at(collection.archive / line.fields["filename"], int(line.fields["offset"]))


def _no_original(collection: Collection, line: CdxjLine) -> str:
    record = _record(collection, line)
    if record.type == "response" and record.get("WARC-Payload-Digest") == line.fields["digest"]:
        return ""
    return f"the line points at {line.fields['filename']}, where what it confirms is not"


def _mismatch(collection: Collection, line: CdxjLine) -> str:
    record = _record(collection, line)
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
