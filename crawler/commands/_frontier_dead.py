"""``scrapy frontier dead|requeue``: what was given up, and another chance for it."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

from crawler.commands._common import print_json
from crawler.commands._rows import printable
from crawler.config import Config
from crawler.frontier import steering
from crawler.frontier.attach import attached
from crawler.frontier.steering import Dead, Meant
from crawler.model import timestamp
from crawler.model.collection import Collection
from pipelines.report.crawl import count


def print_dead(collection: Collection, config: Config, as_json: bool, reason: str = "") -> None:
    """Print what was given up, one URL a line, the newest last."""
    asyncio.run(_print_dead(collection, config, as_json, reason))


async def _print_dead(collection: Collection, config: Config, as_json: bool, reason: str) -> None:
    async with attached(config, collection) as partitions:
        async for one in steering.dead(partitions, reason):
            print(_line(one) if not as_json else json.dumps(_row(one), ensure_ascii=False))


def _line(one: Dead) -> str:
    return "  ".join(map(printable, (_when(one), one.item.uri, one.reason)))


def _row(one: Dead) -> dict[str, object]:
    return {
        "ts": _when(one),
        "url": one.item.uri,
        "reason": one.reason,
        "host": one.host,
        "via": one.item.via,
        "hops": one.item.hops,
    }


def _when(one: Dead) -> str:
    return timestamp.to_warc_date(datetime.fromtimestamp(one.at, UTC))


def requeue_dead(
    collection: Collection, config: Config, as_json: bool, url: str = "", reason: str = ""
) -> None:
    """Let a URL, those of a reason, or all of the dead wait again."""
    meant = Meant("url", url) if url else Meant("reason", reason) if reason else Meant()
    requeued = asyncio.run(_requeue(collection, config, meant))
    if as_json:
        print_json({"collection": collection.name, "requeued": requeued})
        return
    then = "" if requeued else ": `scrapy frontier dead` lists those that were given up"
    print(f"{collection.name}: {count(requeued, 'URL')} will be fetched again{then}")


async def _requeue(collection: Collection, config: Config, meant: Meant) -> int:
    async with attached(config, collection) as partitions:
        return await steering.requeue(partitions, meant)
