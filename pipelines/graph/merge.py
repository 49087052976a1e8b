"""Segments and index -> ``stories.jsonl``, ``edges.jsonl``, ``graph.graphml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.model.collection import Collection


@dataclass(frozen=True, slots=True)
class GraphSummary:
    """What a merge found. `statuses` counts the edges by their status."""

    stories: int = 0
    captures: int = 0
    edges: int = 0
    statuses: Mapping[str, int] = field(default_factory=dict)


def merge(collection: Collection) -> GraphSummary:
    """Write the graph's files anew from all segments and the index; each is replaced at once."""
    return GraphSummary()
