"""WARC files of any origin read back, one record at a time, in memory that does not grow with a record.

A file may be one gzip member a record (WARC 1.1, annex D.2), any other division into members, or not
compressed at all. What breaks off or is no record raises `MalformedRecord`, with file and offset; `walk`
goes on behind it.
"""

from __future__ import annotations

from pipelines.records.octets import Damage, GzipOctets, Octets, Progress, Watch
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
from pipelines.records.resync import gzip_magics

__all__ = [
    "TWO_LINE_ENDS",
    "Damage",
    "GzipOctets",
    "Hole",
    "NotWarc",
    "Octets",
    "Openable",
    "Progress",
    "Record",
    "Watch",
    "gzip_magics",
    "read_block_head",
    "read_record_at",
    "read_records",
    "record_at",
    "walk",
]
