"""Small decision trees: read, walked for reasons, and summed by a function made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple


class Node(NamedTuple):
    """A fork: up to `threshold` of `feature` to `low`, above to `high`.

    The mean of the tree's value changes by `to_low` or `to_high` on the way.
    """

    feature: int
    threshold: float
    low: Tree
    high: Tree
    to_low: float
    to_high: float


Tree = Node | float
"""A fork, or the value of a leaf."""
Sum = Callable[[Sequence[float]], float]
"""From the features' values to what the trees give together."""


def tree(nodes: Sequence[Sequence[float]], number: int = 0) -> Tree:
    """A tree from its list of nodes: feature, threshold, number of the lower, of the higher, mean value.

    A leaf has -1 for its feature. Raises `ValueError` on a node that is none.
    """
    feature, threshold, low, high, mean = nodes[number]
    if feature < 0:
        return float(mean)
    below, above = int(low), int(high)
    to_low, to_high = nodes[below][-1] - mean, nodes[above][-1] - mean
    return Node(int(feature), float(threshold), tree(nodes, below), tree(nodes, above), to_low, to_high)


def summed(trees: Sequence[Tree], first: int, least: float) -> Sum:
    """The sum of `trees` as one function, made in some milliseconds; walking them costs four times more.

    They are added one by one. After the `first` of them a sum below `least` is given as it stands.
    """
    lines = ["def total(values):", " sum = 0.0"]
    for number, one in enumerate(trees, 1):
        lines.append(f" sum += {_code(one)}")
        if number >= first:
            lines.append(f" if sum < {least!r}: return sum")
    made: dict[str, Sum] = {}
    exec("\n".join([*lines, " return sum"]), made)  # nothing but the trees' numbers is in it
    return made["total"]


def _code(one: Tree) -> str:
    """A tree as an expression."""
    if not isinstance(one, Node):
        return repr(one)
    return f"({_code(one.low)} if values[{one.feature}] <= {one.threshold!r} else {_code(one.high)})"


def changes(trees: Iterable[Tree], values: Sequence[float]) -> list[float]:
    """What each feature changes in the mean, added up over the ways through the trees."""
    found = [0.0] * len(values)
    for one in trees:
        while isinstance(one, Node):
            feature, threshold, low, high, to_low, to_high = one
            one, change = (low, to_low) if values[feature] <= threshold else (high, to_high)
            found[feature] += change
    return found
