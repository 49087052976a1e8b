"""Mementos (RFC 7089): a resource as it was, and how far that is from where one aimed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Memento:
    """One capture in an archive: the original (URI-R), its address there (URI-M), its datetime."""

    uri_r: str
    uri_m: str
    moment: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """How far a memento may lie from the walk's anchor, either way, and still be taken."""

    anchor: datetime
    reach: timedelta

    def holds(self, moment: datetime) -> bool:
        """Whether `moment` lies inside the window, its edges included."""
        return abs(moment - self.anchor) <= self.reach
