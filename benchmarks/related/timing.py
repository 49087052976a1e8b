"""Readers timed page by page, in turns: what else the machine does meets each of them alike."""

from __future__ import annotations

import gc
import sys
import time
import urllib.parse
from collections.abc import Mapping, Sequence

from benchmarks.related.pages import Sample
from benchmarks.related.readers import Reader

Times = dict[str, list[list[float]]]
"""Reader -> page -> CPU milliseconds of each run."""


def measure(
    readers: Mapping[str, Reader], pages: Sequence[Sample], runs: int, cold: bool, title: str
) -> Times:
    """CPU of this process. All read one page in turns, every other turn backwards; then the next page.

    `cold` forgets what was worked out for addresses and words before each reading, as if no page of the
    site had been seen. Otherwise the page has just been read by the same reader.
    """
    times: Times = {name: [[] for _ in pages] for name in readers}
    for number, page in enumerate(pages):
        if number % 50 == 0:
            print(f"  {title}: page {number} of {len(pages)}", file=sys.stderr)
        if not cold:
            _warm(readers, page)
        for turn in range(runs):
            names = list(readers)
            for name in names if turn % 2 == 0 else reversed(names):
                if cold:
                    forget()
                times[name][number].append(_timed(readers[name], page))
    return times


def measure_in_a_row(
    readers: Mapping[str, Reader], pages: Sequence[Sample], runs: int, title: str
) -> Times:
    """The same, as a crawl meets pages: one after the other, each once, nothing forgotten in between.

    A run goes through all pages, and begins with empty caches.
    """
    times: Times = {name: [[] for _ in pages] for name in readers}
    for run in range(runs):
        print(f"  {title}: run {run + 1} of {runs}", file=sys.stderr)
        forget()
        for number, page in enumerate(pages):
            names = list(readers)
            for name in names if (run + number) % 2 == 0 else reversed(names):
                times[name][number].append(_timed(readers[name], page))
    return times


def _warm(readers: Mapping[str, Reader], page: Sample) -> None:
    for reader in readers.values():
        reader(page)


def _timed(reader: Reader, page: Sample) -> float:
    """Milliseconds of one reading. What earlier readings left behind is collected first, all of it:
    else the one who happens to come next pays for what the other keeps (Python's collector looks through
    everything once enough has gathered).
    """
    gc.collect()
    begun = time.process_time()
    reader(page)
    return 1000 * (time.process_time() - begun)


def forget() -> None:
    """Empty every cache of answers of Clew's modules, and that of the standard library's URL parser.

    A cache without a bound holds a table that is read once, and no answers.
    """
    for name, module in list(sys.modules.items()):
        if name.startswith("crawler."):
            for value in vars(module).values():
                if hasattr(value, "cache_clear") and value.cache_parameters()["maxsize"]:
                    value.cache_clear()
    urllib.parse.clear_cache()  # type: ignore[attr-defined]
