"""How well the scorer does, on sites that it did not see: strict figures, with bootstrap intervals.

Strict: every link called related that is not is false, promo, inline and other alike; related stories of
other publishers, links that name the page itself, and what the rules do not decide are left out.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from crawler.links.judge import decided, drawn_to_blocks
from crawler.links.scorer import probability
from training.pages import LabelledPage
from training.table import Numbers, Table

_NEUTRAL = ("ambiguous", "self", "related_ext")
_ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class Counted:
    """What was found on one page: right, wrong, missed."""

    page: LabelledPage
    right: int
    wrong: int
    missed: int


@dataclass(frozen=True, slots=True)
class Figures:
    """`clean` is the share of pages without related links on which none was called so."""

    pages: int
    related: int
    precision: float
    recall: float
    f1: float
    macro_f1: float
    clean: float


def scores(table: Table, log_odds: Numbers) -> Numbers:
    """The probability of each row, its block heard, as `crawler.links.judge` does it."""
    found = np.zeros(len(table.rows))
    by_page = defaultdict(list)
    for number, row in enumerate(table.rows):
        by_page[row.page].append(number)
    for numbers in by_page.values():
        members = [(table.rows[n].block, table.rows[n].article) for n in numbers]
        own = [decided(float(log_odds[n]), table.rows[n].evidence) for n in numbers]
        drawn = drawn_to_blocks(own, members)
        found[numbers] = [probability(one) for one in drawn]
    return found


def counted(table: Table, found: Numbers, threshold: float) -> list[Counted]:
    """Each page at that threshold; a story counts once, by its best link."""
    chosen: defaultdict[int, set[str]] = defaultdict(set)
    for row, score in zip(table.rows, found, strict=True):
        if score >= threshold and not row.offsite:
            chosen[row.page].add(row.key)
    return [_count(page, chosen[number]) for number, page in enumerate(table.pages)]


def _count(page: LabelledPage, chosen: Iterable[str]) -> Counted:
    kept = {key for key in chosen if page.labels.get(key) not in _NEUTRAL}
    right = len(kept & page.related)
    return Counted(page, right, len(kept) - right, len(page.related) - right)


def figures(pages: Sequence[Counted]) -> Figures:
    """All pages together, and the mean over pages."""
    right = sum(page.right for page in pages)
    wrong = sum(page.wrong for page in pages)
    missed = sum(page.missed for page in pages)
    some = [page for page in pages if page.page.related]
    none = [page for page in pages if not page.page.related]
    return Figures(
        pages=len(pages),
        related=right + missed,
        precision=_share(right, wrong),
        recall=_share(right, missed),
        f1=_f1(right, wrong, missed),
        macro_f1=_mean([_f1(page.right, page.wrong, page.missed) for page in some]),
        clean=_mean([float(page.wrong == 0) for page in none]),
    )


def interval(pages: Sequence[Counted], name: str, seed: int = 0) -> tuple[float, float]:
    """The middle 95 % of a figure when sites are drawn again and again, with replacement."""
    by_site: defaultdict[str, list[Counted]] = defaultdict(list)
    for page in pages:
        by_site[page.page.site].append(page)
    sites, draw = list(by_site), random.Random(seed)
    found = []
    for _ in range(_ROUNDS):
        drawn = draw.choices(sites, k=len(sites))
        found.append(getattr(figures([page for site in drawn for page in by_site[site]]), name))
    return float(np.percentile(found, 2.5)), float(np.percentile(found, 97.5))


def precision_at(table: Table, found: Numbers, recall: float) -> float:
    """The best precision at a threshold that reaches that recall; 0 where none does."""
    best = 0.0
    for threshold in np.arange(0.02, 0.98, 0.01):
        told = figures(counted(table, found, float(threshold)))
        best = max(best, told.precision) if told.recall >= recall else best
    return best


def calibration(table: Table, found: Numbers, bins: int = 10) -> list[tuple[float, float, int]]:
    """Mean score, share related and links of each tenth of the scores' range."""
    told = []
    for number in range(bins):
        mine = (found >= number / bins) & (found < (number + 1) / bins) & table.counts
        if mine.any():
            told.append((float(found[mine].mean()), float(table.related[mine].mean()), int(mine.sum())))
    return told


def best_threshold(table: Table, found: Numbers, clean: float) -> float:
    """The threshold of the best F1 that leaves that share of each set's unrelated pages clean.

    Those are the pages without related links. One set is larger, and easier to leave clean.
    """
    told = {t: _of_news(counted(table, found, t)) for t in map(float, np.arange(0.3, 0.8, 0.01))}
    fit = [t for t, pages in told.items() if _least_clean(pages) >= clean] or [max(told)]
    return round(max(fit, key=lambda t: figures(told[t]).f1), 2)


def _least_clean(pages: Sequence[Counted]) -> float:
    sets: defaultdict[str, list[Counted]] = defaultdict(list)
    for page in pages:
        sets[page.page.group["set"]].append(page)
    return min(figures(members).clean for members in sets.values())


def _of_news(pages: Sequence[Counted]) -> list[Counted]:
    """Without shops, recipes and the like, which are no news though they link to related pages."""
    return [page for page in pages if page.page.group.get("kind") != "other"]


def _share(right: int, other: int) -> float:
    return right / (right + other) if right + other else 1.0


def _f1(right: int, wrong: int, missed: int) -> float:
    return 2 * right / (2 * right + wrong + missed) if right + wrong + missed else 1.0


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 1.0
