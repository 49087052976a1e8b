"""Segments, index and logs -> ``stories.jsonl``, ``edges.jsonl``, ``graph.graphml``.

1. Read every segment once: the pages, without their edges, and the addresses that edges lead to.
2. Ask index and logs for those addresses (`Known`), and join the pages to stories (`Stories`).
3. Read the pages' edges again, in the order of their captures, and write each with its status.

Memory grows with the pages and the addresses of the graph, not with their edges, nor with the
collection's other captures. Each file is replaced at once, so a reader meets the old or the new one.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

from crawler.model import uri
from crawler.model.collection import Collection
from pipelines.files import replacing
from pipelines.graph.graphml import GraphMl
from pipelines.graph.known import Known
from pipelines.graph.segment import PageLine, read_segment, segments
from pipelines.graph.status import edge_line
from pipelines.graph.stories import PageAt, Stories


@dataclass(frozen=True, slots=True)
class GraphSummary:
    """What a merge found. `statuses` counts the edges by their status."""

    stories: int = 0
    captures: int = 0
    edges: int = 0
    statuses: Mapping[str, int] = field(default_factory=dict)


def merge(collection: Collection) -> GraphSummary:
    """Write the graph's files anew from all segments and the index; each is replaced at once."""
    wanted: set[str] = set()
    pages = sorted(_read_pages(collection, wanted), key=lambda page: page.order)
    known = Known(collection)
    known.load(wanted)
    for page in pages:
        known.note_page(page.page.uri, page.page.moment, page.page.archive)
    stories = Stories(pages)
    _name_redirects(stories, known)
    with replacing(collection.graph / "graph.graphml") as file:
        drawing = GraphMl(file)
        with replacing(collection.graph / "stories.jsonl") as lines:
            _write_stories(stories, lines, drawing)
        with replacing(collection.graph / "edges.jsonl") as lines:
            statuses = _write_edges(_edges(pages, stories, known), lines, drawing)
        drawing.end()
    return GraphSummary(len(stories), len(pages), statuses.total(), dict(sorted(statuses.items())))


def _read_pages(collection: Collection, wanted: set[str]) -> Iterator[PageAt]:
    """The pages without their edges, each record once; `wanted` takes up the keys of the targets."""
    seen: set[str] = set()
    for path in segments(collection):
        for offset, page in read_segment(path):
            if page.record_id and page.record_id in seen:
                continue
            seen.add(page.record_id)
            wanted.update(uri.document_key(edge["to"]) for edge in page.edges)
            yield PageAt(path, offset, replace(page, edges=()))


def _name_redirects(stories: Stories, known: Known) -> None:
    """An address that redirects to a page is one more address of the page's story."""
    for source, target in known.leads():
        story = stories.of(target)
        if story is not None:
            story.more_uris.update(known.spellings(source))


def _edges(pages: Iterable[PageAt], stories: Stories, known: Known) -> Iterator[dict[str, Any]]:
    for page in pages:
        story = stories.of(uri.document_key(page.page.uri))
        for edge in _read_again(page).edges:
            key = uri.document_key(edge["to"])
            line = edge_line(edge, page.page.record_id, known.get(key))
            target = stories.of(key) or stories.of(known.end_of(key))
            yield {
                **line,
                "from_story": story.id if story else "",
                "to_story": target.id if target else "",
            }


def _read_again(page: PageAt) -> PageLine:
    with page.path.open("rb") as file:
        file.seek(page.offset)
        return PageLine.parse(file.readline())


def _write_stories(stories: Stories, lines: BinaryIO, drawing: GraphMl) -> None:
    for story in stories:
        line = story.to_dict()
        lines.write(_json(line))
        drawing.story(line)


def _write_edges(edges: Iterable[Mapping[str, Any]], lines: BinaryIO, drawing: GraphMl) -> Counter[str]:
    statuses: Counter[str] = Counter()
    for edge in edges:
        statuses[edge["status"]] += 1
        lines.write(_json(edge))
        drawing.edge(edge)
    return statuses


def _json(line: Mapping[str, Any]) -> bytes:
    return json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
