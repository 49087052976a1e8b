"""The most memory that a process has which reads all pages one after the other."""

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.capture import measured
from benchmarks.capture.figures import Benchmark
from benchmarks.related.pages import samples
from benchmarks.related.readers import PEER, readers

PEAK = "peak MB"


def benchmark(folders: Sequence[Path]) -> Benchmark:
    """A process for each reader; *beyond its start* leaves out Python, the libraries and the pages."""
    made = Benchmark("Memory of a process that reads all pages", PEAK, PEER)
    for name in readers(others=False)[0]:
        with tempfile.TemporaryDirectory(prefix="clew-bench-") as place:
            folder = Path(place)
            command = [sys.executable, "-W", "ignore", "-m", __name__, name, *map(str, folders)]
            spent = measured.run(command, folder)
            said = (folder / "said.txt").read_text(errors="replace").split()
            if spent.status:
                raise SystemExit(" ".join(said[-200:]))
            before = float(said[-1])
            made.rows[name] = [{PEAK: spent.peak / 1e6, "beyond its start": spent.peak / 1e6 - before}]
    return made


def main(name: str, *folders: str) -> None:
    """Read all pages with one reader, and say the peak in MB that was there before."""
    pages = samples(map(Path, folders))
    reader = readers(others=False)[0][name]
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6)
    for page in pages:
        reader(page)


if __name__ == "__main__":
    main(*sys.argv[1:])
