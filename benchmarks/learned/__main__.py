"""Replay a mirrored site page by page and say what its memory adds."""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
from itertools import pairwise
from pathlib import Path

from benchmarks.learned.labels import SITES, labelled
from benchmarks.learned.replay import Replay, replay
from benchmarks.learned.scores import Counted, figures, gain

_STEPS = (0, 10, 50, 100, 200)
_HEAD = "    P      R     F1  clean"


def main() -> int:
    """Print what was found alone and with memory, by how many pages were seen before."""
    given = _arguments().parse_args()
    pages = labelled(given.site, given.folder)
    seeds = range(1, given.runs + 1)
    runs = [asyncio.run(replay(pages, given.url, seed, given.blind)) for seed in seeds]
    links = sum(len(page.related) for page in pages)
    print(f"{given.site}: {len(pages)} pages, {links} related links, {given.runs} random orders")
    print(f"{'pages seen before':20}  {_HEAD}    {_HEAD}  <- with memory")
    for first, last in pairwise((*_STEPS, len(pages))):
        _row(f"{first} to {last - 1}", [pair for run in runs for pair in run.pairs[first:last]])
    _row("all", [pair for run in runs for pair in run.pairs])
    low, high = gain(runs[0].pairs)
    print(f"F1 gained in the first order, 95 % of draws of pages: {low:+.3f} to {high:+.3f}")
    _cost(runs, len(pages))
    return 0


def _row(name: str, pairs: list[tuple[Counted, Counted]]) -> None:
    alone, recalled = (figures(side) for side in zip(*pairs, strict=True))
    print(f"{name:20}  {_line(alone)}    {_line(recalled)}")


def _line(found: tuple[float, float, float, float | None]) -> str:
    return "  ".join("    -" if figure is None else f"{figure:5.3f}" for figure in found)


def _cost(runs: list[Replay], pages: int) -> None:
    calls = [1000 * one for run in runs for one in run.seconds]
    fields = statistics.mean(run.fields for run in runs)
    octets = statistics.mean(run.octets for run in runs)
    worst = statistics.quantiles(calls, n=100)[-1]
    median = statistics.median(calls)
    print(f"one call: {median:.2f} ms in the median, {worst:.2f} ms the worst of a hundred")
    print(f"in the server: {fields:.0f} fields, {octets:.0f} bytes, {octets / pages:.0f} a page")


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.learned", description=__doc__)
    parser.add_argument("folder", type=Path, help="a checkout of the repository with the site's pages")
    parser.add_argument("--site", choices=SITES, default=SITES[-1], help="(%(default)s)")
    parser.add_argument("--runs", type=int, default=5, help="random orders (%(default)s)")
    parser.add_argument(
        "--blind", action="store_true", help="a judge to whom every story of the site is related"
    )
    parser.add_argument("--url", default="embedded:", help="the server, as FRONTIER_URL (%(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
