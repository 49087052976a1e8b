"""Made-up additions: hosts in a heavy-tailed order (Zipf), URLs as long as those of news sites.

A page leads to twenty URLs, most of them on one host, as pages do. Each URL ends with its number within
the host and class, so that whoever takes it out of the queue can tell whether the order was kept.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator

from crawler.frontier.item import Addition, Item

_LINKS = 20
_WORDS = (
    *(
        "police",
        "council",
        "after",
        "world",
        "election",
        "minister",
        "report",
        "court",
        "local",
        "school",
    ),
    *(
        "market",
        "house",
        "weekly",
        "plan",
        "fire",
        "weather",
        "storm",
        "bank",
        "prices",
        "rise",
        "talks",
    ),
    *("strike", "trial", "match", "final", "league", "health", "budget", "border", "train", "harbour"),
)
_SECTIONS = ("news", "world", "politics/2008", "sport/football", "business/economy", "uk-england-london")
_CLASSES = (1, 2, 3, 3, 3, 4, 5)


class Web:
    """Hosts of which the r-th is linked 1/r as often as the first."""

    def __init__(self, hosts: int, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._names = [f"www.{_WORDS[n % len(_WORDS)]}-{n}.example" for n in range(hosts)]
        self._weights = list(itertools.accumulate(1 / (rank + 1) for rank in range(hosts)))
        self._count: dict[tuple[str, int], int] = {}

    @property
    def hosts(self) -> list[str]:
        """All of them, the largest first."""
        return self._names

    def near(self, urls: int, most: int) -> int:
        """How many of so many URLs are among the first `most` of their host and class, as expected."""
        each = [
            urls / self._weights[-1] * weight / len(_CLASSES) for weight in Counter(_CLASSES).values()
        ]
        return round(
            sum(min(most, one / rank) for rank in range(1, len(self._names) + 1) for one in each)
        )

    def added(self, host: str) -> int:
        """How many URLs of a host were made."""
        return sum(count for (name, _), count in self._count.items() if name == host)

    def additions(self, urls: int) -> Iterator[list[Addition]]:
        """That many, page by page."""
        for start in range(0, urls, _LINKS):
            yield self._page(min(_LINKS, urls - start))

    def _page(self, links: int) -> list[Addition]:
        rng = self._random
        hosts = rng.choices(self._names, cum_weights=self._weights, k=3)
        via = self._uri(hosts[0], rng.randrange(10**6))
        return [self._link(hosts[0] if n < 16 else hosts[1 + n % 2], via) for n in range(links)]

    def _link(self, host: str, via: str) -> Addition:
        priority = self._random.choice(_CLASSES)
        number = self._count.get((host, priority), 0)
        self._count[host, priority] = number + 1
        uri = f"{self._uri(host, number)}-c{priority}"
        return Addition(Item(uri, via, "LL"), priority, uri)

    def _uri(self, host: str, number: int) -> str:
        rng = self._random
        words = "-".join(rng.choices(_WORDS, k=2))
        return f"https://{host}/{rng.choice(_SECTIONS)}/{words}-{number}"


def place_of(uri: str) -> tuple[int, int]:
    """Class and number of a made-up URL."""
    *_, number, priority = uri.split("-")
    return int(priority[1:]), int(number)
