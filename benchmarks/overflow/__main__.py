"""The command line of the benchmark of long queues."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from benchmarks.overflow import sizes, walk
from benchmarks.overflow.made import Web
from crawler.frontier.frontier import Frontier
from crawler.model.collection import Collection

_EMPTIED_HOSTS = 5
_HEAD = (
    f"{'URLs':>11} {'outside':>11} {'used MB':>8} {'RSS MB':>8} {'files':>7} {'disk MB':>8} "
    f"{'B/URL':>6} {'AOF MB':>7} {'us/URL':>7}"
)


def main() -> int:
    """Fill, measure ten times on the way, and empty a part."""
    given = _arguments().parse_args()
    with tempfile.TemporaryDirectory(prefix="clew-bench-", dir=given.folder) as name:
        asyncio.run(_run(Collection(Path(name), "long"), given))
    return 0


async def _run(collection: Collection, given: argparse.Namespace) -> None:
    web = Web(given.hosts)
    print(
        f"{given.urls:,} URLs, QUEUE_MOST={given.queue_most}, QUEUE_ROOM={given.queue_room}\n{_HEAD}",
        flush=True,
    )
    async with walk.worker(collection, given.queue_most, given.queue_room) as frontier:
        await _fill(frontier, web, collection, given.urls, given.steps)
        await _families(frontier, given.urls)
        await _empty(frontier, web, given.drain)


async def _fill(frontier: Frontier, web: Web, collection: Collection, urls: int, steps: int) -> None:
    additions = web.additions(urls)
    for _ in range(steps):
        spent = await walk.fill(frontier, additions, urls // steps)
        await walk.stored(frontier)
        print(await _row(frontier, collection, urls // steps, spent), flush=True)


async def _row(frontier: Frontier, collection: Collection, added: int, seconds: float) -> str:
    size = await sizes.measure(frontier.partitions[0], collection.frontier)
    counts = await frontier.counts()
    used, resident, disk, log = (n / 1e6 for n in (size.used, size.resident, size.segments, size.log))
    each, micro = size.segments / max(1, counts.outside), 1e6 * seconds / added
    return (
        f"{counts.queued:>11,} {counts.outside:>11,} {used:>8.1f} {resident:>8.1f} "
        f"{size.files:>7,} {disk:>8.1f} {each:>6.1f} {log:>7.0f} {micro:>7.1f}"
    )


async def _families(frontier: Frontier, urls: int) -> None:
    counts = await frontier.counts()
    print(f"Memory by key, {counts.hosts:,} hosts with URLs, {urls - counts.outside:,} URLs in Redis:")
    for family, octets in (await sizes.by_family(frontier.partitions[0])).most_common():
        print(f"  {family:<9} {octets / 1e6:>9.1f} MB {octets / urls:>7.1f} octets a URL", flush=True)


async def _empty(frontier: Frontier, web: Web, most: int) -> None:
    hosts, others = web.hosts[:_EMPTIED_HOSTS], web.hosts[_EMPTIED_HOSTS:]
    await walk.hold(frontier, others)
    taken, seconds, disorder = await walk.empty(frontier, web, hosts, most)
    each = 1e6 * seconds / max(1, taken)
    what = f"{taken:,} URLs of the {len(hosts)} largest hosts"
    print(f"Taken out: {what}, {each:.1f} us each, {disorder} out of their order")


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.overflow", description=__doc__)
    parser.add_argument("--urls", type=int, default=1_000_000, help="(%(default)s)")
    parser.add_argument("--hosts", type=int, default=24_000, help="(%(default)s)")
    parser.add_argument("--queue-most", type=int, default=10_000, help="(%(default)s; 0: no overflow)")
    parser.add_argument("--queue-room", type=int, default=2_000_000, help="(%(default)s; 0: no limit)")
    parser.add_argument(
        "--drain", type=int, default=100_000, help="URLs to take out again (%(default)s)"
    )
    parser.add_argument("--steps", type=int, default=10, help="measurements on the way (%(default)s)")
    parser.add_argument(
        "--folder", type=Path, help="for server and segments (the system's temporary one)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
