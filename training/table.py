"""The table that is learned from: one row a link of a labelled page, with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crawler.links.charset import decode
from crawler.links.page import Page
from crawler.links.tree import parse
from training.pages import RELATED, LabelledPage

HEADING_WORDS = "heading words"
"""The one feature that is itself learned: it is filled in fold by fold."""
_NEUTRAL = ("ambiguous", "self")

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Row:
    """A link: page number, story key, block number, label, heading, whether it is at another site."""

    page: int
    key: str
    block: int
    label: str
    heading: str
    offsite: bool
    article: bool
    evidence: dict[str, float]


@dataclass(slots=True)
class Table:
    """Rows and pages, with the rows' features as a matrix; the column of the headings' words is last."""

    pages: Sequence[LabelledPage]
    rows: Sequence[Row]
    names: Sequence[str]
    values: Numbers

    @property
    def page_of(self) -> NDArray[np.int64]:
        """The page number of each row."""
        return np.array([row.page for row in self.rows])

    @property
    def related(self) -> NDArray[np.int64]:
        """1 for each row that is related, at whatever publisher."""
        return np.array([row.label in (RELATED, "related_ext") for row in self.rows], dtype=int)

    @property
    def counts(self) -> NDArray[np.bool_]:
        """Whether the rules decide what each row is."""
        return np.array([row.label not in _NEUTRAL for row in self.rows])


def make_table(pages: Iterable[LabelledPage]) -> Table:
    """Describe every link that the scorer would be asked about."""
    pages = list(pages)
    rows = [row for number, page in enumerate(pages) for row in _rows(number, page)]
    names = sorted({name for row in rows for name in row.evidence} - {HEADING_WORDS})
    values = np.zeros((len(rows), len(names) + 1))
    columns = {name: number for number, name in enumerate(names)}
    for number, row in enumerate(rows):
        for name, value in row.evidence.items():
            if name in columns:
                values[number, columns[name]] = value
    return Table(pages, rows, [*names, HEADING_WORDS], values)


def _rows(number: int, labelled: LabelledPage) -> Iterable[Row]:
    text, encoding = decode(labelled.body)
    page = Page(parse(text), labelled.uri, encoding)
    own = page.own_keys
    for one in page.candidates:
        key = one.address.key
        if one.weighed and key not in own:
            yield Row(
                page=number,
                key=key,
                block=one.block,
                label=labelled.labels.get(key, "other"),
                heading=one.heading,
                offsite=one.offsite,
                article=one.address.article,
                evidence=one.evidence,
            )
