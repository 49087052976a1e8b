"""A collection's graph -> the document that the page holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crawler.model import uri
from crawler.model.collection import Collection
from crawler.model.completeness import Completeness, completeness
from pipelines.graph_page.links import COLUMNS, Links
from pipelines.graph_page.when import when
from pipelines.lines import read_json_lines, read_logs

_AS_THEY_ARE = (
    "id",
    "uris",
    "title",
    "published",
    "modified",
    "section",
    "authors",
    "site",
    "site_name",
    "lang",
    "image",
    "sources",
)


def document(collection: Collection, replay: str) -> dict[str, Any]:
    """Everything that the page shows, as JSON has it.

    `replay` begins the addresses of the captures in a web-archive viewer (``http://HOST:PORT/NAME/``);
    empty where there is none.
    """
    edges = list(read_json_lines(collection.graph / "edges.jsonl"))
    stories = list(read_json_lines(collection.graph / "stories.jsonl"))
    counts, seeds = completeness(edges), _seeds(collection)
    links = Links(stories)
    for edge in edges:
        links.add(edge)
    rows = links.rows()
    return {
        "collection": collection.name,
        "replay": replay,
        "stories": [_story(story, counts.get(story["id"], Completeness()), seeds) for story in stories],
        "targets": links.targets,
        "statuses": links.statuses.listed(),
        "classes": links.classes.listed(),
        "headings": links.headings.listed(),
        "reasons": links.reasons.listed(),
        "archives": links.archives.listed(),
        "links": {"columns": COLUMNS, "rows": rows},
        "total": Completeness.total(counts.values()).to_dict(),
    }


def _story(story: Mapping[str, Any], links: Completeness, seeds: set[str]) -> dict[str, Any]:
    moment, told = when(story)
    kept = {name: story[name] for name in _AS_THEY_ARE if story.get(name)}
    return {
        **kept,
        "when": moment,
        "when_is": told,
        "seed": any(uri.document_key(address) in seeds for address in story["uris"]),
        "captures": [[c["uri"], c["datetime"], c["record_id"]] for c in story["captures"]],
        "complete": {name: value for name, value in links.to_dict().items() if value},
    }


def _seeds(collection: Collection) -> set[str]:
    """The keys of the addresses that the crawl was begun with: nothing led to them."""
    return {
        uri.document_key(line["url"])
        for line in read_logs(collection)
        if line.get("hops") == 0 and not line.get("via") and line.get("url")
    }
