"""A site read page by page in random order, through the store that a crawl uses."""

from __future__ import annotations

import random
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.learned.labels import Labelled
from benchmarks.learned.scores import Counted
from crawler.links.address import address
from crawler.links.judge import classify
from crawler.links.page import Page
from crawler.model.collection import Collection
from crawler.model.story import LinkClass
from crawler.store.client import Store
from crawler.store.sites import SiteMemory

_SITE = "site"


@dataclass
class Replay:
    """What one order of pages gave: of each page the count alone and with memory, in that order."""

    pairs: list[tuple[Counted, Counted]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    """What each call of the store took."""
    fields: int = 0
    octets: int = 0
    """What the site holds in the server at the end."""


async def replay(pages: list[Labelled], url: str, seed: int, blind: bool = False) -> Replay:
    """Read all pages in the order that `seed` draws. Raises `FrontierError`.

    A `blind` judge holds every link of the site for related whose address is like a story's: what the
    memory tells such a judge, it tells by how often links and blocks are the same.
    """
    ordered = random.Random(seed).sample(pages, len(pages))
    done = Replay()
    with tempfile.TemporaryDirectory(prefix="clew-learned-") as folder:
        stores = await Store.open_all(url, Collection(Path(folder), f"replay{seed}"), 20_000)
        try:
            for store in stores:
                await store.reach(10)
            for page in ordered:
                await _read(page, SiteMemory(stores), done, blind)
            await _weigh(stores, done)
        finally:
            for store in stores:
                await store.close()
    return done


async def _read(labelled: Labelled, memory: SiteMemory, done: Replay, blind: bool) -> None:
    page = labelled.read()
    if blind:
        _blind(page)
    alone = Counted.of(labelled, _found(page))
    seen = page.sighting
    started = time.perf_counter()
    known = await memory.take_in(_SITE, seen)
    done.seconds.append(time.perf_counter() - started)
    assert known is not None, "the server did not answer in time"
    page.recall(known)
    done.pairs.append((alone, Counted.of(labelled, _found(page))))


def _blind(page: Page) -> None:
    for one in page._verdicts:
        found = one.candidate
        if one.link_class is not LinkClass.SELF and not found.inline:
            one.score = 0.6 if found.address.article and not found.offsite else 0.001
            one.link_class = classify(found, one.score)


async def _weigh(stores: list[Store], done: Replay) -> None:
    for store in stores:
        key = store.keys.learned(_SITE)
        done.fields += await store.command("HLEN", key)
        done.octets += await store.command("MEMORY", "USAGE", key, "SAMPLES", 0) or 0
        await store.command("DEL", key)


def _found(page: Page) -> set[str]:
    return {address(link.uri).key for link in page.related()}
