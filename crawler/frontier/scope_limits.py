"""The limits of a scope: how far from a seed, and how old a story may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from crawler.frontier.site import names_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a URL is in, the rule that decided, and where that rule stands."""

    allowed: bool
    rule: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Bound(Generic[T]):
    """A number of hops or a day that may not be passed; `where` is who set it."""

    value: T
    where: str


@dataclass(frozen=True, slots=True)
class Limits:
    """How many hops, for all and for some hosts, and between which days."""

    most_hops: Bound[int] | None = None
    """The walk's own: nothing goes beyond it."""
    hops: Bound[int] | None = None
    host_hops: Mapping[str, Bound[int]] = field(default_factory=dict)
    """What a host, and what lies below it, has in place of `hops`."""
    first: Bound[date] | None = None
    last: Bound[date] | None = None

    def hops_of(self, netloc: str) -> Bound[int] | None:
        """The limit that holds for links to a host, None where there is none."""
        own = self.hops
        if self.host_hops:
            named = (self.host_hops[name] for name in names_of(netloc) if name in self.host_hops)
            own = next(named, own)
        bounds = [bound for bound in (self.most_hops, own) if bound is not None]
        return min(bounds, key=lambda bound: bound.value, default=None)

    def refuse_hops(self, netloc: str, hops: int) -> Decision | None:
        """The decision against a link that many hops from its seed, None where it is near enough."""
        bound = self.hops_of(netloc)
        if bound is None or hops <= bound.value:
            return None
        return Decision(False, f"hops: {hops} > {bound.value}", bound.where)

    def refuse_date(self, day: date | None) -> Decision | None:
        """The decision against a story of that day, None where it is allowed or not known."""
        if day is None:
            return None
        if self.first is not None and day < self.first.value:
            return Decision(False, f"date: {day} < {self.first.value}", self.first.where)
        if self.last is not None and day > self.last.value:
            return Decision(False, f"date: {day} > {self.last.value}", self.last.where)
        return None
