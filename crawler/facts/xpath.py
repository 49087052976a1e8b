"""XPath expressions that give lists, compiled once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from lxml import etree


def finder(path: str) -> Callable[[etree._Element], list[Any]]:
    """A function that gives what `path` selects from an element: elements or texts."""
    compiled = etree.XPath(path)
    return lambda element: cast("list[Any]", compiled(element))
