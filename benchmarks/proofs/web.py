"""A made-up web: pages on hosts with mixed delays, found by links. The same in every process."""

from __future__ import annotations

import random
from dataclasses import dataclass

DELAYS_MS = (40, 60, 100, 150, 250)
_LINKS = 5


@dataclass(frozen=True, slots=True)
class Web:
    """Page N lies on host N modulo `hosts`; the first `seeds` pages are the seeds."""

    hosts: int
    pages: int
    seeds: int
    seed: int
    """Of the random numbers that the links are made of."""

    def uri(self, page: int) -> str:
        """Where a page is."""
        return f"http://{self.host(page % self.hosts)}/{page}"

    def host(self, number: int) -> str:
        """The name of a host."""
        return f"h{number}.test"

    def delay_ms(self, host: str) -> int:
        """The delay that a host asks for."""
        return DELAYS_MS[int(host.removeprefix("h").removesuffix(".test")) % len(DELAYS_MS)]

    def links(self, page: int) -> list[int]:
        """The pages that a page links to."""
        rng = random.Random(self.seed * 1_000_003 + page)
        return [rng.randrange(self.pages) for _ in range(_LINKS)]

    def reachable(self) -> set[int]:
        """Every page that a walk from the seeds must fetch."""
        found = set(range(self.seeds))
        todo = list(found)
        while todo:
            new = set(self.links(todo.pop())) - found
            found |= new
            todo.extend(new)
        return found


def page_of(uri: str) -> int:
    """The number of the page at `uri`."""
    return int(uri.rpartition("/")[2])
