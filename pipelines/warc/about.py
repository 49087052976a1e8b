"""The records that are about no exchange: the file itself, and what a page links to."""

from __future__ import annotations

import json

import scrapy

from crawler import __version__
from crawler.config import Config, user_agent
from crawler.model.collection import Collection
from crawler.model.octets import Octets
from crawler.model.story import StoryPage
from crawler.model.timestamp import to_warc_date
from pipelines.warc.record import Draft, new_id

EDGES = "urn:clew:edges:"
"""Under the page's own URI, pywb would serve the edges instead of the page."""


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


def edges(page: StoryPage, record_id: str) -> Draft:
    """A metadata record (WARC 1.1, 6.6) of a page's edges; `record_id` is its response's, or empty."""
    fields = [("WARC-Target-URI", EDGES + page.uri), ("WARC-Date", to_warc_date(page.moment))]
    if record_id:
        fields.append(("WARC-Refers-To", record_id))
    block = json.dumps([dict(edge.to_dict()) for edge in page.edges], ensure_ascii=False).encode()
    return Draft("metadata", new_id(), tuple(fields), "application/json", Octets(block))
