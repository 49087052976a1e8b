"""The command line of the benchmark of collections."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.capture.figures import Benchmark
from benchmarks.collection import costs, made

_MEGABYTE = 1_000_000


def main() -> int:
    """Make the collections one after the other, measure, and print each table as it comes."""
    given = _arguments().parse_args()
    size = round(given.gigabytes * made.GIGABYTE)
    with tempfile.TemporaryDirectory(prefix="clew-bench-", dir=given.folder) as name:
        costs.need_room(Path(name), 3 * size)
        done = []
        for one in _benchmarks(Path(name), size, given.runs):
            print(one.table(), flush=True)
            done.append(one)
    print(_peaks(done))
    return 0


def _benchmarks(folder: Path, size: int, runs: int) -> Iterator[Benchmark]:
    small, many = size // 10, size // 5 // _MEGABYTE
    for number, each in enumerate((small, size)):
        collection = made.one_file(folder, f"one{number}", each)
        yield costs.benchmark(f"One WARC of {each / 1e9:g} GB", collection, runs)
        for path in collection.archive.iterdir():
            path.unlink()
    yield costs.benchmark(f"{many} WARCs of 1 MB", made.many_files(folder, "many", many), runs)


def _peaks(done: list[Benchmark]) -> str:
    """What each command had in memory, collection by collection: constant where the last are alike."""
    lines = ["Peak MB: " + "; ".join(one.title for one in done)]
    for name in costs.COMMANDS:
        peaks = [max(run[costs.PEAK] for run in one.rows[name]) for one in done]
        lines.append(f"  {name}: " + "; ".join(f"{peak:.0f}" for peak in peaks))
    return "\n".join(lines)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.collection", description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=1, help="of the one large WARC (%(default)s)")
    parser.add_argument("--runs", type=int, default=1, help="of each command (%(default)s)")
    parser.add_argument(
        "--folder", type=Path, help="for the collections (the system's for temporary files)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
