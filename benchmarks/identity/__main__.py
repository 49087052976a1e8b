"""The command line: merges of labelled pairs by kind, each wrong one named; the cost of many pages."""

from __future__ import annotations

import argparse
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.identity.pairs import PAIRS, merged, read_pairs
from crawler.model.facts import Facts
from pipelines.graph.clusters import Clusters


def main() -> None:
    """Judge every pair alone, then join many made-up pages."""
    given = _arguments().parse_args()
    pairs = read_pairs(given.pairs)
    print("\n".join(_table(pairs)))
    print(_cost(given.pages))


def _table(pairs: list[Mapping[str, Any]]) -> Iterator[str]:
    counts: Counter[tuple[str, bool, bool]] = Counter()
    for pair in pairs:
        one = merged(pair["pages"])
        for kind in (pair["kind"], "all"):
            counts[kind, pair["same"], one] += 1
        if one != pair["same"]:
            addresses = " ".join(page["uri"] for page in pair["pages"])
            yield f"{'FALSE MERGE' if one else 'missed'}: {pair['kind']}: {addresses}"
    for kind in sorted({kind for kind, _, _ in counts}):
        same = counts[kind, True, True], counts[kind, True, True] + counts[kind, True, False]
        false = counts[kind, False, True], counts[kind, False, True] + counts[kind, False, False]
        yield f"{kind:32} one story {same[0]}/{same[1]}   false merges {false[0]}/{false[1]}"


def _cost(count: int) -> str:
    """CPU and memory of joining `count` pages, a tenth of them twins, as the merge of a graph does."""
    random = Random(1)
    tracemalloc.start()
    clusters = Clusters()
    began = time.process_time()
    for n in range(count):
        name = n - 1 if n % 10 == 9 else n
        host = "amp.news.example" if name != n else "www.news.example"
        address = f"https://{host}/2026/11/the-story-number-{name}-of-many"
        facts = Facts(f"The story {name} of so many", "2026-11-24", lang="en")
        clusters.add(address, facts, {"canonical": address}, random.randbytes(64).hex())
    spent = time.process_time() - began
    held, _ = tracemalloc.get_traced_memory()
    return f"{count} pages: {1000 * spent / count:.3f} ms a page (traced), {held / 1e6:.0f} MB"


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.identity", description=__doc__)
    parser.add_argument("--pairs", type=Path, default=PAIRS)
    parser.add_argument("--pages", type=int, default=100_000, help="to join at once (%(default)s)")
    return parser


if __name__ == "__main__":
    main()
