"""Precision, recall, F1 and clean negatives of what was found on labelled pages."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.learned.labels import Labelled

_DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Counted:
    """One page: how many of the found links are right, how many wrong, how many were missed."""

    right: int
    wrong: int
    missed: int

    @classmethod
    def of(cls, page: Labelled, found: set[str]) -> Counted:
        """Strict: what is not related is wrong. What is ambiguous counts for nothing."""
        found = found - page.ambiguous
        right = len(found & page.related)
        return cls(right, len(found) - right, len(page.related) - right)


def figures(pages: Iterable[Counted]) -> tuple[float, float, float, float | None]:
    """Precision, recall, F1, and how many pages without related links are clean."""
    pages = list(pages)
    right, wrong, missed = (sum(getattr(page, name) for page in pages) for name in Counted.__slots__)
    negatives = [page for page in pages if not page.right + page.missed]
    clean = sum(not page.wrong for page in negatives)
    return (
        right / max(1, right + wrong),
        right / max(1, right + missed),
        2 * right / max(1, 2 * right + wrong + missed),
        clean / len(negatives) if negatives else None,
    )


def gain(pairs: Sequence[tuple[Counted, Counted]], seed: int = 1) -> tuple[float, float]:
    """The 95 % interval of what F1 gains from the first of each pair to the second, over pages."""
    draw = random.Random(seed)
    gains = []
    for _ in range(_DRAWS):
        some = draw.choices(pairs, k=len(pairs))
        gains.append(figures(b for _, b in some)[2] - figures(a for a, _ in some)[2])
    gains.sort()
    return gains[_DRAWS // 40], gains[-_DRAWS // 40]
