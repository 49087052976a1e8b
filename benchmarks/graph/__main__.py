"""The command line of the benchmark of the story graph."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.capture.figures import Benchmark
from benchmarks.graph import merging, pages
from benchmarks.telling import tell


def main() -> int:
    """Print each table as it comes, and write JSON where that is wanted."""
    given = _arguments().parse_args()
    with tempfile.TemporaryDirectory(prefix="clew-bench-", dir=given.folder) as name:
        tell(_benchmarks(given, Path(name)), given.json)
    return 0


def _benchmarks(given: argparse.Namespace, folder: Path) -> Iterator[Benchmark]:
    yield pages.benchmark(folder, given.told, given.runs)
    for count in (given.pages // 10, given.pages):
        yield merging.benchmark(folder, count, given.runs)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.graph", description=__doc__)
    parser.add_argument("--pages", type=int, default=100_000, help="of the larger graph (%(default)s)")
    parser.add_argument("--told", type=int, default=1000, help="pages that are written (%(default)s)")
    parser.add_argument("--runs", type=int, default=1, help="of each (%(default)s)")
    parser.add_argument("--folder", type=Path, help="for the files (the system's for temporary files)")
    parser.add_argument("--json", type=Path, help="write every run there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
