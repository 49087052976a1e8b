"""The paragraphs of a page that are long enough to tell something."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lxml import etree

MOST = 20_000
"""Paragraphs of a page that are looked at."""


def paragraphs(root: etree._Element, beyond: int) -> Iterator[list[str]]:
    """The texts of each ``<p>`` that has more than `beyond` characters."""
    for element in islice(root.iter("p"), MOST):
        texts = [str(text) for text in element.itertext()]
        if sum(map(len, texts)) > beyond:
            yield texts
