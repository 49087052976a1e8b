"""The trees: gradient boosting, small and monotone where a direction is beyond doubt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray

from training.table import Numbers

TREES = 100
_PARAMETERS: dict[str, Any] = {
    "objective": "binary",
    "num_leaves": 8,
    "max_depth": 4,
    "learning_rate": 0.1,
    "min_child_samples": 20,
    "lambda_l2": 5.0,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "max_bin": 63,
    "verbose": -1,
    "num_threads": 2,
    "deterministic": True,
    "force_row_wise": True,
}
_UP = (
    "callout",
    "class related",
    "heading related",
    "heading words",
    "subject weight",
    "subject words",
    "title words",
    "words",
    "block: subject weight",
    "block: subject words",
    "block: title words",
)
_DOWN = (
    "class product",
    "class promo",
    "heading index",
    "heading product",
    "heading promo",
    "index address",
    "numbered",
)


def fit_trees(
    values: Numbers, related: NDArray[np.int64], names: Sequence[str], seed: int = 0
) -> lightgbm.Booster:
    """Fit the trees; the same input gives the same trees."""
    directions = [1 if name in _UP else -1 if name in _DOWN else 0 for name in names]
    parameters = {**_PARAMETERS, "seed": seed, "monotone_constraints": directions}
    data = lightgbm.Dataset(values, label=related)
    return lightgbm.train(parameters, data, num_boost_round=TREES)


def exported(model: lightgbm.Booster) -> list[list[list[float]]]:
    """Each tree as the nodes that `crawler.links.trees` walks."""
    return [_nodes(tree["tree_structure"]) for tree in model.dump_model()["tree_info"]]


def _nodes(root: dict[str, Any]) -> list[list[float]]:
    nodes: list[list[float]] = []

    def add(told: dict[str, Any]) -> int:
        place = len(nodes)
        nodes.append([])
        if "leaf_value" in told:
            nodes[place] = [-1, 0.0, -1, -1, round(told["leaf_value"], 5)]
        else:
            low, high = add(told["left_child"]), add(told["right_child"])
            value = round(told["internal_value"], 5)
            nodes[place] = [told["split_feature"], float(f"{told['threshold']:.6g}"), low, high, value]
        return place

    add(root)
    return nodes
