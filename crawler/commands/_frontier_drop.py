"""``scrapy frontier drop``: give up what waits at a host, or a whole frontier."""

from __future__ import annotations

import asyncio

from crawler.commands._common import print_json
from crawler.config import Config
from crawler.frontier import steering
from crawler.frontier.attach import attached
from crawler.frontier.segment_folder import SegmentFolder
from crawler.model.collection import Collection
from pipelines.report.crawl import count


def drop_frontier(collection: Collection, config: Config, as_json: bool, host: str = "") -> None:
    """Give up what waits at `host`, or delete the frontier where that is empty."""
    if host:
        dropped = asyncio.run(_drop_host(collection, config, host))
        document: dict[str, object] = {"host": host, "dropped": dropped}
        said = (
            f"{count(dropped, 'URL')} of {host} given up (`requeue --reason dropped` brings them back)"
        )
    else:
        keys = asyncio.run(steering.drop(config, collection))
        document = {"keys": keys}
        said = f"the frontier is gone ({count(keys, 'key')}); the next crawl begins a new one"
    if as_json:
        print_json({"collection": collection.name, **document})
    else:
        print(f"{collection.name}: {said}")


async def _drop_host(collection: Collection, config: Config, host: str) -> int:
    async with attached(config, collection) as partitions:
        return await steering.drop_host(partitions, SegmentFolder(collection.frontier), host)
