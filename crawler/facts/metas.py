"""The ``<meta>`` elements of a page by their names."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

LONGEST = 8192
"""Characters of a content that are read."""
Metas = Mapping[str, tuple[str, ...]]
"""Lower-case name, property or http-equiv -> the contents in document order, none empty."""


def read_metas(root: etree._Element) -> Metas:
    """Every ``<meta>`` that has a name and a content."""
    metas: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        content = " ".join(element.get("content", "")[:LONGEST].split())
        if content:
            for name in _names(element):
                metas.setdefault(name, []).append(content)
    return {name: tuple(contents) for name, contents in metas.items()}


def _names(element: etree._Element) -> set[str]:
    """An element may bear several: ``<meta name="author" property="article:author">``."""
    told = (element.get(attribute, "") for attribute in ("name", "property", "http-equiv"))
    return set(" ".join(told).lower().split())
