"""The CDXJ index: one sorted file for each finished WARC, merged when the crawl ends.

Lines are those of cdxj-indexer and pywb: a SURT key, 14 digits, and url, mime, status, digest, length,
offset and filename, of which those that are not known are left out. What has a line, and where they
differ from cdxj-indexer's, stands in docs/collections.md. `line_of` makes a line, a writer's
`ProcessIndex` keeps it while the WARC is open, `index_warc` reads it back, `merge` brings all together.
"""

from __future__ import annotations

from pipelines.cdxj.covered import MERGED
from pipelines.cdxj.line import line_of
from pipelines.cdxj.merging import merge, missing
from pipelines.cdxj.process import ProcessIndex
from pipelines.cdxj.reading import index_warc, is_capture, moment_of
from pipelines.cdxj.sorting import SortedRuns
from pipelines.cdxj.unchanged import as_recorded, is_played_by_another, playable
from pipelines.cdxj.writing import index_missing, write_index

__all__ = [
    "MERGED",
    "ProcessIndex",
    "SortedRuns",
    "as_recorded",
    "index_missing",
    "index_warc",
    "is_capture",
    "is_played_by_another",
    "line_of",
    "merge",
    "missing",
    "moment_of",
    "playable",
    "write_index",
]
