"""The records that are about no exchange: the file itself, and what is known of a page."""

from __future__ import annotations

import scrapy

from crawler import __version__
from crawler.config import Config, user_agent
from crawler.model.collection import Collection
from crawler.model.octets import Octets
from crawler.model.story import StoryPage
from crawler.model.timestamp import to_warc_date
from pipelines.warc.record import Draft, new_id

PAGE = "urn:clew:page:"
"""Under the page's own URI, pywb would serve what is known of the page instead of the page."""


def warcinfo(collection: Collection, config: Config, host: str) -> list[tuple[str, str]]:
    """What each file says about itself (WARC 1.1, 6.2): the fields of its first record's block."""
    about = [
        ("software", f"clew/{__version__} scrapy/{scrapy.__version__}"),
        ("format", "WARC File Format 1.1"),
        (
            "conformsTo",
            "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        ),
        ("robots", "obeyed (RFC 9309)" if config.robotstxt_obey else "ignored"),
        ("http-header-user-agent", user_agent(config)),
        ("isPartOf", collection.name),
        ("hostname", host),
    ]
    return [*about, ("operator", config.operator)] if config.operator else about


def page_record(page: StoryPage, record_id: str) -> Draft:
    """A metadata record (WARC 1.1, 6.6) of a page's facts and links, about the record `record_id`.

    JSON, since a link has a heading, a score and reasons, which ``application/warc-fields`` cannot hold
    together: Heritrix calls its ``outlink`` lines "effectively useless without anchor text". The page's
    capture stands in WARC-Refers-To (5.11), where it is known, and not in WARC-Concurrent-To (5.7): the
    capture event is over when a page is read.
    """
    fields = [("WARC-Target-URI", PAGE + page.uri), ("WARC-Date", to_warc_date(page.moment))]
    if record_id:
        fields.append(("WARC-Refers-To", record_id))
    block = Octets(page.to_json(record_id).encode("utf-8", "replace"))
    return Draft("metadata", new_id(), tuple(fields), "application/json", block)
