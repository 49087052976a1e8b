"""What a crawl learns of each site, in Redis: all workers share it, and later crawls of the collection.

One hash a site, in the partition that its name falls to. One call does all for a page: it answers what
other pages showed and takes this one in, so no page counts twice, whoever reads it and how often.
A help and no more: where no answer comes soon there is none, and the server is left alone for a while.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from hashlib import blake2b

import msgspec

from crawler.errors import ClewError
from crawler.model.sighting import BlockKnown, Known, LinkKnown, Sighting
from crawler.store.client import Store

logger = logging.getLogger(__name__)

HALF_LIFE = 500
"""Pages of a site after which a count has halved."""
FIELDS_MOST = 8_000
"""Fields of a site; what is worth least goes first."""
KEPT = 90 * 86_400
"""Seconds that a site is remembered after its last page."""
PATIENCE = 0.5
"""Seconds that an answer may take."""
PAUSE = 5.0
"""Seconds that nobody asks after an answer that did not come."""

_decode = msgspec.msgpack.Decoder(
    tuple[float, list[tuple[float, float, float, float]], list[tuple[float, bool]]]
).decode


class SiteMemory:
    """One worker's view of what was learnt. Never raises."""

    def __init__(self, stores: Sequence[Store]) -> None:
        """The stores of all partitions stay their owner's."""
        self._stores = stores
        self._away_until = 0.0

    async def take_in(self, site: str, seen: Sighting) -> Known | None:
        """What other pages of `site` showed; `seen` counts from now on. None where nobody answers."""
        if time.monotonic() < self._away_until:
            return None
        try:
            async with asyncio.timeout(PATIENCE):
                return _known(await self._learn(site, seen))
        except (ClewError, TimeoutError, msgspec.DecodeError) as error:
            self._away_until = time.monotonic() + PAUSE
            logger.info("what was learnt of %s is not at hand: %r", site, error)
            return None

    async def _learn(self, site: str, seen: Sighting) -> bytes:
        store = self._stores[number_of(site, len(self._stores))]
        key = store.keys.learned(site)
        reply: bytes = await store.evaluate(
            "learn", (key,), HALF_LIFE, FIELDS_MOST, round(1000 * KEPT), _packed(seen)
        )
        return reply


def number_of(site: str, partitions: int) -> int:
    """The partition of a site."""
    return int.from_bytes(blake2b(site.encode(), digest_size=8).digest()) % partitions


def _packed(seen: Sighting) -> bytes:
    blocks = [(block.id, block.shown, block.related) for block in seen.blocks]
    links = [(link.id, link.block, link.back, link.edge, link.apart) for link in seen.links]
    return msgspec.msgpack.encode((seen.page, blocks, links))


def _known(reply: bytes) -> Known:
    pages, blocks, links = _decode(reply)
    return Known(
        pages, tuple(BlockKnown(*block) for block in blocks), tuple(LinkKnown(*link) for link in links)
    )
