"""A story and the edges that lead on from it: the nouns of the story graph."""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from crawler.model.facts import Facts
from crawler.model.timestamp import to_warc_date

PageSource = Literal["live", "memento", "warc"]
"""Where a page was taken from: the live web, a web archive, a file."""


class LinkClass(enum.StrEnum):
    """What a link on a news page is to the page's story (``docs/related-links.md``)."""

    RELATED = "related"
    RELATED_EXT = "related_ext"
    INLINE = "inline"
    PROMO = "promo"
    OTHER = "other"
    SELF = "self"


class EdgeStatus(enum.StrEnum):
    """What is known of an edge's target; computed when the graph is merged."""

    CAPTURED = "captured"
    MISSING = "missing"
    DEAD = "dead"
    OUT_OF_SCOPE = "out-of-scope"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class StoryEdge:
    """A link from one story to another, as one page showed it at one moment.

    `position` counts the page's related links from 0; `score` is 0 to 1. The skews are seconds from
    the walk's anchor, and from the parent, to the target's datetime (memento walks only).
    """

    from_uri: str
    from_datetime: datetime
    to_uri: str
    text: str
    heading: str
    position: int
    score: float
    link_class: LinkClass
    extractor: str
    source: str
    """``story``, ``memento`` or ``warc``: the spider that saw it."""
    reasons: tuple[str, ...] = ()
    in_scope: bool = True
    anchor: datetime | None = None
    archive: str = ""
    """Who is asked for the target: ``host[:port]`` of a web archive, ``files``; empty on a live walk."""

    def to_dict(self) -> Mapping[str, Any]:
        """The fields of a line of ``edges.jsonl`` that are known when the page is read."""
        line: dict[str, Any] = {
            "extractor": self.extractor,
            "class": self.link_class.value,
            "from": self.from_uri,
            "from_datetime": to_warc_date(self.from_datetime),
            "to": self.to_uri,
            "text": self.text,
            "heading": self.heading,
            "position": self.position,
            "score": round(self.score, 4),
            "source": self.source,
            "in_scope": self.in_scope,
        }
        if self.reasons:
            line["reasons"] = list(self.reasons)
        if self.anchor is not None:
            line["anchor"] = to_warc_date(self.anchor)
        if self.archive:
            line["archive"] = self.archive
        return line


@dataclass(frozen=True, slots=True)
class StoryPage:
    """One page of a story as it was captured: the item that the spiders yield.

    `uri` is the URI-R, `moment` the capture's WARC-Date, `site` the host. `named` are the other
    addresses that the page gives its story, by how it names them (``canonical``, ``og:url``,
    ``amphtml``, ``print``). `sketch` stands for the words of its text, empty where it has few.
    """

    uri: str
    moment: datetime
    facts: Facts = field(default_factory=Facts)
    site: str = ""
    named: Mapping[str, str] = field(default_factory=dict)
    sketch: str = ""
    edges: tuple[StoryEdge, ...] = ()
    archive: str = ""
    """Who had the page: ``host[:port]`` of a web archive, or a file's name; empty where it is live."""
    source: PageSource = "live"
    asked: str = ""
    """The URI-R that was sought, where the archive had the page under another."""
    requisites: tuple[str, ...] = ()
    """URI-R of what the page is shown with, where it was taken from an archive or a file."""
    rejected: tuple[StoryEdge, ...] = ()
    """The page's other links, where they are kept (``KEEP_LINKS=all``); `position` is among all."""

    def to_json(self, record_id: str) -> str:
        """One JSON object without a line break: what a segment of the graph and the WARC keep.

        `record_id` is the WARC-Record-ID of the capture, or empty; it is `id` in ``edges.jsonl``.
        """
        line: dict[str, Any] = {
            "record_id": record_id,
            "uri": self.uri,
            "datetime": to_warc_date(self.moment),
            "site": self.site,
            **self.facts.to_dict(),
            "named": dict(self.named),
            "sketch": self.sketch,
            "archive": self.archive,
            "source": self.source,
            "edges": [dict(edge.to_dict()) for edge in self.edges],
        }
        if self.asked:
            line["asked"] = self.asked
        if self.requisites:
            line["requisites"] = list(self.requisites)
        if self.rejected:
            line["rejected"] = [dict(edge.to_dict()) for edge in self.rejected]
        return json.dumps(line, ensure_ascii=False)
