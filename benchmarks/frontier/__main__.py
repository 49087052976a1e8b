"""The command line of the frontier's benchmarks."""

from __future__ import annotations

import argparse
import importlib.util
import sys
from collections.abc import Callable, Iterable

from benchmarks.capture.figures import Benchmark
from benchmarks.frontier import lives, size, worker
from benchmarks.telling import arguments, tell

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
    tell((made for name in names for made in BENCHMARKS[name](given)), given.json)
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = arguments("benchmarks.frontier", __doc__, BENCHMARKS)
    parser.add_argument("--urls", type=int, help="size and cpu: URLs of a run")
    parser.add_argument("--pages", type=int, help="worker and gaps: pages of a run")
    return parser


if __name__ == "__main__":
    sys.exit(main())
