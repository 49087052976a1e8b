"""Story pages and collections of them, made up, the same from run to run."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.model.cdxj import CdxjLine
from crawler.model.collection import Collection
from crawler.model.facts import Facts
from crawler.model.story import LinkClass, StoryEdge, StoryPage
from crawler.model.surt import surt
from crawler.model.timestamp import to_14_digits
from pipelines.graph import GraphSegment

_WORDS = (
    "minister",
    "talks",
    "barrage",
    "tide",
    "council",
    "harbour",
    "summit",
    "press",
    "island",
    "vote",
)
_BEGUN = datetime(2008, 4, 4, tzinfo=UTC)
_SITES = 200
_SEGMENTS = 4
_KNOWN = 0.7
"""Of the links those that lead to pages of the collection; the others were never fetched."""
_SAME_SITE = 0.98
"""As in the labelled corpus."""


def address(number: int) -> str:
    """A URI of 71 characters: that of page `number`."""
    site = number % _SITES
    return f"https://www.news-{site:03d}.example/2008/04/world/{number:08d}-the-tide-and-the-gate.html"


def story(number: int, links: int, rejected: int = 0, among: int = 1 << 30) -> StoryPage:
    """A page that links to `links` others, of which most are among the first `among`."""
    chance = random.Random(number)
    moment = _BEGUN + timedelta(seconds=number)
    uri = address(number)

    def edge(position: int, kind: LinkClass) -> StoryEdge:
        target = chance.randrange(among) if chance.random() < _KNOWN else among + chance.randrange(among)
        if chance.random() < _SAME_SITE:
            target += number % _SITES - target % _SITES
        reasons = ("heading: Related stories", "title words: tide, gate", "beside the text")
        return StoryEdge(
            uri,
            moment,
            address(target),
            _text(chance, 8),
            "Related stories",
            position,
            chance.random(),
            kind,
            "clew/1",
            "story",
            reasons,
        )

    title = _text(chance, 9)
    facts = Facts(
        title,
        "2008-04-04T13:54:00Z",
        section="World",
        authors=(_text(chance, 2),),
        lang="en-GB",
        sources={"title": "meta og:title", "published": "json-ld datePublished"},
    )
    edges = tuple(edge(position, LinkClass.RELATED) for position in range(links))
    others = tuple(edge(position, LinkClass.OTHER) for position in range(rejected))
    named = {"canonical": uri}
    return StoryPage(uri, moment, facts, facts.site_name, named, edges=edges, rejected=others)


def collection(folder: Path, pages: int, links: int, rejected: int = 0) -> Collection:
    """Segments of four processes, and an index in which each page has a line."""
    made = Collection(folder, f"graph{pages}")
    made.make_folders()
    segments = [GraphSegment(made, "host", number) for number in range(_SEGMENTS)]
    for number in range(pages):
        page = story(number, links, rejected, pages)
        segments[number % _SEGMENTS].write(page, f"<urn:uuid:00000000-0000-4000-8000-{number:012d}>")
    for segment in segments:
        segment.close()
    (made.indexes / "index.cdxj").write_text("".join(sorted(_index(pages))))
    return made


def _index(pages: int) -> Iterator[str]:
    for number in range(pages):
        fields = {
            "url": address(number),
            "mime": "text/html",
            "status": "200",
            "digest": "sha1:" + "A" * 32,
        }
        fields |= {"length": "9000", "offset": str(9000 * number), "filename": "graph.warc.gz"}
        moment = to_14_digits(_BEGUN + timedelta(seconds=number))
        yield f"{CdxjLine(surt(address(number)), moment, fields)}\n"


def _text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(_WORDS, k=words)).capitalize()
