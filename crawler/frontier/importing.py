"""From a file onto a server. The whole file is read and judged before the server is touched.

While it is under way the frontier has the layout ``unfinished``, which nobody can join; its generation
is set last. What a broken import has left is deleted by the next one, or by ``drop``.

Where the server has another number of partitions than the one that was exported, nobody can say in which
a fingerprint belongs: then each has all of them, and all seeds.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from crawler.config import Config
from crawler.errors import ClewError, FrontierError, SettingError, StaleBoot
from crawler.frontier import generation
from crawler.frontier.attach import opened
from crawler.frontier.exporting import COUNTERS
from crawler.frontier.partition import Partition, number_of
from crawler.frontier.steering import clear
from crawler.frontier.transfer import (
    DeadLine,
    DueLine,
    Header,
    HostLine,
    Line,
    SeedLine,
    Seen,
    Waiting,
    header_of,
    read,
)
from crawler.model.collection import Collection
from crawler.store.keys import LAYOUT

_AT_ONCE = 200
_WHO = f"{socket.gethostname()}:{os.getpid()}"
"""Only one imports at a time."""
_encode = msgspec.msgpack.Encoder().encode
Row = tuple[Any, ...]
_ANEW = ("added", "done", "dead")
"""Counters that `crown.lua` adds to what the lines have come to."""


def check(path: Path) -> Header:
    """Read all of an export; its header. Raises as `crawler.frontier.transfer.read` does."""
    for _ in read(path):
        pass
    return header_of(path)


async def import_(
    config: Config, collection: Collection, path: Path, progress: Callable[[int], None], *, sure: bool
) -> Header:
    """Make the frontier of `path` the one of `collection`; `progress` is told how many lines are in.

    Raises `FrontierError` where the server has a frontier of that name already, or is importing one;
    `SettingError` where the collection began in another frontier, unless `sure`; and as `check` does.
    """
    header = check(path)
    known = generation.read(collection.frontier)
    if known not in ("", header.generation) and not sure:
        raise SettingError(
            f"{collection.name} began in another frontier than {path}",
            "with --yes it belongs to the imported one from then on",
        )
    async with opened(config, collection) as partitions:
        await _occupy(collection, partitions, header)
        try:
            await _restore(partitions, header, path, progress)
            generation.write(collection.frontier, header.generation)
            await _crown(partitions, header)
        except BaseException as error:
            with contextlib.suppress(ClewError):  # then the next import, or a drop, does it
                for partition in partitions:
                    await clear(partition)
            if isinstance(error, StaleBoot):
                raise FrontierError(
                    "the server was restarted meanwhile, and may have lost some of it", "import it again"
                ) from error
            raise
    return header


async def _occupy(collection: Collection, partitions: Sequence[Partition], header: Header) -> None:
    fields = [word for pair in header.fields.items() for word in pair]
    for partition in partitions:
        said = await partition.store.run("occupy", _WHO, *fields, "hold", header.hold)
        if said == b"taken":
            raise FrontierError(
                f"there is a frontier of {collection.name} on the server already",
                f"`scrapy frontier drop {collection.name} --yes` deletes it",
            )
        if said == b"busy":
            raise FrontierError(
                f"another import into {collection.name} is under way, or broke off just now",
                "wait 15 seconds and try again",
            )
        await clear(partition, kept=("workers",))


async def _restore(
    partitions: Sequence[Partition], header: Header, path: Path, progress: Callable[[int], None]
) -> None:
    rows: list[list[bytes]] = [[] for _ in partitions]
    for count, line in enumerate(read(path)):
        if isinstance(line, Header):
            continue
        packed = _row(line)
        for number in _places(line, header.partitions, len(partitions)):
            rows[number].append(packed)
            if len(rows[number]) == _AT_ONCE or isinstance(line, Seen):
                await _send(partitions[number], rows[number])
        progress(count)
    for partition, rest in zip(partitions, rows, strict=True):
        await _send(partition, rest)


async def _send(partition: Partition, rows: list[bytes]) -> None:
    """Put rows where they belong."""
    if rows:
        await _run(partition, "restore", _WHO, *rows)
        rows.clear()


def _places(line: Line, exported: int, partitions: int) -> Sequence[int]:
    """In which partitions a line belongs."""
    if isinstance(line, HostLine | Waiting | DeadLine | DueLine):
        return (number_of(line.clock, partitions),)
    return (line.partition,) if exported == partitions else range(partitions)


def _row(line: Line) -> bytes:
    """As ``restore.lua`` takes it."""
    match line:
        case HostLine():
            return _encode(("host", line.name, *(word for pair in line.fields.items() for word in pair)))
        case Waiting():
            tries = (line.attempts, line.expiries, line.held)
            head: Row = ("queue", line.host, line.priority, line.side, *tries)
        case DeadLine():
            head = ("dead", line.reason, line.host, line.priority, line.at)
        case DueLine():
            head = ("due", line.fingerprint, line.at, line.host, line.priority)
        case SeedLine():
            return _encode(("seed", line.uri, line.state, line.passed))
        case _:
            return _encode(("seen", *_prints(line.fingerprints)))
    return _encode(head) + line.item.encode()


def _prints(packed: bytes) -> Iterator[str]:
    return (str(int.from_bytes(packed[i : i + 8])) for i in range(0, len(packed), 8))


async def _crown(partitions: Sequence[Partition], header: Header) -> None:
    """Make it a frontier. The first partition counts the URLs that are in no line of the file."""
    listed = [
        int(await partition.store.command("HGET", partition.store.keys("crawl"), "dead") or 0)
        for partition in partitions
    ]
    done, dead = header.counters["done"], header.counters["dead"] - sum(listed)
    counters = {name: header.counters.get(name, 0) for name in COUNTERS}
    told = [word for name in counters if name not in _ANEW for word in (name, counters[name])]
    for partition in partitions[:0:-1]:  # whoever joins asks the first one first
        await _run(partition, "crown", header.generation, LAYOUT, 0, 0)
    await _run(partitions[0], "crown", header.generation, LAYOUT, done, dead, *told)


async def _run(partition: Partition, name: str, *words: str | bytes | int) -> None:
    """Run a script. Raises `StaleBoot` where the server was restarted since the import began."""
    await partition.store.run(name, partition.store.boot, *words)
