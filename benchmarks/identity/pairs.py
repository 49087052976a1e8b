"""The labelled pairs of pages, and whether the merge of the graph makes one story of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from crawler.model.facts import Facts
from pipelines.graph.clusters import Clusters

PAIRS = Path(__file__).parents[2] / "tests" / "identity" / "pairs.jsonl"
"""Addresses, titles, days and sketches of two pages each, and whether they are one story."""


def read_pairs(path: Path = PAIRS) -> list[Mapping[str, Any]]:
    """The pairs of a file, in its order."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def merged(pages: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the two pages of a pair are joined when nothing else is known."""
    clusters = Clusters()
    keys = [
        clusters.add(
            page["uri"],
            Facts(page["title"], page["published"], lang=page["lang"]),
            page["named"],
            page["sketch"],
        )
        for page in pages
    ]
    return clusters.find(keys[0]) == clusters.find(keys[1])
