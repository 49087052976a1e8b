"""From the server into a file. It reads in steps and keeps nothing in hand but the names of hosts.

What it reads must not change meanwhile: no worker may run, unless the crawl is paused and nothing is on
lease. Counters that move with every change of a queue are compared before and after, and the URLs that
were found are counted: so a file that is not of one moment never gets its name.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path

from crawler import __version__
from crawler.config import Config
from crawler.errors import FrontierError
from crawler.frontier import generation
from crawler.frontier.attach import attached
from crawler.frontier.counts import Counts
from crawler.frontier.partition import Partition
from crawler.frontier.reading import Reading
from crawler.frontier.segment_folder import SegmentFolder
from crawler.frontier.snapshot import Snapshot
from crawler.frontier.steering import at_work
from crawler.frontier.transfer import Header, Line, Waiting, Writer
from crawler.frontier.view import crawl_of, look
from crawler.model import timestamp
from crawler.model.collection import Collection
from crawler.store.keys import LAYOUT

COUNTERS = (
    *("added", "done", "dead", "retried", "back", "expired", "claimed", "dup"),
    *("pages", "bytes", "lost"),
)
_NOT_KEPT = (
    *COUNTERS,
    *("state", "boot", "clean", "hold", "settled", "layout"),
    *("buckets", "split", "seen", "hosts", "outside"),
)
"""Fields of ``crawl`` that are counted anew, or are of this server alone."""


async def export(
    config: Config, collection: Collection, path: Path, progress: Callable[[int], None]
) -> Header:
    """Write the frontier of a collection to `path`; `progress` is told how many lines there are.

    Raises `FrontierError` where it changes meanwhile, or a part of a queue is not to be had here,
    `OSError` where the file cannot be written, and what `attached` raises.
    """
    async with attached(config, collection) as partitions:
        before = _still(collection, await look(partitions))
        header = await _header(collection, partitions)
        with Writer(path) as writer:
            writer.write(header)
            found = 0
            async for line in _lines(partitions, SegmentFolder(collection.frontier)):
                writer.write(line)
                found += isinstance(line, Waiting)
                progress(writer.lines)
            after = (await look(partitions)).counts
            if after != before or found != before.queued + before.in_flight:
                raise FrontierError(
                    f"the frontier of {collection.name} changed while it was read",
                    "pause it, wait until nothing is on lease, and export again",
                )
            writer.finish()
        return header


def _still(collection: Collection, seen: Snapshot) -> Counts:
    """Its counters. Raises `FrontierError` unless nothing will change."""
    workers = [worker.name for worker in seen.workers if worker.alive]
    if workers and seen.state not in ("paused", "finished"):
        raise at_work(collection, workers)
    if workers and seen.counts.in_flight:
        raise FrontierError(
            f"{seen.counts.in_flight} URLs of {collection.name} are still on lease",
            "it is paused: do it again in a moment",
        )
    return seen.counts


async def _header(collection: Collection, partitions: Sequence[Partition]) -> Header:
    crawls = [await crawl_of(partition) for partition in partitions]
    names = sorted({name for crawl in crawls for name in crawl} - set(_NOT_KEPT))
    return Header(
        clew=__version__,
        layout=LAYOUT,
        collection=collection.name,
        generation=generation.read(collection.frontier),
        exported=timestamp.to_warc_date(timestamp.now()),
        partitions=len(partitions),
        hold=max(_number(crawl, "hold") for crawl in crawls),
        counters={name: sum(_number(crawl, name) for crawl in crawls) for name in COUNTERS},
        fields={name: max(_number(crawl, name) for crawl in crawls) for name in names},
    )


def _number(crawl: Mapping[str, bytes], name: str) -> int:
    return int(float(crawl.get(name, 0)))


async def _lines(partitions: Sequence[Partition], folder: SegmentFolder) -> AsyncIterator[Line]:
    readings = [Reading(partition, number, folder) for number, partition in enumerate(partitions)]
    for part in _PARTS:
        for reading in readings:
            async for line in part(reading):
                yield line


_PARTS: Sequence[Callable[[Reading], AsyncIterator[Line]]] = (
    *(Reading.hosts, Reading.waiting, Reading.leased, Reading.dead),
    *(Reading.seeds, Reading.due, Reading.seen),
)
