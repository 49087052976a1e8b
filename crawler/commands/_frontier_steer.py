"""``scrapy frontier pause|resume|stop``: the state that every worker obeys."""

from __future__ import annotations

import asyncio

from crawler.commands._common import print_json
from crawler.config import Config
from crawler.frontier import steering
from crawler.frontier.attach import attached
from crawler.frontier.steering import Steered
from crawler.model.collection import Collection
from pipelines.report.crawl import count


def pause(collection: Collection, config: Config, as_json: bool) -> None:
    """Claim nothing more; workers stay and wait."""
    _steer(collection, config, as_json, Steered.PAUSED)


def resume(collection: Collection, config: Config, as_json: bool) -> None:
    """Let a paused or stopped crawl go on."""
    _steer(collection, config, as_json, Steered.RUNNING)


def stop(collection: Collection, config: Config, as_json: bool) -> None:
    """Let each worker end, with exit 11; the next `scrapy crawl` goes on."""
    _steer(collection, config, as_json, Steered.STOPPED)


def _steer(collection: Collection, config: Config, as_json: bool, state: Steered) -> None:
    was, workers = asyncio.run(_set(collection, config, state))
    if as_json:
        row = {"collection": collection.name, "state": state, "was": was, "workers": workers}
        print_json(row)
        return
    then = f"{count(workers, 'worker')} {_OBEYING[state]}" if workers else _ALONE[state]
    print(f"{collection.name}: {state}, was {was}; {then}")


async def _set(collection: Collection, config: Config, state: Steered) -> tuple[str, int]:
    async with attached(config, collection) as partitions:
        return await steering.steer(partitions, state)


_OBEYING = {
    Steered.PAUSED: "will end what is in flight and wait",
    Steered.RUNNING: "will go on",
    Steered.STOPPED: "will end what is in flight and exit",
}
_ALONE = {
    Steered.PAUSED: "no worker is running, and one that is started will wait",
    Steered.RUNNING: "no worker is running: `scrapy crawl` starts one",
    Steered.STOPPED: "no worker is running, and `scrapy crawl` goes on nevertheless",
}
