"""A query that is asked page after page: what lies in the frontier of it, and what each answer leads to.

Theory of operation. An `Errand` is one request to a CDX server. Its answer brings lines, and the errand
of the next page, which the frontier takes in one transaction with the answer's ack. So a crawl that is
killed goes on where it stood, and whatever worker is free asks next. What must be known of the pages
before travels in the errand: how many lines were taken, and what the last was collapsed by.

=====================================  =================================================
the answer                             what comes next
=====================================  =================================================
cut short (it is longer than is read)  the same lines, half as many at once
a resume key                           what stands behind that key
as many lines as asked for, no key     its lines are left out; half of its span of time
fewer lines, in a part of the span     the part behind it, twice as wide
fewer lines, in the whole span         nothing: the query is answered
=====================================  =================================================
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import msgspec
from msgspec import structs

from crawler.archives.cdx.reading import Page
from crawler.archives.cdx.span import Span
from crawler.model.cdx import CdxCapture, CdxQuery, Collapser

SEEDS = "cdx-seeds"
LEAST = 50
"""Lines that are asked for at once at least."""


class Errand(msgspec.Struct, frozen=True, omit_defaults=True):
    """One page of a query, as it lies in an item's data."""

    query: str
    begun: str
    """When its first page was asked for, in 14 digits: it names the pass, and ends its span."""
    most: int
    """Lines at once."""
    resume: str = ""
    since: str = ""
    until: str = ""
    """The part of the span that it asks for, 14 digits each; empty: the query's."""
    last: str = ""
    taken: int = 0
    """Lines that the pages before brought."""
    errand: str = SEEDS
    source: str = "memento"
    """Who is asked, as `Sought` has it: a web archive, by its manners."""

    @classmethod
    def of(cls, data: Mapping[str, str]) -> Errand:
        """The errand that an item's data holds."""
        return msgspec.convert(data, cls, strict=False)

    def to_data(self) -> dict[str, str]:
        """For an item's data."""
        return {name: str(value) for name, value in structs.asdict(self).items() if value}

    @classmethod
    def first(cls, query: CdxQuery, begun: str, most: int) -> Errand:
        """The first page of a query, up to `most` lines of it."""
        few = 0 < query.limit < most and not query.collapse
        return cls(str(query), begun, query.limit if few else most)

    @property
    def sought(self) -> CdxQuery:
        """What the server is asked."""
        query = _query(self.query)
        return query.within(self.since, self.until) if self.since else query

    @property
    def key(self) -> str:
        """What it is known by: each page once in each pass."""
        place = (self.resume, self.since, self.until, str(self.most))
        return " ".join((self.errand, self.begun, self.query, *place))

    def turn(self, page: Page, *, short: bool) -> Turn:
        """What its answer means; `short`: the end of it could not be read. The table is above."""
        if short:
            return self._smaller()
        if page.resume:
            return self._taken(page, structs.replace(self, resume=page.resume))
        taken = self._taken(page, self._over(self._span.after(self._whole)) if self.since else None)
        if page.count < self.most or taken.ends(self):
            return taken
        half = self._span.half()
        if half is not None:
            return Turn((), self._over(half))
        return replace(taken, warning=f"only {self.most} lines of the second {self.since} are known")

    def _smaller(self) -> Turn:
        if self.most <= LEAST:
            return Turn((), None, f"an answer of {self.most} lines is too long to be read")
        return Turn((), structs.replace(self, most=max(LEAST, self.most // 2)))

    def _taken(self, page: Page, then: Errand | None) -> Turn:
        """The lines that fit, and the next errand with what it must know of them."""
        query = _query(self.query)
        collapser = Collapser(query.collapse, self.last)
        lines = [line for line in page.lines if query.holds(line) and collapser.keeps(line)]
        turn = Turn(lines[: query.limit - self.taken] if query.limit else lines)
        if then is None or turn.ends(self):
            return turn
        known = structs.replace(then, last=collapser.last, taken=self.taken + len(lines))
        return replace(turn, then=known)

    def _over(self, span: Span | None) -> Errand | None:
        if span is None:
            return None
        return structs.replace(self, resume="", since=span.since, until=span.until)

    @property
    def _whole(self) -> Span:
        query = _query(self.query)
        return Span.of(query.since, query.until, self.begun)

    @property
    def _span(self) -> Span:
        return Span(self.since, self.until) if self.since else self._whole


@dataclass(frozen=True, slots=True)
class Turn:
    """What an answer brought, and what is asked next, if anything."""

    lines: Sequence[CdxCapture]
    then: Errand | None = None
    warning: str = ""

    def ends(self, errand: Errand) -> bool:
        """Whether with these lines the errand's query has all that it asked for."""
        return errand.taken + len(self.lines) == _query(errand.query).limit > 0


@lru_cache(64)
def _query(text: str) -> CdxQuery:
    return CdxQuery.parse(text)
