"""Small decision trees: read, then summed, or walked for reasons, by functions made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple


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
Way = tuple[tuple[int, float], ...]
"""The forks from a tree's root to a leaf: each one's feature, and how it changed the mean."""
Walk = Callable[[Sequence[float]], list[Way]]
"""From the features' values to the way through each tree."""


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
    lines = ["sum = 0.0"]
    for number, one in enumerate(trees, 1):
        lines.append(f"sum += {_code(one, lambda value, _: repr(value))}")
        if number >= first:
            lines.append(f"if sum < {least!r}: return sum")
    made: Sum = _function([*lines, "return sum"])
    return made


def walked(trees: Sequence[Tree]) -> Walk:
    """The ways that a link takes through `trees`, as one function; they are made once, and numbered."""
    ways: list[Way] = []

    def leaf(_: float, way: Way) -> str:
        ways.append(way)
        return str(len(ways) - 1)

    made = _function([f"return ({','.join([_code(one, leaf) for one in trees])},)"])
    return lambda values: [ways[number] for number in made(values)]


def _function(lines: Iterable[str]) -> Callable[[Sequence[float]], Any]:
    made: dict[str, Any] = {}
    exec("\n ".join(["def made(values):", *lines]), made)  # nothing but the trees' numbers is in it
    function: Callable[[Sequence[float]], Any] = made["made"]
    return function


def _code(one: Tree, leaf: Callable[[float, Way], str], way: Way = ()) -> str:
    """A tree as an expression; `leaf` writes that of a leaf, from its value and the way to it."""
    if not isinstance(one, Node):
        return leaf(one, way)
    low = _code(one.low, leaf, (*way, (one.feature, one.to_low)))
    high = _code(one.high, leaf, (*way, (one.feature, one.to_high)))
    return f"({low} if values[{one.feature}] <= {one.threshold!r} else {high})"
