"""The index against the WARC files: each line points at its capture, and each capture has a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from crawler.errors import MalformedRecord
from crawler.model.cdxj import CdxjLine
from crawler.model.collection import Collection
from crawler.model.timestamp import from_warc_date, to_14_digits
from pipelines.check.fault import Counts, Fault
from pipelines.lines import lines_of
from pipelines.records import read_record_at

_CAPTURES = ("response", "revisit")


def check_index(collection: Collection, captures: Counter[str], counts: Counts) -> Iterator[Fault]:
    """The faults of every index file; `captures` are those that each WARC file really holds."""
    indexed: Counter[str] = Counter()
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


def _fault(collection: Collection, text: bytes, indexed: Counter[str]) -> str:
    """What is wrong with a line; empty where it points at its capture."""
    try:
        line = CdxjLine.parse(text.decode("utf-8", "replace"))
        name, offset = line.fields["filename"], int(line.fields["offset"])
        indexed[name] += 1
        return _mismatch(collection.archive / name, offset, line)
    except (MalformedRecord, ValueError, KeyError) as error:
        return str(error)
    except OSError:
        return f"the line points at {line.fields['filename']}, which is not there"


def _mismatch(path: Path, offset: int, line: CdxjLine) -> str:
    record = read_record_at(path, offset)
    told = (line.fields.get("url"), line.timestamp[:14])
    found = (record.get("WARC-Target-URI"), to_14_digits(from_warc_date(record.get("WARC-Date"))))
    if record.type not in _CAPTURES:
        return f"the line points at a record of type {record.type!r}"
    if told != found:
        return f"the line says {' '.join(map(str, told))}, its record {' '.join(found)}"
    digest = record.get("WARC-Payload-Digest")
    if digest and line.fields.get("digest", digest).partition(":")[2] not in (
        "",
        digest.partition(":")[2],
    ):
        return f"the line's digest is {line.fields['digest']}, its record's {digest}"
    return ""
