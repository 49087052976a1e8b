"""The command line of the frontier's benchmarks."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.capture.figures import Benchmark
from benchmarks.frontier import lives, size, worker

_MOST_OF_PEER = 1_000_000
"""scrapy-redis takes a request a call: a tenth of the URLs says as much."""


def _size(given: argparse.Namespace) -> Iterable[Benchmark]:
    urls = given.urls or size.AIMED_AT
    return size.benchmarks(urls, min(urls, _MOST_OF_PEER))


def _cpu(given: argparse.Namespace) -> Iterable[Benchmark]:
    return [lives.benchmark(given.runs, given.urls or 50_000)]


def _worker(given: argparse.Namespace) -> Iterable[Benchmark]:
    return worker.benchmarks(given.runs, given.pages or 3000)


def _gaps(given: argparse.Namespace) -> Iterable[Benchmark]:
    return worker.gaps(given.runs, given.pages or 500)


BENCHMARKS: dict[str, Callable[[argparse.Namespace], Iterable[Benchmark]]] = {
    "size": _size,
    "cpu": _cpu,
    "worker": _worker,
    "gaps": _gaps,
}
_BESIDE_PEER = {"size", "cpu"}


def main() -> int:
    """Run what is asked for, print each table as it comes, and write JSON where that is wanted."""
    given = _arguments().parse_args()
    names = given.benchmarks or [*BENCHMARKS]
    if _BESIDE_PEER & set(names) and importlib.util.find_spec("scrapy_redis") is None:
        raise SystemExit("scrapy-redis is not here: run `make bench-frontier`, or worker and gaps alone")
    done: list[Benchmark] = []
    for name in names:
        for made in BENCHMARKS[name](given):
            done.append(made)
            print(made.table(), flush=True)
            if given.json:
                given.json.write_text(json.dumps(_document(done), indent=1) + "\n")
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.frontier", description=__doc__)
    parser.add_argument(
        "benchmarks", nargs="*", choices=[*BENCHMARKS, []], help="all of them if none is named"
    )
    parser.add_argument(
        "--runs", type=int, default=5, help="how often each contender runs (%(default)s)"
    )
    parser.add_argument("--urls", type=int, help="size and cpu: URLs of a run")
    parser.add_argument("--pages", type=int, help="worker and gaps: pages of a run")
    parser.add_argument("--json", type=Path, help="a file for all runs")
    return parser


def _document(done: list[Benchmark]) -> dict[str, object]:
    machine = f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}"
    return {"machine": machine, "benchmarks": [one.to_dict() for one in done]}


if __name__ == "__main__":
    sys.exit(main())
