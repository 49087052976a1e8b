"""The reports of a crawl, as text that a person reads and as JSON."""

from pipelines.report.crawl import CrawlReport
from pipelines.report.write import write, write_again

__all__ = ["CrawlReport", "write", "write_again"]
