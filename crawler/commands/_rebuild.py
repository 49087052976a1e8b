"""``scrapy frontier rebuild``: a frontier that was lost with its server, made anew from the WARC files.

It is written as an export of a frontier and imported: so it is there as a whole, or not at all.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from crawler.commands._common import print_json
from crawler.commands._rebuilt import Rebuilt
from crawler.commands._walked_again import Found, WalkedAgain
from crawler.commands._watching import Watching
from crawler.config import Config
from crawler.errors import FrontierError, SettingError
from crawler.frontier import generation, importing, walk_file
from crawler.frontier.attach import opened
from crawler.frontier.transfer import Writer
from crawler.frontier.walk_file import Walk
from crawler.model.collection import Collection
from crawler.spiders.story import StorySpider
from pipelines.files import merging
from pipelines.repair import repair_collection
from pipelines.report.crawl import count

_DRAFT = "rebuilt.jsonl.gz"


def rebuild(collection: Collection, config: Config, as_json: bool, argument: Sequence[str] = ()) -> None:
    """Make the frontier of a collection anew, on the server of ``FRONTIER_URL``.

    `argument` are those of the walk, as ``-a`` has them, where the collection does not say them.
    Raises `SettingError` where there is nothing to rebuild, or such a walk cannot be; `FrontierError`
    where the server holds another frontier of that name, or is away.
    """
    walk = _walk_of(collection, config, argument)
    asyncio.run(_refuse_what_is_there(collection, config))
    watching = Watching()
    with merging(collection):
        mended = list(repair_collection(collection, socket.gethostname(), watching))
    again = WalkedAgain(collection, config, walk, watching)
    again.read().unread += sum(len(each.holes) for each in mended)
    rebuilt = Rebuilt(again)
    draft = collection.frontier / _DRAFT
    try:
        _write(draft, rebuilt)
        watching.clear()
        asyncio.run(importing.import_(config, collection, draft, lambda _: None, sure=True))
    finally:
        draft.unlink(missing_ok=True)
    _tell(collection, again.found, rebuilt.waiting, as_json)


def _walk_of(collection: Collection, config: Config, argument: Sequence[str]) -> Walk:
    if argument:
        named = dict(each.partition("=")[::2] for each in argument)
        spider = StorySpider(**{**named, "collection": collection.name})
        spider.prepare(config)
        return spider.as_told()
    walk = walk_file.read(collection.frontier)
    if walk is None:
        raise SettingError(
            f"{collection.name} does not say what its walk was told: no frontier/{walk_file.NAME}",
            "add the arguments of its crawl command: -a seeds=..., -a hops=... and so on",
        )
    return walk


async def _refuse_what_is_there(collection: Collection, config: Config) -> None:
    known = generation.read(collection.frontier).encode()
    async with opened(config, collection) as partitions:
        there = [await part.store.command("GET", part.store.keys("generation")) for part in partitions]
    held = {one for one in there if one}
    way_out = f"`scrapy frontier drop {collection.name} --yes` deletes it; then rebuild"
    if known in held:
        raise SettingError(
            f"nothing to rebuild: the server holds the frontier of {collection.name}", way_out
        )
    if held:
        raise FrontierError(f"the server holds another frontier of {collection.name}", way_out)


def _write(draft: Path, rebuilt: Rebuilt) -> None:
    with Writer(draft) as writer:
        writer.write(rebuilt.header())
        for line in rebuilt.lines():
            writer.write(line)
        writer.finish()


def _tell(collection: Collection, found: Found, waiting: int, as_json: bool) -> None:
    open_files = sorted(path.name for path in collection.archive.glob("*.open"))
    if as_json:
        print_json(
            {
                "collection": collection.name,
                "captures": found.captures,
                "fetched": len(found.fetched),
                "pages": sum(host.pages for host in found.hosts.values()),
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
        print(f"{count(found.unread, 'part')} could not be read; what was lost there is fetched again")
    for name in open_files:
        print(f"{name} was left out: its worker is alive or belongs to another machine", file=sys.stderr)
