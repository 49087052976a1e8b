"""What an operator says of a host: one rule of ``hosts.yaml``."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class HostRule:
    """Each word that was said; None for what was not, which leaves it to the settings and the host."""

    delay: float | None = None
    """Seconds between two fetches, in place of ``DOWNLOAD_DELAY`` and of the host's ``Crawl-delay``."""
    slots: int | None = None
    """Requests at once, over all workers."""
    robots: bool | None = None
    """Whether robots.txt is asked for and obeyed."""
    scope: bool | None = None
    """Whether links to it are followed, whatever else the scope says."""
    block: str | None = None
    """Why nothing of it is fetched; empty: it is fetched."""

    def above(self, other: HostRule) -> HostRule:
        """This rule, with `other`'s words where it says nothing."""
        return HostRule(*(_first(getattr(self, name), getattr(other, name)) for name in WORDS))

    @property
    def blocks(self) -> bool:
        """Whether nothing may be fetched."""
        return bool(self.block)


WORDS = tuple(field.name for field in fields(HostRule))


def _first(one: T | None, other: T | None) -> T | None:
    return other if one is None else one
