"""``scrapy frontier rebuild``: a frontier that was lost with its server, made anew from the WARC files.

It is written as an export of a frontier and imported: so it is there as a whole, or not at all.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from crawler import __version__
from crawler.commands._common import print_json
from crawler.commands._walked_again import Found, WalkedAgain
from crawler.commands._watching import Watching
from crawler.config import Config
from crawler.errors import SettingError
from crawler.frontier import generation, importing, walk_file
from crawler.frontier.attach import opened
from crawler.frontier.exporting import COUNTERS
from crawler.frontier.item import Addition
from crawler.frontier.limits import limits
from crawler.frontier.quota import Quotas
from crawler.frontier.transfer import Header, SeedLine, Seen, Waiting, Writer
from crawler.frontier.walk_file import Walk
from crawler.model import timestamp
from crawler.model.collection import Collection
from crawler.store.keys import LAYOUT
from pipelines.files import merging
from pipelines.repair import repair_collection
from pipelines.report.crawl import count

_DRAFT = "rebuilt.jsonl.gz"
_BLOCK = 1000
_OCTETS = 8


def rebuild(collection: Collection, config: Config, as_json: bool) -> None:
    """Make the frontier of a collection anew, on the server of ``FRONTIER_URL``.

    Raises `SettingError` where there is nothing to rebuild, or such a walk cannot be; `FrontierError`
    where the server holds another frontier of that name, or is away.
    """
    walk = _walk_of(collection)
    asyncio.run(_refuse_what_is_there(collection, config))
    watching = Watching()
    with merging(collection):
        mended = list(repair_collection(collection, socket.gethostname(), watching))
    again = WalkedAgain(collection, config, walk, watching)
    found = again.read()
    found.unread += sum(len(each.holes) for each in mended)
    draft = collection.frontier / _DRAFT
    try:
        waiting = _write(draft, collection, config, found, again.waiting())
        watching.clear()
        asyncio.run(importing.import_(config, collection, draft, lambda _: None, sure=True))
    finally:
        draft.unlink(missing_ok=True)
    _tell(collection, found, waiting, as_json)


def _walk_of(collection: Collection) -> Walk:
    walk = walk_file.read(collection.frontier)
    if walk is None:
        raise SettingError(
            f"{collection.name} does not say what its walk was told: no frontier/{walk_file.NAME}",
            "crawl into a new collection, with DEDUP_CDXJ naming the index of this one",
        )
    return walk


async def _refuse_what_is_there(collection: Collection, config: Config) -> None:
    known = generation.read(collection.frontier)
    async with opened(config, collection) as partitions:
        store = partitions[0].store
        there = await store.command("GET", store.keys("generation"))
    if known and there == known.encode():
        raise SettingError(
            f"nothing to rebuild: the server holds the frontier of {collection.name}",
            f"`scrapy frontier status {collection.name}` shows it; `drop` deletes it",
        )


def _write(
    draft: Path, collection: Collection, config: Config, found: Found, additions: Iterator[Addition]
) -> int:
    """Write the export; how many URLs wait in it."""
    waiting = 0
    with Writer(draft) as writer:
        writer.write(_header(collection, config, found))
        for seed in found.seeds.values():
            writer.write(SeedLine(0, seed.uri, seed.state, round(1000 * seed.passed)))
        for addition in additions:
            writer.write(_waiting(addition))
            waiting += 1
        for block in _blocks(sorted(found.fetched)):
            writer.write(Seen(0, block))
        writer.finish()
    return waiting


def _header(collection: Collection, config: Config, found: Found) -> Header:
    """The clocks are lost too, so every host rests for a delay first."""
    now = round(1000 * time.time())
    return Header(
        clew=__version__,
        layout=LAYOUT,
        collection=collection.name,
        generation=generation.new(),
        exported=timestamp.to_warc_date(timestamp.now()),
        partitions=1,
        hold=now + round(1000 * config.download_delay),
        counters={**dict.fromkeys(COUNTERS, 0), "done": len(found.fetched), "pages": found.pages},
        fields={**limits(config, Quotas()), "lease": round(1000 * config.lease_time), "run": now},
    )


def _waiting(addition: Addition) -> Waiting:
    clock = addition.clock or addition.queue
    return Waiting(addition.queue, clock, addition.priority, 0, 0, addition.item)


def _blocks(fingerprints: list[int]) -> Iterator[bytes]:
    for start in range(0, len(fingerprints), _BLOCK):
        yield b"".join(one.to_bytes(_OCTETS) for one in fingerprints[start : start + _BLOCK])


def _tell(collection: Collection, found: Found, waiting: int, as_json: bool) -> None:
    open_files = sorted(path.name for path in collection.archive.glob("*.open"))
    if as_json:
        print_json(
            {
                "collection": collection.name,
                "captures": found.captures,
                "fetched": len(found.fetched),
                "pages_read": found.pages,
                "seeds": len(found.seeds),
                "waiting": waiting,
                "unread": found.unread,
                "open": open_files,
            }
        )
        return
    print(
        f"{collection.name}: {count(len(found.fetched), 'URL')} fetched and {waiting} waiting, "
        f"from {count(found.captures, 'capture')}; the same crawl command goes on"
    )
    if found.unread:
        print(f"{count(found.unread, 'part')} of the WARC files could not be read; it is fetched again")
    for name in open_files:
        print(f"{name} was left out: its worker is alive or belongs to another machine", file=sys.stderr)
