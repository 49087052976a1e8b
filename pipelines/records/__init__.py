"""WARC files of any origin read back, one record at a time, in memory that does not grow with a record.

A file may be one gzip member a record (WARC 1.1, annex D.2), any other division into members, or not
compressed at all. What breaks off or is no record raises `MalformedRecord`, with file and offset; `walk`
goes on behind it.
"""

from __future__ import annotations

from pipelines.records.octets import Damage, Progress, Watch
from pipelines.records.reading import (
    Hole,
    NotWarc,
    Openable,
    read_block_head,
    read_record_at,
    read_records,
    record_at,
    walk,
)
from pipelines.records.record import TWO_LINE_ENDS, Record

__all__ = [
    "TWO_LINE_ENDS",
    "Damage",
    "Hole",
    "NotWarc",
    "Openable",
    "Progress",
    "Record",
    "Watch",
    "read_block_head",
    "read_record_at",
    "read_records",
    "record_at",
    "walk",
]
