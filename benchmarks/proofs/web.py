"""A made-up web: pages on hosts with mixed delays, found by links. The same in every process."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

DELAYS_MS = (40, 60, 100, 150, 250)
_EXTRA = 2
"""Links more than those of the tree, on every third page: most are to pages that were seen."""


@dataclass(frozen=True)
class Web:
    """Page N lies on host N modulo `hosts`. The first `seeds` pages are the seeds.

    The links are a tree, so that each page is found in one place only and is lost where that link is;
    and some more, which lead to pages that the tree has too. No link leads to a seed: one that is found
    first would be fetched as a page and then once more, for its pass.
    """

    hosts: int
    pages: int
    seeds: int
    seed: int
    """Of the random numbers that the links are made of."""

    def uri(self, page: int) -> str:
        """Where a page is."""
        return f"http://h{page % self.hosts}.test/{page}"

    def delay_ms(self, host: str) -> int:
        """The delay that a host must have."""
        number = _number(host)
        return 0 if number % 10 == 0 else DELAYS_MS[number % len(DELAYS_MS)]

    def rule_ms(self, host: str) -> int:
        """The delay that a rule gives half of the hosts, else -1; the rest ask for theirs."""
        number = _number(host)
        return self.delay_ms(host) if number % 2 or number % 10 == 0 else -1

    def rules(self) -> str:
        """The rules as ``hosts.yaml`` has them."""
        hosts = (f"h{number}.test" for number in range(self.hosts))
        ruled = ((host, self.rule_ms(host)) for host in hosts)
        return "".join(f"{host}:\n  delay: {delay / 1000}\n" for host, delay in ruled if delay >= 0)

    def robots(self, host: str) -> str:
        """The robots.txt of a host, which asks for a delay where no rule has it."""
        asks = "" if self.rule_ms(host) >= 0 else f"Crawl-delay: {self.delay_ms(host) / 1000}\n"
        return f"User-agent: *\n{asks}Disallow: /private\n"

    def is_slow(self, page: int) -> bool:
        """Whether an answer takes longer than a lease: one page of each host without a delay."""
        return page % self.hosts % 10 == 0 and page // self.hosts == 2

    def links(self, page: int) -> list[int]:
        """The pages that a page links to."""
        return self._links[page]

    @cached_property
    def _links(self) -> dict[int, list[int]]:
        rng = random.Random(self.seed)
        links: dict[int, list[int]] = defaultdict(list)
        for page in range(self.seeds, self.pages):
            links[rng.randrange(max(self.seeds, page // 2))].append(page)
        for page in range(0, self.pages, 3):
            links[page] += [rng.randrange(self.seeds, self.pages) for _ in range(_EXTRA)]
        return links


def page_of(uri: str) -> int:
    """The number of the page at `uri`; a host's robots.txt has a number below 0."""
    host, _, name = uri.removeprefix("http://").partition("/")
    return -1 - _number(host) if name == "robots.txt" else int(name)


def _number(host: str) -> int:
    return int(host.removeprefix("h").removesuffix(".test"))
