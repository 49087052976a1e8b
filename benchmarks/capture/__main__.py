"""The command line of the benchmarks."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.capture import memory, recording, whole, writer
from benchmarks.capture.figures import Benchmark
from benchmarks.telling import arguments, tell


def _writer(given: argparse.Namespace) -> Benchmark:
    return writer.benchmark(given.runs, given.pages or 500, given.page)


def _recording(given: argparse.Namespace) -> Benchmark:
    return recording.benchmark(given.runs, given.pages or 1000)


def _whole(given: argparse.Namespace) -> Benchmark:
    return whole.benchmark(given.runs, given.pages or 1000)


def _memory(given: argparse.Namespace) -> Benchmark:
    return memory.benchmark(1, given.count, given.size * 1_000_000)


BENCHMARKS: dict[str, Callable[[argparse.Namespace], Benchmark]] = {
    "writer": _writer,
    "recording": _recording,
    "whole": _whole,
    "memory": _memory,
}


def main() -> int:
    """Run what is asked for, print each table as it comes, and write JSON where that is wanted."""
    given = _arguments().parse_args()
    tell((BENCHMARKS[name](given) for name in given.benchmarks or BENCHMARKS), given.json)
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = arguments("benchmarks.capture", __doc__, BENCHMARKS)
    parser.add_argument("--pages", type=int, help="pages of a run")
    parser.add_argument("--page", type=Path, help="writer: a real page, in place of the made-up one")
    parser.add_argument("--count", type=int, default=50, help="memory: answers at once (%(default)s)")
    parser.add_argument("--size", type=int, default=100, help="memory: megabytes of each (%(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
