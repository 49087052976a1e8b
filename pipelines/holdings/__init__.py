"""Captures in files: WARC, ARC and WACZ, on a disk, over HTTP or in S3, read by their place.

`files` says which files a source names, `index` where in them a capture lies, `wacz` and `arc` know
those two formats, `reading` brings a capture back; `FileHoldings` is the door, which ``HOLDINGS`` names.
"""

from __future__ import annotations

from pipelines.holdings.holdings import FileHoldings

__all__ = ["FileHoldings"]
