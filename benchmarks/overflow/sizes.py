"""What a server and a folder hold."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec

from crawler.frontier.partition import Partition

_FAMILIES = ("seen", "queue", "host", "loose")
_AT_ONCE = 1000


class Sizes(msgspec.Struct, frozen=True):
    """Octets, but for `files`."""

    used: int
    """``used_memory`` of the server."""
    resident: int
    files: int
    segments: int
    """Of all segments' files."""
    log: int
    """Of the server's append-only file."""


async def measure(partition: Partition, frontier: Path) -> Sizes:
    """The sizes of the server whose files lie in the folder `frontier`, and of the segments there."""
    memory = await partition.store.command("INFO", "memory")
    files = [path.stat().st_size for path in (frontier / "overflow").glob("*.seg")]
    return Sizes(
        int(memory["used_memory"]),
        int(memory["used_memory_rss"]),
        len(files),
        sum(files),
        _log(frontier),
    )


async def by_family(partition: Partition) -> Counter[str]:
    """Octets of the server's memory by what they are for (``MEMORY USAGE`` of each key)."""
    store, cursor, octets = partition.store, b"0", Counter[str]()
    beginning = len(store.keys(""))
    while True:
        cursor, keys = await store.command("SCAN", cursor, "COUNT", _AT_ONCE)
        sizes = await store.commands(*(("MEMORY", "USAGE", key) for key in keys)) if keys else []
        for key, size in zip(keys, sizes, strict=True):
            family = key[beginning:].decode("utf-8", "replace").partition(":")[0]
            octets[family if family in _FAMILIES else "the rest"] += size or 0
        if int(cursor) == 0:
            return octets


def _log(frontier: Path) -> int:
    """Files of the append-only log may be replaced while they are counted."""
    total = 0
    for path in (frontier / "appendonlydir").glob("*"):
        if path.exists():
            total += path.stat().st_size
    return total
