"""A worker for test_frontier_kill.py: walks a made-up web, and writes down when it starts what.

walking_worker.py FOLDER NUMBER. Page N of the web lies on host N modulo 4 and links to 2N+1 and 2N+2.
Moments are CLOCK_MONOTONIC, which all processes of a machine share.
"""

import asyncio
import random
import sys
import time
from pathlib import Path

from crawler.config import Config
from crawler.frontier.frontier import Frontier
from crawler.frontier.item import Addition, Item
from crawler.frontier.lease import Ack, Verdict
from crawler.model.collection import Collection

PAGES, HOSTS, DELAY, LEASE = 80, 4, 0.05, 1.5


def page(number):
    uri = f"http://h{number % HOSTS}/{number}"
    return Addition(Item(uri, seed=uri if number == 0 else ""), 3, uri)


async def fetch(frontier, leased, log):
    last = 0.0
    for lease in leased:
        due = max(lease.not_before, last + DELAY + 0.003 if last else 0.0)
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        if time.monotonic() > lease.deadline:
            await frontier.commit([], [Ack(lease.id, Verdict.BACK)])
            continue
        last = time.monotonic()
        log.write(f"{last} {lease.host} {lease.item.uri}\n")
        await asyncio.sleep(random.uniform(0, 2 * DELAY))
        number = int(lease.item.uri.rpartition("/")[2])
        children = [page(n) for n in (2 * number + 1, 2 * number + 2) if n < PAGES]
        await frontier.commit(children, [Ack(lease.id, Verdict.DONE)])


async def main(folder, number):
    config = Config(download_delay=DELAY, lease_time=LEASE)
    frontier = await Frontier.open(config, Collection(folder, "walk"), f"host:{number}")
    await frontier.add_seeds([page(0)], interval=3600, again=False)
    with (folder / f"starts-{number}").open("w", buffering=1) as log:
        async with asyncio.TaskGroup() as group:
            while not await frontier.finished():
                chains = {}
                for lease in (await frontier.claim(8, 3)).leased:
                    chains.setdefault(lease.host, []).append(lease)
                for leased in chains.values():
                    group.create_task(fetch(frontier, leased, log))
                await asyncio.sleep(0.01)
    await frontier.leave()
    await frontier.close(clean=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
