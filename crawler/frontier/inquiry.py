"""What the frontier knows of one URL and its host, asked without joining the crawl."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crawler.config import Config
from crawler.errors import StaleBoot
from crawler.frontier import generation
from crawler.frontier.fingerprint import fingerprint
from crawler.model import uri
from crawler.model.collection import Collection
from crawler.store.client import Store

PATIENCE = 2.0
"""Seconds that a server may take to answer."""


@dataclass(frozen=True, slots=True)
class Known:
    """What lies in Redis about a URL, its host and the crawl."""

    seen: bool
    """Whether it was added in any run."""
    due: float | None
    """Seconds until it is fetched again, None where it is not."""
    seed: str
    """Its state as a seed: ``pending``, ``archived`` or why not; empty where it is none."""
    queued: int
    """URLs that wait at its host."""
    host_pages: int
    host_bytes: int
    pages: int
    """Of the crawl, as `bytes` are."""
    bytes: int
    robots: str | None
    """The robots.txt of its origin, None where nobody has asked for it of late."""


async def inquire(collection: Collection, config: Config, target: str) -> Known | None:
    """What is known of `target`, a normalised URI; None where the collection has no frontier yet.

    Raises `RedisUnreachable`, `WrongFrontier`, `FrontierError` and `SettingError`.
    """
    held = generation.read(collection.frontier)
    if not held:
        return None
    stores = await Store.open_all(config.frontier_url, collection, round(1000 * config.lease_time))
    try:
        for store in stores:
            store.generation = held
            await store.reach(PATIENCE)
        return await _ask(stores, target)
    finally:
        for store in stores:
            await store.close()


async def _ask(stores: Sequence[Store], target: str) -> Known:
    """One primary knows a host, and so its URLs; on the others its numbers are 0."""
    replies = [await _known(store, target) for store in stores]
    text = await stores[0].command("HGET", stores[0].keys.robots(uri.origin(target)), "text")
    due = max(reply[1] for reply in replies)
    queued, host_pages, host_bytes, pages, bytes_ = (sum(r[n] for r in replies) for n in range(3, 8))
    return Known(
        seen=any(reply[0] for reply in replies),
        due=None if due < 0 else due / 1000,
        seed=next((reply[2].decode() for reply in replies if reply[2]), ""),
        queued=queued,
        host_pages=host_pages,
        host_bytes=host_bytes,
        pages=pages,
        bytes=bytes_,
        robots=None if text is None else text.decode("utf-8", "replace"),
    )


async def _known(store: Store, target: str) -> list[Any]:
    while True:
        words = (str(fingerprint(target)), uri.netloc(target), target)
        try:
            reply: list[Any] = await store.run("known", store.boot, *words)
            return reply
        except StaleBoot:
            continue
