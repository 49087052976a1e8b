"""One page's distances in time, and what is known of each requisite's state at the page's moment.

The words are those of Ainsworth, Nelson and Van de Sompel ("Only One Out of Five Archived Web Pages
Existed as Presented", Hypertext 2015), by the capture nearest to the page:

| captured        | its Last-Modified           | word              |
|-----------------|-----------------------------|-------------------|
| after the page  | not after the page          | coherent          |
| after the page  | none, or no possible moment | possibly-violative|
| after the page  | after the page              | violative         |
| not after it    | whatever it is              | possibly-coherent |
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crawler.model.timestamp import to_warc_date


class State(enum.StrEnum):
    """Whether a requisite looked so when its page was captured."""

    COHERENT = "coherent"
    POSSIBLY_COHERENT = "possibly-coherent"
    POSSIBLY_VIOLATIVE = "possibly-violative"
    VIOLATIVE = "violative"


def state_of(page: datetime, captured: datetime, modified: datetime | None) -> State:
    """The table above."""
    if captured <= page:
        return State.POSSIBLY_COHERENT
    if modified is None or modified > captured:
        return State.POSSIBLY_VIOLATIVE
    return State.COHERENT if modified <= page else State.VIOLATIVE


@dataclass(slots=True)
class Span:
    """Moments beside a page's own, in seconds from it: negative is earlier. `missing` have none."""

    captured: int = 0
    missing: int = 0
    earliest: float | None = None
    latest: float | None = None

    def add(self, skew: float) -> None:
        """One more that was captured."""
        self.captured += 1
        self.earliest = skew if self.earliest is None else min(self.earliest, skew)
        self.latest = skew if self.latest is None else max(self.latest, skew)

    @property
    def seconds(self) -> float:
        """From the earliest to the latest, the page's own moment among them."""
        return max(self.latest or 0.0, 0.0) - min(self.earliest or 0.0, 0.0)

    def to_dict(self) -> dict[str, Any]:
        """Whole seconds."""
        ends = {"earliest": self.earliest, "latest": self.latest, "span": self.seconds}
        rounded = {name: None if end is None else round(end) for name, end in ends.items()}
        return {"captured": self.captured, "missing": self.missing, **rounded}


@dataclass(slots=True)
class PageSpans:
    """A page with the spans of its requisites and of its related stories."""

    uri: str
    moment: datetime
    source: str
    title: str = ""
    requisites: Span = field(default_factory=Span)
    states: dict[State, int] = field(default_factory=dict)
    related: Span = field(default_factory=Span)
    later: int = 0
    """Requisites captured more than the limit after the page that are not known to be coherent."""

    def add_requisite(self, captured: datetime, modified: datetime | None, most: float) -> None:
        """A requisite's capture; `most` is in seconds."""
        skew = (captured - self.moment).total_seconds()
        state = state_of(self.moment, captured, modified)
        self.requisites.add(skew)
        self.states[state] = self.states.get(state, 0) + 1
        self.later += skew > most and state is not State.COHERENT

    @property
    def flagged(self) -> bool:
        """Whether a reader should not take the page as it is shown for how it was."""
        return self.later > 0

    def to_dict(self) -> dict[str, Any]:
        """An element of ``pages`` in ``coherence.json``."""
        return {
            "uri": self.uri,
            "datetime": to_warc_date(self.moment),
            "source": self.source,
            "title": self.title,
            "flagged": self.flagged,
            "later": self.later,
            "requisites": {**self.requisites.to_dict(), **states_of([self])},
            "related": self.related.to_dict(),
        }


def states_of(pages: Iterable[PageSpans]) -> dict[str, int]:
    """How many requisites of the pages are in each state."""
    counts = dict.fromkeys(State, 0)
    for page in pages:
        for state, count in page.states.items():
            counts[state] += count
    return {state.value: count for state, count in counts.items()}
