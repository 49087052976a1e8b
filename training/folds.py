"""Cross-validation by site: what is said of a page was learned from other sites alone.

The headings' words are learned too, so their feature is made twice nested: for a row of another fold,
from neither its own fold nor the one that is left out.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from training.headings import fit_headings, leanings
from training.pages import LabelledPage
from training.table import Numbers, Table
from training.trees import fit_trees

FOLDS = 5


def fold_of_pages(pages: Sequence[LabelledPage], seed: int) -> NDArray[np.int64]:
    """The fold of each page; the pages of one site are in one."""
    sites = sorted({page.site for page in pages})
    random.Random(seed).shuffle(sites)
    fold = {site: number % FOLDS for number, site in enumerate(sites)}
    return np.array([fold[page.site] for page in pages])


def log_odds(table: Table, seed: int) -> Numbers:
    """What models that did not see a row's site say of it."""
    fold = fold_of_pages(table.pages, seed)
    row_fold = fold[table.page_of]
    found = np.zeros(len(table.rows))
    for left_out in range(FOLDS):
        values = table.values.copy()
        values[:, -1] = _nested(table, fold, left_out)
        rest = (row_fold != left_out) & table.counts
        model = fit_trees(values[rest], table.related[rest], table.names, seed)
        mine = row_fold == left_out
        found[mine] = model.predict(values[mine], raw_score=True)
    return found


def _nested(table: Table, fold: NDArray[np.int64], left_out: int) -> Numbers:
    row_fold = fold[table.page_of]
    feature = np.zeros(len(table.rows))
    for number in range(FOLDS):
        pages = {int(page) for page in np.nonzero((fold != number) & (fold != left_out))[0]}
        mine = row_fold == number
        feature[mine] = leanings(table, fit_headings(table, pages))[mine]
    return feature


def own_leanings(table: Table, seed: int) -> Numbers:
    """The headings' feature for the last fit, each row from folds other than its own."""
    return _nested(table, fold_of_pages(table.pages, seed), -1)
