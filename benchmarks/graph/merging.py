"""The merge and the report of a graph, each as a process of its own, beside what reading it costs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.capture import measured
from benchmarks.capture.figures import Benchmark, Figures
from benchmarks.graph import made
from crawler.model.collection import Collection

CPU = "CPU s"
LEAST = "json.loads of each line"
LINKS = 10
_LIMIT = 7200
_READ = (
    "import json, pathlib, sys\n"
    "for path in pathlib.Path(sys.argv[1]).glob('segment-*'):\n"
    "    for line in path.open('rb'): json.loads(line)\n"
)


def benchmark(folder: Path, pages: int, runs: int) -> Benchmark:
    """All on one collection of so many pages with ten related links each."""
    collection = made.collection(folder, pages, LINKS)
    one = Benchmark(f"{pages:,} pages, {pages * LINKS:,} edges", CPU, LEAST)
    contenders: dict[str, Callable[[], Figures]] = {
        LEAST: partial(_run, [sys.executable, "-c", _READ, str(collection.graph)], collection),
        "collection graph": partial(_of, "graph", collection),
        "collection report": partial(_of, "report", collection),
    }
    one.measure(contenders, runs)
    size = sum(path.stat().st_size for path in collection.graph.glob("segment-*"))
    one.notes.append(f"Segments of {size / 1e6:.0f} MB.")
    return one


def _of(name: str, collection: Collection) -> Figures:
    command = [sys.executable, "-W", "ignore", "-m", "scrapy", "collection", name, collection.name]
    return _run([*command, "-s", f"COLLECTIONS_DIR={collection.path.parent}"], collection)


def _run(command: list[str], collection: Collection) -> Figures:
    spent = measured.run(command, collection.path, _LIMIT)
    said = collection.path / "said.txt"
    text = said.read_text(errors="replace")
    said.unlink()
    if spent.status:
        raise SystemExit(f"exit {spent.status} of {command}: {text[-2000:]}")
    return {CPU: spent.cpu, "wall s": spent.wall, "peak MB": spent.peak / 1e6}
