"""Journals that killed processes left beside the index, and that nobody needs."""

from __future__ import annotations

from collections.abc import Container, Iterator
from pathlib import Path

from crawler.model.collection import OPEN, Collection


def left_over(collection: Collection, indexed: Container[str]) -> Iterator[Path]:
    """Journals of WARCs that are `indexed` or gone."""
    for journal in collection.indexes.glob("*.cdxj" + OPEN):
        name = journal.name.removesuffix(".cdxj" + OPEN) + ".warc.gz"
        # In this order: the writer renames the one to the other.
        there = (collection.archive / (name + OPEN)).exists() or (collection.archive / name).exists()
        if name in indexed or not there:
            yield journal
