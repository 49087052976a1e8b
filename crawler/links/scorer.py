"""The scorer: small trees over named evidence, written by ``training`` into ``scorer.json``.

The sum of the trees' leaves is the log-odds that a link is related; 1 / (1 + e^-sum) is calibrated on
pages of sites that the trees have not seen. No library is needed to run it. Of a link that is hopeless
after the first trees the rest is not asked: it stays far below the threshold.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import Any, Self

from crawler.links.trees import Reasons, Sum, Tree, added, summed, tree

HOPELESS = -3.3
"""Log-odds, after the first trees, below which no link was seen to come near the threshold again."""
_FIRST = 11


@dataclass(frozen=True)
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
            trees=tuple(map(tree, told["trees"])),
            heading_words=told["heading_words"],
            heading_bias=told["heading_bias"],
        )

    def log_odds(self, evidence: Mapping[str, float]) -> float:
        """The log-odds that a link with this evidence is related."""
        return self._sum(self._values(evidence))

    def reasons(self, evidence: Mapping[str, float]) -> dict[str, float]:
        """What each feature adds to the log-odds, by the way through the trees.

        At each fork the mean of the trees' value changes; the change is its feature's.
        """
        return dict(zip(self.names, self._added(self._values(evidence)), strict=True))

    @cached_property
    def _sum(self) -> Sum:
        """Made when a first link is weighed, not when a worker starts."""
        return summed(self.trees, _FIRST, HOPELESS)

    @cached_property
    def _added(self) -> Reasons:
        """Made when reasons are first asked for."""
        return added(self.trees, len(self.names))

    @cached_property
    def _none(self) -> dict[str, float]:
        """What is told of no link: every feature is 0."""
        return dict.fromkeys(self.names, 0.0)

    def _values(self, evidence: Mapping[str, float]) -> list[float]:
        """The features in the trees' numbering, behind them what no tree asks for."""
        return [*{**self._none, **evidence}.values()]


def probability(log_odds: float) -> float:
    """The probability, 0 to 1, of log-odds."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, log_odds))))


SCORER = Scorer.from_json(
    resources.files("crawler.links").joinpath("scorer.json").read_text(encoding="utf-8")
)
