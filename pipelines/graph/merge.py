"""Segments, index and logs -> ``stories.jsonl``, ``edges.jsonl``, ``graph.graphml``.

1. Read every segment once: the pages, without their edges, and the addresses that edges lead to.
2. Ask index and logs for those addresses (`Known`), and join the pages to stories (`Stories`).
3. Read the pages' edges again, in the order of their captures, and write each with its status.

Memory grows with the pages and the addresses of the graph, and with the links of a story, not with
edges that lead to one address, nor with the collection's other captures. Each file is replaced at
once, so a reader meets the old or the new one.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from crawler.model import uri
from crawler.model.collection import Collection
from crawler.model.completeness import Completeness, completeness
from pipelines.files import replacing
from pipelines.graph.graphml import GraphMl
from pipelines.graph.known import Known
from pipelines.graph.pages import Pages
from pipelines.graph.status import edge_line
from pipelines.graph.stories import Stories
from pipelines.records import Progress


@dataclass(frozen=True, slots=True)
class GraphSummary:
    """What a merge found. `statuses` counts the edges by their status, `links` what stories link to.

    `recovered` counts the pages whose segment was lost, and which were read from the WARC files.
    """

    stories: int = 0
    captures: int = 0
    edges: int = 0
    statuses: Mapping[str, int] = field(default_factory=dict)
    links: Completeness = field(default_factory=Completeness)
    recovered: int = 0

    def to_dict(self) -> dict[str, Any]:
        """What ``collection graph --json`` prints."""
        names = ("stories", "captures", "edges", "statuses", "recovered")
        return {**{name: getattr(self, name) for name in names}, "links": self.links.to_dict()}


def merge(
    collection: Collection, *, read_warcs: bool = False, progress: Progress = lambda *_: None
) -> GraphSummary:
    """Write the graph's files anew from all segments and the index; each is replaced at once.

    The WARC files are read for pages that no segment holds where the graph told of such before, or with
    `read_warcs`; `progress` hears how far.
    """
    pages = Pages(collection, read_warcs=read_warcs, progress=progress)
    known = Known(collection)
    known.load(pages.targets)
    for page in pages:
        known.note_page(page.page)
    stories = Stories(pages)
    _name_redirects(stories, known)
    statuses: Counter[str] = Counter()
    with ExitStack() as stack:
        names = ("graph.graphml", "stories.jsonl", "edges.jsonl", "rejected.jsonl")
        graphml, *files = (stack.enter_context(replacing(collection.graph / name)) for name in names)
        drawing = stack.enter_context(GraphMl(collection.graph))
        edges = _edges(pages, stories, known, rejected=files[2])
        links = completeness(_written(edges, files[1], drawing, statuses))
        _write_stories(stories, links, files[0], drawing)
        drawing.end(graphml)
    _drop_if_empty(collection)
    found = len(stories), len(pages), statuses.total(), dict(sorted(statuses.items()))
    return GraphSummary(*found, Completeness.total(links.values()), pages.recovered)


def _name_redirects(stories: Stories, known: Known) -> None:
    """An address that redirects to a page is one more address of the page's story."""
    for source, target in known.leads():
        story = stories.of(target)
        if story is not None:
            story.more_uris.update(known.spellings(source))


def _edges(pages: Pages, stories: Stories, known: Known, rejected: BinaryIO) -> Iterator[dict[str, Any]]:
    """The lines of ``edges.jsonl``; on the way, those of ``rejected.jsonl`` go where they belong."""
    for page in pages.whole():
        story = stories.id_of(uri.document_key(page.uri))
        rejected.writelines(_json({"id": page.record_id, **link}) for link in page.rejected)
        for edge in page.edges:
            key = uri.document_key(edge["to"])
            line = edge_line(edge, page.record_id, known.get(key))
            target = stories.id_of(key) or stories.id_of(known.end_of(key))
            yield {**line, "from_story": story, "to_story": target}


def _write_stories(
    stories: Stories, links: Mapping[str, Completeness], lines: BinaryIO, drawing: GraphMl
) -> None:
    for story in stories:
        line = story.to_dict()
        lines.write(_json(line))
        drawing.story(line, links.get(line["id"], Completeness()))


def _written(
    edges: Iterable[dict[str, Any]], lines: BinaryIO, drawing: GraphMl, statuses: Counter[str]
) -> Iterator[dict[str, Any]]:
    """The edges, each written and counted as it passes."""
    for edge in edges:
        statuses[edge["status"]] += 1
        lines.write(_json(edge))
        drawing.edge(edge)
        yield edge


def _drop_if_empty(collection: Collection) -> None:
    """A collection that keeps no rejected links has no file of them."""
    path = collection.graph / "rejected.jsonl"
    if not path.stat().st_size:
        path.unlink()


def _json(line: Mapping[str, Any]) -> bytes:
    return json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
