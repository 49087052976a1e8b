"""The scorer: small trees over named evidence, written by ``training`` into ``scorer.json``.

The sum of the trees' leaves is the log-odds that a link is related; 1 / (1 + e^-sum) is calibrated on
pages of sites that the trees have not seen. No library is needed to run it. Of a link that is hopeless
after the first trees the rest is not asked: it stays far below the threshold.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Self

HOPELESS = -4.0
"""Log-odds, after the first trees, from which the others are not asked."""
_FIRST = 12

Tree = tuple[tuple[int, float, int, int, float], ...]
"""Nodes from the root on: feature, threshold, where to go up to it, where above, mean value here.
A leaf has -1 for its feature, and its value."""


@dataclass(frozen=True, slots=True)
class Scorer:
    """Trees, and the weights of headings' words. `names` are the features, in the trees' numbering."""

    version: str
    threshold: float
    names: tuple[str, ...]
    trees: tuple[Tree, ...]
    heading_words: Mapping[str, float]
    heading_bias: float

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `training` wrote. Raises `ValueError` and `KeyError` on anything else."""
        told: dict[str, Any] = json.loads(text)
        return cls(
            version=told["version"],
            threshold=told["threshold"],
            names=tuple(told["features"]),
            trees=tuple(tuple(map(_node, tree)) for tree in told["trees"]),
            heading_words=told["heading_words"],
            heading_bias=told["heading_bias"],
        )

    def log_odds(self, evidence: Mapping[str, float]) -> float:
        """The log-odds that a link with this evidence is related."""
        values = [evidence.get(name, 0.0) for name in self.names]
        total = 0.0
        for number, tree in enumerate(self.trees):
            if number == _FIRST and total < HOPELESS:
                break
            feature, threshold, low, high, value = tree[0]
            while feature >= 0:
                node = tree[low if values[feature] <= threshold else high]
                feature, threshold, low, high, value = node
            total += value
        return total

    def reasons(self, evidence: Mapping[str, float]) -> list[tuple[str, float]]:
        """What each feature adds to the log-odds, by the way through the trees, strongest first.

        At each node the mean of the trees' value changes; the change is its feature's.
        """
        values = [evidence.get(name, 0.0) for name in self.names]
        added: Counter[int] = Counter()
        for tree in self.trees:
            node = tree[0]
            while node[0] >= 0:
                below = tree[node[2] if values[node[0]] <= node[1] else node[3]]
                added[node[0]] += below[4] - node[4]  # type: ignore[assignment]
                node = below
        ordered = sorted(added.items(), key=lambda item: (-abs(item[1]), item[0]))
        return [(self.names[feature], weight) for feature, weight in ordered]


def _node(told: list[float]) -> tuple[int, float, int, int, float]:
    feature, threshold, low, high, value = told
    return int(feature), threshold, int(low), int(high), value


def probability(log_odds: float) -> float:
    """The probability, 0 to 1, of log-odds."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, log_odds))))


SCORER = Scorer.from_json(
    resources.files("crawler.links").joinpath("scorer.json").read_text(encoding="utf-8")
)
