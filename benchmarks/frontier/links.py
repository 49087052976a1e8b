"""Made-up links of news sites, the same from run to run: as long, and as alike, as real ones.

A page of a site names some stories, most of them of its own site; each becomes an addition as the
spiders make it, with the page as ``via`` and the way in hop letters. Sites have addresses of five
shapes. How many links a site gets falls with its rank r as 1 / (20 + r): of 24,000 sites the first 670
have half of all. Addresses have 73 characters, half of them up to 62; the related links of a labelled
set of real pages 78 and 62. A queue of them shrinks a little less than one of real links does.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from itertools import islice

from benchmarks.capture.page import name, word
from crawler.frontier.item import Addition, Item
from crawler.frontier.priority import Kind, priority

SITES = 24_000
_HEAD = 20
_NAMED = 20
"""Stories that a page names."""
_AT_HOME = 0.85
_SECTIONS = ("world", "business", "politics", "technology", "science", "health", "sport", "culture")
_REGIONS = ("africa", "america", "asia", "europe", "middle-east", "uk", "local")
_ENDINGS = ("com", "co.uk", "org", "de", "com.au", "net", "fr", "ie")
_SHAPES = (
    "{site}/1/hi/{section}/{number}.stm",
    "{site}/news/{section}-{number}",
    "{site}/{year}/{month:02}/{day:02}/{section}/{words}",
    "{site}/{section}/{region}/{words}-{more}-{number}.html",
    "{site}/{section}/{year}/{month}/{words}-{more}-{number}?utm_source=website&utm_medium=article_page",
)
_SHARES = (0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4)
"""The shape of a site, by its rank."""
_WAYS = ("L", "LL", "LL", "LLL", "LLL", "LLL")


def additions(count: int) -> Iterator[Addition]:
    """`count` different links, page by page."""
    return islice(_links(), count)


def uris(count: int) -> Iterator[str]:
    """Their addresses alone."""
    return (addition.item.uri for addition in additions(count))


def _links() -> Iterator[Addition]:
    chance = random.Random(4)
    number = 10_000_000
    while True:
        rank, way = _rank(chance), chance.choice(_WAYS)
        number += 1
        page = Item(_story(rank, number, chance), path=way[1:])
        for _ in range(_NAMED):
            number += 1
            home = chance.random() < _AT_HOME
            item = page.led_to(_story(rank if home else _rank(chance), number, chance), "L")
            yield Addition(item, priority(item.hops, chance.random(), Kind.LINK), item.uri)


def _rank(chance: random.Random) -> int:
    """A site, the first ones most often."""
    return int(_HEAD * ((SITES / _HEAD + 1) ** chance.random() - 1))


def _story(rank: int, number: int, chance: random.Random) -> str:
    phrases, draw = _phrases(), chance.getrandbits(48)
    return _SHAPES[_SHARES[rank % len(_SHARES)]].format(
        site=_sites()[rank],
        section=_SECTIONS[draw % 8],
        region=_REGIONS[draw // 8 % 7],
        number=number,
        year=2010 + draw // 70 % 15,
        month=1 + draw // 1050 % 12,
        day=1 + draw // 12600 % 28,
        words=phrases[draw % len(phrases)],
        more=phrases[draw // len(phrases) % len(phrases)],
    )


@cache
def _sites() -> list[str]:
    chance = random.Random(5)
    made = dict.fromkeys(_site(chance) for _ in range(SITES + SITES // 5))
    return list(made)[:SITES]


def _site(chance: random.Random) -> str:
    front = chance.choice(("www.", "www.", "news.", ""))
    return f"https://{front}{name(chance).lower()}{word(chance)}.{chance.choice(_ENDINGS)}"


@cache
def _phrases() -> list[str]:
    """Beginnings and ends of headlines."""
    chance = random.Random(6)
    return ["-".join(_words(chance, chance.randrange(2, 7))) for _ in range(50_000)]


def _words(chance: random.Random, count: int) -> list[str]:
    return [name(chance).lower() if chance.random() < 0.4 else word(chance) for _ in range(count)]
