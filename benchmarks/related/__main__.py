"""The command line of the benchmarks of reading a page."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.capture.figures import Benchmark
from benchmarks.related import compared, memory, stages
from benchmarks.related.pages import CORPUS, samples
from benchmarks.related.readers import CLEW, EVERYTHING, PEER, readers
from benchmarks.related.timing import measure, measure_in_a_row
from benchmarks.telling import tell


def main() -> int:
    """Print each table as it comes, and write JSON where that is wanted."""
    given = _arguments().parse_args()
    tell(_benchmarks(given), given.json)
    return 0


def _benchmarks(given: argparse.Namespace) -> Iterator[Benchmark]:
    folders = [folder.resolve() for folder in given.folders]
    pages = samples(folders)
    gc.freeze()  # modules and pages stay: collecting before each reading need not look at them
    pair, _ = readers(others=False)
    title = "In a row (each page once, as in a crawl)"
    alone = {name: pair[name] for name in (PEER, CLEW)}
    times = measure_in_a_row(alone, pages, given.runs, title)
    # By itself: beside the reader of related stories it would find the pages' addresses in the caches.
    beyond = {EVERYTHING: pair[EVERYTHING]}
    times |= measure_in_a_row(beyond, pages, given.runs, title)
    yield compared.benchmark(title, times, pages)
    title = "Cold (all caches empty before each page)"
    yield compared.benchmark(title, measure(pair, pages, given.runs, True, title), pages)
    title = "Warm (the page read just before)"
    yield compared.benchmark(title, measure(pair, pages, given.runs, False, title), pages)
    yield stages.benchmark(pages, given.runs)
    yield memory.benchmark(folders)
    if given.others:
        every, notes = readers(others=True)
        title = "With others, for orientation"
        made = compared.benchmark(title, measure(every, pages, 1, True, title), pages)
        made.targets, made.notes = (), [*made.notes, *notes]
        yield made


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.related", description=__doc__)
    parser.add_argument(
        "folders",
        nargs="*",
        type=Path,
        default=[CORPUS],
        metavar="FOLDER",
        help="folders of .html and .html.gz files (the labelled corpus beside the checkout)",
    )
    parser.add_argument("--runs", type=int, default=5, help="how often each page is read (%(default)s)")
    parser.add_argument("--others", action="store_true", help="trafilatura and newspaper4k too, once")
    parser.add_argument("--json", type=Path, help="a file for all runs")
    return parser


if __name__ == "__main__":
    sys.exit(main())
