"""Aimed at its anchor a walk stays near it; aimed at the page before, each step may lead on in time."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.archives.test_memento_walk import SITE, crawl, edges, mementos, page
from tests.archives.wayback_index import Held
from tests.archives.wayback_machine import running

pytestmark = pytest.mark.slow
STEP = timedelta(days=20)
BEGAN = datetime(2008, 1, 1, 12)
CHAIN = [
    Held(f"{SITE}/p{n}.html", f"{BEGAN + n * STEP:%Y%m%d%H%M%S}", page(f"Part {n}", f"p{n + 1}"))
    for n in range(12)
]
"""Twelve pages, each of which leads to the next, captured 20 days after it."""


@pytest.mark.parametrize(("target", "reached"), [("anchor", 2), ("parent", 12)])
def test_only_whoever_aims_at_the_parent_drifts(tmp_path: Path, target: str, reached: int) -> None:
    with running(CHAIN) as archive:
        words = (f"archive={archive.url}", f"seeds={SITE}/p0.html", "hops=20", f"target={target}")
        ended = crawl(tmp_path, *words)
    assert ended.returncode == 0, ended.stderr
    assert len(mementos(tmp_path)) == reached
    captured = [edge for edge in edges(tmp_path) if edge["status"] == "captured"]
    assert [edge["skew_parent"] for edge in captured] == [STEP.total_seconds()] * (reached - 1)
    furthest = max(edge["skew_anchor"] for edge in captured)
    assert furthest == (reached - 1) * STEP.total_seconds()
    assert {edge["to_source"] for edge in captured} == {"memento"}
