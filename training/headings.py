"""The weights of headings' words: a logistic regression over the lexicon and over labelled headings."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from crawler.links.heading_words import tokens
from crawler.links.lexicon import PACKAGE, RELATED, lexicon
from training.table import Numbers, Table

_LEXICON_WEIGHT = 0.5
_FULL = 3
_SEEN = 2
_LEAST = 0.02


class Heading(NamedTuple):
    """A heading, whether most articles under it are related, and how much it counts, 0 to 1."""

    text: str
    related: bool
    weight: float


@dataclass(frozen=True, slots=True)
class HeadingWords:
    """What `crawler.links.heading_words` reads: the weight of each token, and the bias."""

    weights: Mapping[str, float]
    bias: float

    def leaning(self, heading: str) -> float:
        """The log-odds for a heading; 0 for none."""
        if not heading:
            return 0.0
        return self.bias + math.fsum(self.weights.get(token, 0.0) for token in tokens(heading))


def fit_headings(table: Table, pages: Collection[int]) -> HeadingWords:
    """Learn from the lexicon and from the headings of those `pages`, by their numbers in the table."""
    items = [*_of_lexicon(), *_of_pages(table, pages)]
    bags = [_tokens(item.text) for item in items]
    seen = Counter(token for bag in bags for token in bag)
    vectors = DictVectorizer()
    matrix = vectors.fit_transform(
        [dict.fromkeys((t for t in bag if seen[t] >= _SEEN), 1) for bag in bags]
    )
    matrix.indices, matrix.indptr = matrix.indices.astype("int32"), matrix.indptr.astype("int32")
    model = LogisticRegression(solver="liblinear", class_weight="balanced")
    model.fit(matrix, [item.related for item in items], [item.weight for item in items])
    pairs = zip(vectors.get_feature_names_out(), model.coef_[0], strict=True)
    weights = {token: round(float(weight), 3) for token, weight in pairs if abs(weight) >= _LEAST}
    return HeadingWords(weights, round(float(model.intercept_[0]), 3))


def leanings(table: Table, words: HeadingWords) -> Numbers:
    """The feature of each row."""
    known = {row.heading: words.leaning(row.heading) for row in table.rows}
    return np.array([known[row.heading] for row in table.rows])


_tokens = cache(tokens)


@cache
def _of_lexicon() -> tuple[Heading, ...]:
    return tuple(_phrases())


def _phrases() -> Iterable[Heading]:
    for polarities in lexicon().values():
        for polarity, phrases in polarities.items():
            for phrase in phrases:
                yield Heading(phrase.replace("*", " "), polarity in (RELATED, PACKAGE), _LEXICON_WEIGHT)


def _of_pages(table: Table, pages: Collection[int]) -> Iterable[Heading]:
    counts: dict[tuple[int, str], list[int]] = {}
    for row, related in zip(table.rows, table.related, strict=True):
        if row.heading and row.article and row.label != "ambiguous" and row.page in pages:
            count = counts.setdefault((row.page, row.heading), [0, 0])
            count[0] += 1
            count[1] += int(related)
    for (_, heading), (links, related) in counts.items():
        yield Heading(heading, 2 * related >= links, min(links, _FULL) / _FULL)
