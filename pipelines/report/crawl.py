"""What a crawl came to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """The figures of ``reports/crawl.json``."""

    collection: str
    why: str = ""
