"""The scorer: small trees over named evidence, written by ``training`` into ``scorer.json``.

The sum of the trees' leaves is the log-odds that a link is related; 1 / (1 + e^-sum) is calibrated on
pages of sites that the trees have not seen. No library is needed to run it. Of a link that is hopeless
after the first trees the rest is not asked: it stays far below the threshold.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, NamedTuple, Self

HOPELESS = -3.3
"""Log-odds, after the first trees, below which no link was seen to come near the threshold again."""
_FIRST = 10


class Node(NamedTuple):
    """A fork: up to `threshold` of `feature` to `low`, above to `high`; `mean` is the value here."""

    feature: int
    threshold: float
    low: Node | float
    high: Node | float
    mean: float


@dataclass(frozen=True, slots=True)
class Scorer:
    """Trees, and the weights of headings' words. `names` are the features, in the trees' numbering."""

    version: str
    threshold: float
    names: tuple[str, ...]
    trees: tuple[Node | float, ...]
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
            trees=tuple(map(_tree, told["trees"])),
            heading_words=told["heading_words"],
            heading_bias=told["heading_bias"],
        )

    def log_odds(self, evidence: Mapping[str, float]) -> float:
        """The log-odds that a link with this evidence is related."""
        values = self._values(evidence)
        total = 0.0
        for number, tree in enumerate(self.trees):
            node: Node | float = tree
            while node.__class__ is Node:
                feature, threshold, low, high, _ = node
                node = low if values[feature] <= threshold else high
            total += node  # type: ignore[operator]
            if total < HOPELESS and number >= _FIRST:
                break
        return total

    def reasons(self, evidence: Mapping[str, float]) -> list[tuple[str, float]]:
        """What each feature adds to the log-odds, by the way through the trees, strongest first.

        At each fork the mean of the trees' value changes; the change is its feature's.
        """
        values = self._values(evidence)
        added: defaultdict[int, float] = defaultdict(float)
        for tree in self.trees:
            node: Node | float = tree
            while isinstance(node, Node):
                below = node.low if values[node.feature] <= node.threshold else node.high
                added[node.feature] += (below.mean if isinstance(below, Node) else below) - node.mean
                node = below
        ordered = sorted(added.items(), key=lambda item: (-abs(item[1]), item[0]))
        return [(self.names[feature], weight) for feature, weight in ordered]

    def _values(self, evidence: Mapping[str, float]) -> list[float]:
        get = evidence.get
        return [get(name, 0.0) for name in self.names]


def _tree(nodes: Sequence[Sequence[float]], number: int = 0) -> Node | float:
    """A tree from its list of nodes: feature, threshold, number of the lower, of the higher, value.

    A leaf has -1 for its feature.
    """
    feature, threshold, low, high, value = nodes[number]
    if feature < 0:
        return value
    return Node(int(feature), threshold, _tree(nodes, int(low)), _tree(nodes, int(high)), value)


def probability(log_odds: float) -> float:
    """The probability, 0 to 1, of log-odds."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, log_odds))))


SCORER = Scorer.from_json(
    resources.files("crawler.links").joinpath("scorer.json").read_text(encoding="utf-8")
)
