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
        """The delay that a host must have."""
        return DELAYS_MS[_number(host) % len(DELAYS_MS)]

    def rule_ms(self, host: str) -> int:
        """The delay that a rule gives every other host, else -1; the rest ask for theirs."""
        return self.delay_ms(host) if _number(host) % 2 else -1

    def robots(self, host: str) -> str:
        """The robots.txt of a host, which asks for a delay where no rule has it."""
        asks = "" if self.rule_ms(host) >= 0 else f"Crawl-delay: {self.delay_ms(host) / 1000}\n"
        return f"User-agent: *\n{asks}Disallow: /private\n"

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
    """The number of the page at `uri`; a host's robots.txt has a number below 0."""
    host, _, name = uri.removeprefix("http://").partition("/")
    return -1 - _number(host) if name == "robots.txt" else int(name)


def _number(host: str) -> int:
    return int(host.removeprefix("h").removesuffix(".test"))
