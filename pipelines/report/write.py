"""Logs, index and graph -> the files under ``reports/``, each as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping

from crawler.model.collection import Collection
from pipelines.report.crawl import CrawlReport, crawl_report
from pipelines.report.stories import write_completeness
from pipelines.report.tables import tables, write_report
from pipelines.report.tally import Tally


def write(collection: Collection, seeds: Mapping[str, str], why: str) -> CrawlReport:
    """Write every report anew. `seeds` maps each seed to ``archived`` or why not; `why` the crawl ended.

    Lines of the seed list that are no URL come from the log.
    """
    tally = Tally.of(collection)
    rows = {**seeds, **{text: f"no seed: {reason}" for text, reason in tally.invalid_seeds.items()}}
    for table in tables(tally, rows):
        write_report(collection.reports, table.name, table.to_text(), table.to_json())
    write_completeness(collection.reports, tally)
    report = crawl_report(collection, tally, rows, why)
    write_report(collection.reports, "crawl", report.to_text(), report.to_dict())
    return report


def write_again(collection: Collection) -> CrawlReport:
    """Write every report anew, with the seeds and the ending that the last report told."""
    try:
        told = json.loads((collection.reports / "seeds.json").read_text(encoding="utf-8"))
        seeds = {str(row["seed"]): str(row["state"]) for row in told}
        why = str(json.loads((collection.reports / "crawl.json").read_text(encoding="utf-8"))["why"])
    except (OSError, ValueError, KeyError, TypeError):
        return write(collection, {}, "")
    return write(collection, seeds, why)
