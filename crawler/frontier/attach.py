"""A look at a frontier, or a hand on it, without being one of its workers.

Nothing of the crawl's limits changes, and whoever is attached is in no list of workers. An embedded
server that does not run is started, and ends again with the last who is attached.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from crawler.config import Config
from crawler.errors import UnknownCollection
from crawler.frontier import generation
from crawler.frontier.partition import Partition
from crawler.model.collection import Collection
from crawler.store.client import Store
from crawler.store.keys import LAYOUT

PATIENCE = 5.0
"""Seconds that a server may take to answer."""


@asynccontextmanager
async def attached(config: Config, collection: Collection) -> AsyncIterator[list[Partition]]:
    """The partitions of a collection's frontier.

    Raises `UnknownCollection` where the collection has none yet, `WrongFrontier`, `RedisUnreachable`,
    `FrontierError` (its layout is of another version, or it is half imported), `SettingError`.
    """
    known = generation.read(collection.frontier)
    if not known:
        raise no_frontier(collection)
    async with opened(config, collection, known) as partitions:
        for partition in partitions:
            await partition.store.run("attach", known, LAYOUT)
        yield partitions


@asynccontextmanager
async def opened(
    config: Config, collection: Collection, known: str = ""
) -> AsyncIterator[list[Partition]]:
    """The partitions on the server, of the generation `known`, or whatever it holds of them.

    Raises as `attached` does.
    """
    stores = await Store.open_all(config.frontier_url, collection, round(1000 * config.lease_time))
    try:
        for store in stores:
            store.generation = known
            await store.reach(PATIENCE)
        yield [Partition(store, config.lease_time) for store in stores]
    finally:
        for store in stores:
            await store.close()


def no_frontier(collection: Collection) -> UnknownCollection:
    """The error for a collection in which no crawl has begun."""
    return UnknownCollection(f"{collection.name} has no frontier yet", "crawl first")
