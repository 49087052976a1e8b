"""What the frontier knows of one URL and its host, asked without joining the crawl."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.config import Config
from crawler.errors import UnknownCollection
from crawler.frontier.attach import attached
from crawler.frontier.fingerprint import fingerprint
from crawler.frontier.partition import Partition
from crawler.model import uri
from crawler.model.collection import Collection


@dataclass(frozen=True, slots=True)
class Sought:
    """A URL as the frontier has it."""

    target: str
    """Normalised."""
    key: str
    """What it is known by (`Addition.key`), empty where nobody can tell."""
    queue: str
    """The host in whose queue it waits."""


@dataclass(frozen=True, slots=True)
class Known:
    """What lies in Redis about a URL, its host and the crawl."""

    seen: bool | None
    """Whether it was added in any run, None where nobody can tell."""
    due: float | None
    """Seconds until it is fetched again, None where it is not."""
    seed: str
    """Its state as a seed: ``pending``, ``archived`` or why not; empty where it is none."""
    queued: int
    """URLs that wait at its host."""
    host_pages: int
    host_bytes: int
    pages: int
    """Of the crawl, as `bytes` are."""
    bytes: int
    robots: str | None
    """The robots.txt of its origin, None where nobody has asked for it of late."""


async def inquire(collection: Collection, config: Config, sought: Sought) -> Known | None:
    """What is known of a URL; None where the collection has no frontier yet.

    Raises as `attached` does.
    """
    try:
        async with attached(config, collection) as partitions:
            return await _ask(partitions, sought)
    except UnknownCollection:
        return None


async def _ask(partitions: Sequence[Partition], sought: Sought) -> Known:
    """One partition knows a host, and so its URLs; in the others its numbers are 0."""
    known_by = str(fingerprint(sought.key)) if sought.key else ""
    words = (known_by, sought.queue, sought.target)
    replies = [await partition.run("known", *words) for partition in partitions]
    store = partitions[0].store
    text = await store.command("HGET", store.keys.robots(uri.origin(sought.target)), "text")
    due = max(reply[1] for reply in replies)
    queued, host_pages, host_bytes, pages, bytes_ = (sum(r[n] for r in replies) for n in range(3, 8))
    return Known(
        seen=any(reply[0] for reply in replies) if known_by else None,
        due=None if due < 0 else due / 1000,
        seed=next((reply[2].decode() for reply in replies if reply[2]), ""),
        queued=queued,
        host_pages=host_pages,
        host_bytes=host_bytes,
        pages=pages,
        bytes=bytes_,
        robots=None if text is None else text.decode("utf-8", "replace"),
    )
