"""The command line of the benchmark of the graph's page."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.graph_page.chromium import Chromium, find_chromium, running
from benchmarks.graph_page.frames import DEEDS, frames
from benchmarks.graph_page.made import made
from pipelines import graph_page

_READY = "document.body?.dataset.ready === 'true'"
_PAINTED = "Math.round(performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1)"
_HEAP = "Math.round(performance.memory.usedJSHeapSize / 1e6)"


def main() -> int:
    """Make the pages one after the other, open each, do something with it, and print its line."""
    given = _arguments().parse_args()
    chromium = find_chromium()
    if chromium is None:
        print("graph_page: no chromium on PATH", file=sys.stderr)
        return 2
    print("stories links  kB    write s  first ms  arranged ms  heap MB | frame ms: median/95th/longest")
    with tempfile.TemporaryDirectory(prefix="clew-bench-") as folder:
        for number in given.stories:
            collection = made(Path(folder), number)
            began = time.perf_counter()
            page = graph_page.write(collection)
            wrote = time.perf_counter() - began
            with running(chromium, "--enable-precise-memory-info") as browser:
                print(
                    f"{number:>7} {page.links:>5} {page.size / 1000:>5.0f} {wrote:>9.2f}",
                    _opened(browser, page.path),
                )
    return 0


def _opened(browser: Chromium, path: Path) -> str:
    page = browser.page(path.absolute().as_uri())
    page.wait(_READY)
    arranged = page.value("Math.round(performance.now())")
    told = f"{page.value(_PAINTED):>9} {arranged:>12} {page.value(_HEAP):>8} |"
    return told + "".join(f" {name} {frames(page, deed)}" for name, deed in DEEDS.items())


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.graph_page", description=__doc__)
    parser.add_argument("stories", type=int, nargs="*", default=[200, 2000, 5000], help="(%(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
