"""The command line of the benchmarks."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.capture import memory, recording, whole, writer
from benchmarks.capture.figures import Benchmark


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
    done: list[Benchmark] = []
    for name in given.benchmarks or BENCHMARKS:
        done.append(BENCHMARKS[name](given))
        print(done[-1].table(), flush=True)
        if given.json:
            given.json.write_text(json.dumps(_document(done), indent=1) + "\n")
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.capture", description=__doc__)
    parser.add_argument(
        "benchmarks", nargs="*", choices=[*BENCHMARKS, []], help="all of them if none is named"
    )
    parser.add_argument(
        "--runs", type=int, default=5, help="how often each contender runs (%(default)s)"
    )
    parser.add_argument("--pages", type=int, help="pages of a run")
    parser.add_argument("--page", type=Path, help="writer: a real page, in place of the made-up one")
    parser.add_argument("--count", type=int, default=50, help="memory: answers at once (%(default)s)")
    parser.add_argument("--size", type=int, default=100, help="memory: megabytes of each (%(default)s)")
    parser.add_argument("--json", type=Path, help="a file for all runs")
    return parser


def _document(done: list[Benchmark]) -> dict[str, object]:
    machine = f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}"
    return {"machine": machine, "benchmarks": [one.to_dict() for one in done]}


if __name__ == "__main__":
    sys.exit(main())
