"""The comparison over all pages: sums, page by page, by size, and the pages where it stands worst."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from benchmarks.capture.figures import Benchmark, Target
from benchmarks.related.pages import Sample
from benchmarks.related.readers import CLEW, PEER
from benchmarks.related.timing import Times

CPU = "CPU ms/page"
_SIZES = ((30_000, "under 30 KB"), (100_000, "30 to 100 KB"), (300_000, "100 to 300 KB"))
_LARGE = "over 300 KB"
_WORST = 5


def benchmark(title: str, times: Times, pages: Sequence[Sample]) -> Benchmark:
    """A run is one reading of every page; the target compares the sums over all pages, run by run."""
    runs = len(next(iter(times.values()))[0])
    made = Benchmark(f"{title}, {len(pages)} pages", CPU, PEER, targets=[Target(CLEW, PEER, 1.0)])
    for name, of_pages in times.items():
        sums = [sum(of_page[run] for of_page in of_pages) / len(pages) for run in range(runs)]
        best = sum(map(min, of_pages)) / len(pages)
        made.rows[name] = [{CPU: value, "best": best} for value in sums]
    made.notes = [*_page_by_page(times), *_by_size(times, pages), *_worst(times, pages)]
    return made


def _page_by_page(times: Times) -> list[str]:
    ratios = sorted(_ratios(times))
    quarter, middle, three = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else ratios * 3
    under = sum(ratio <= 1 for ratio in ratios)
    return [
        f"Page by page '{CLEW}' costs {middle:.2f} of '{PEER}' in the median, {quarter:.2f} to "
        f"{three:.2f} in the middle half; at most as much on {under} of {len(ratios)} pages."
    ]


def _ratios(times: Times) -> list[float]:
    pairs = zip(times[CLEW], times[PEER], strict=True)
    return [min(mine) / min(theirs) for mine, theirs in pairs]


def _by_size(times: Times, pages: Sequence[Sample]) -> list[str]:
    groups: dict[str, list[int]] = {name: [] for name in (*(name for _, name in _SIZES), _LARGE)}
    for number, page in enumerate(pages):
        groups[_size(page)].append(number)
    return [
        f"  {name}: {len(numbers)} pages, "
        + _beside(_mean(times[CLEW], numbers), _mean(times[PEER], numbers))
        for name, numbers in groups.items()
        if numbers
    ]


def _size(page: Sample) -> str:
    return next((name for most, name in _SIZES if len(page.body) < most), _LARGE)


def _beside(mine: float, theirs: float) -> str:
    return f"{mine:.2f} ms beside {theirs:.2f}, {mine / theirs:.2f}"


def _mean(of_pages: list[list[float]], numbers: list[int]) -> float:
    return sum(min(of_pages[number]) for number in numbers) / len(numbers)


def _worst(times: Times, pages: Sequence[Sample]) -> list[str]:
    ranked = sorted(zip(_ratios(times), range(len(pages)), strict=True), reverse=True)[:_WORST]
    return [
        f"  worst: {pages[number].name}, {len(pages[number].body) // 1000} KB, "
        + _beside(min(times[CLEW][number]), min(times[PEER][number]))
        for _, number in ranked
    ]
