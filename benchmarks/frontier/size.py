"""What a URL takes in the server's memory: in the seen set, and in the queue."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from msgspec import structs

from benchmarks.capture.figures import Benchmark, Figures
from benchmarks.frontier import links, peer
from benchmarks.frontier.server import Valkey, valkey
from crawler.config import Config
from crawler.frontier.frontier import Frontier
from crawler.frontier.item import Addition, Item
from crawler.model.collection import Collection

T = TypeVar("T")
USED = "used bytes/URL"
CLEW, PEER = "Clew", "scrapy-redis"
_SEEN_MOST, _QUEUED_MOST = 10, 120
AIMED_AT = 10_000_000
_PART = 2000
_NOWHERE = Item("http://nowhere.example/")


def benchmarks(urls: int, theirs: int) -> list[Benchmark]:
    """`urls` URLs in Clew's frontier, `theirs` in scrapy-redis, which takes its time."""
    seen = Benchmark(f"Seen set of {urls:,} URLs", USED, PEER)
    queue = Benchmark(f"Queue of {urls:,} URLs", USED, PEER)
    if theirs != urls:
        for made in (seen, queue):
            made.notes.append(f"scrapy-redis was filled with {theirs:,}.")
    with valkey() as server:
        seen.rows[PEER], queue.rows[PEER] = _theirs(server, theirs)
    with valkey() as server:
        seen.rows[CLEW], queue.rows[CLEW] = asyncio.run(_ours(server, urls))
    seen.notes.append(_verdict(seen, _SEEN_MOST, urls))
    queue.notes.append(_verdict(queue, _QUEUED_MOST, urls))
    return [seen, queue]


def _verdict(made: Benchmark, most: int, urls: int) -> str:
    used = made.rows[CLEW][0][USED]
    aim = f"at most {most} bytes used a URL, was {used:.1f}."
    if urls < AIMED_AT:
        return f"For {AIMED_AT:,} URLs, whose queues are longer, the target is {aim}"
    return f"Target {'reached' if used <= most else 'NOT reached'}: {aim}"


async def _ours(server: Valkey, urls: int) -> tuple[list[Figures], list[Figures]]:
    """First the seen set alone (what is added is dropped from its queue), then the queue alone."""
    config = Config(frontier_url=server.url, collections_dir=server.folder, queue_most=0)
    frontier = await Frontier.open(config, Collection(server.folder, "bench"), "bench:1")
    server.keep_nothing()
    queue = frontier.store.keys("queue:") + f"{_NOWHERE.host}:3"

    async def see(part: list[Addition]) -> None:
        await frontier.commit([Addition(_NOWHERE, 3, one.key) for one in part], ())
        await frontier.store.command("UNLINK", queue)

    async def wait(part: list[Addition]) -> None:
        await frontier.commit([structs.replace(one, key="") for one in part], ())

    found = []
    for title, put in (("seen", see), ("queued", wait)):
        meter = Meter(server, urls)
        for part in _parts(links.additions(urls), urls, title):
            await put(part)
        found.append([meter.figures()])
    await frontier.close(clean=False)
    return found[0], found[1]


def _theirs(server: Valkey, urls: int) -> tuple[list[Figures], list[Figures]]:
    scheduler = peer.scheduler(server.url)
    server.keep_nothing()
    found = []
    puts: list[tuple[str, Callable[..., object]]] = [
        ("seen", scheduler.df.request_seen),
        ("queued", scheduler.queue.push),
    ]
    for title, put in puts:
        meter = Meter(server, urls)
        for part in _parts(links.additions(urls), urls, f"scrapy-redis, {title}"):
            for one in part:
                put(peer.request(one, scheduler.spider))
        found.append([meter.figures()])
    return found[0], found[1]


class Meter:
    """The server's memory and CPU, from now on."""

    def __init__(self, server: Valkey, urls: int) -> None:
        self._server, self._urls = server, urls
        self._memory, self._cpu = server.memory(), server.cpu()

    def figures(self) -> Figures:
        """What was added since, a URL."""
        cpu, now = self._server.cpu() - self._cpu, self._server.memory()
        used, resident = (after - before for after, before in zip(now, self._memory, strict=True))
        return {
            USED: used / self._urls,
            "resident bytes/URL": resident / self._urls,
            "server CPU us/URL": 1e6 * cpu / self._urls,
        }


def _parts(things: Iterable[T], count: int, title: str) -> Iterator[list[T]]:
    """Things in parts; every million is told."""
    flow, done = iter(things), 0
    while part := list(islice(flow, _PART)):
        yield part
        done += len(part)
        if done % 1_000_000 == 0:
            print(f"  {title}: {done:,} of {count:,}", file=sys.stderr)
