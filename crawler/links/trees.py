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
Reasons = Callable[[Sequence[float]], list[float]]
"""From the features' values to what each feature adds on the ways through the trees."""


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


def summed(trees: Iterable[Tree], first: int, least: float) -> Sum:
    """The sum of `trees` as one function, made in some milliseconds; walking them costs four times more.

    They are added one by one. After the `first` of them a sum below `least` is given as it stands.
    """
    lines = ["sum = 0.0"]
    for number, one in enumerate(trees, 1):
        lines.append(f"sum += {_value(one)}")
        if number >= first:
            lines.append(f"if sum < {least!r}: return sum")
    made: Sum = _function([*lines, "return sum"])
    return made


def added(trees: Iterable[Tree], features: int) -> Reasons:
    """How each of so many `features` changes the mean of the trees' values, as one function."""
    lines = [f"added = [0.0] * {features}"]
    for one in trees:
        lines += _changes(one, "")
    made: Reasons = _function([*lines, "return added"])
    return made


def _function(lines: Iterable[str]) -> Callable[[Sequence[float]], Any]:
    made: dict[str, Any] = {}
    exec("\n ".join(["def made(values):", *lines]), made)  # nothing but the trees' numbers is in it
    function: Callable[[Sequence[float]], Any] = made["made"]
    return function


def _value(one: Tree) -> str:
    """A tree as an expression."""
    if not isinstance(one, Node):
        return repr(one)
    return f"({_value(one.low)} if {_is_low(one)} else {_value(one.high)})"


def _changes(one: Tree, indent: str) -> list[str]:
    """A tree as statements: what each fork on the way adds to its feature."""
    if not isinstance(one, Node):
        return []
    low, high = _changes(one.low, indent + " "), _changes(one.high, indent + " ")
    add = f"{indent} added[{one.feature}] +="
    return [
        *(f"{indent}if {_is_low(one)}:", f"{add} {one.to_low!r}", *low),
        *(f"{indent}else:", f"{add} {one.to_high!r}", *high),
    ]


def _is_low(fork: Node) -> str:
    return f"values[{fork.feature}] <= {fork.threshold!r}"
