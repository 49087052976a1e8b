"""What killed processes left beside the index, and nobody needs: journals and drafts."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Container, Iterator
from pathlib import Path

from crawler.model.collection import Collection
from pipelines.cdxj.part import OPEN

_DRAFT = re.compile(r"\..+\.(\d+)\.tmp\Z")
_STILL = 60.0
"""Seconds without a write, after which the writer of a draft may be taken for dead."""


def left_over(collection: Collection, indexed: Container[str]) -> Iterator[Path]:
    """Journals of WARCs that are `indexed` or gone, and drafts whose process is gone."""
    for journal in collection.indexes.glob("*.cdxj" + OPEN):
        name = journal.name.removesuffix(".cdxj" + OPEN) + ".warc.gz"
        # In this order: the writer renames the one to the other.
        there = (collection.archive / (name + OPEN)).exists() or (collection.archive / name).exists()
        if name in indexed or not there:
            yield journal
    for draft in collection.indexes.glob(".*.tmp"):
        if _is_dead(draft):
            yield draft


def _is_dead(draft: Path) -> bool:
    match = _DRAFT.match(draft.name)
    if match is None:
        return False
    try:
        still = time.time() - draft.stat().st_mtime
        os.kill(int(match[1]), 0)
    except ProcessLookupError:
        return still > _STILL  # another machine has processes of its own
    except OSError:
        return False
    return False
