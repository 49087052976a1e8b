"""What index and logs know of the addresses in a graph: captures, redirects, failures.

Only the addresses that are asked for are kept in memory; index and logs are read as streams. Where a
redirect leads is read from its record, since no index tells it; so it holds for live captures,
mementos and files alike.
"""

from __future__ import annotations

from collections.abc import Collection as Sized
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from crawler.errors import MalformedRecord
from crawler.model import uri
from crawler.model.cdxj import CdxjLine
from crawler.model.collection import Collection
from crawler.model.log import Outcome
from crawler.model.message import Message
from crawler.model.story import PageSource
from crawler.model.timestamp import from_digits
from pipelines.graph.segment import PageLine
from pipelines.lines import read_index, read_logs
from pipelines.records import read_block_head

_MAX_REDIRECTS = 20
_SOURCES: Mapping[str, PageSource] = {Outcome.MEMENTO: "memento", Outcome.COPIED: "warc"}
_TELLING = frozenset(
    {
        Outcome.MISSING,
        Outcome.DEAD,
        Outcome.FAILED,
        Outcome.DROPPED,
        Outcome.REFUSED_ADDRESS,
        Outcome.REFUSED_ROBOTS,
        Outcome.REFUSED_URI,
    }
)


class Seen(NamedTuple):
    """A capture of an address: when, and who had it, where that is known."""

    moment: datetime
    archive: str = ""
    """As `StoryPage.archive`."""
    source: PageSource = "live"
    place: tuple[str, int] = ("", -1)
    """File and offset of its record, where the index tells of it."""


@dataclass(slots=True)
class Address:
    """What is known of one address: when it was captured, where it led, how it failed."""

    captured: tuple[Seen, ...] = ()
    """From the segments of pages, and from the index where it was no page that was read."""
    taken: dict[tuple[str, int], PageSource] = field(default_factory=dict)
    """File and offset of captures that the log tells the source of."""
    redirects: tuple[tuple[str, str, int], ...] = ()
    """URI, file and offset of captures that are redirects, the newest of each URI last."""
    refused: str = ""
    """The status of an answer that is neither 2xx nor a redirect."""
    outcome: Outcome | None = None
    """The last word of the log where there is no answer."""
    reason: str = ""
    told: str = ""


_UNKNOWN = Address()


class Known:
    """Addresses by `uri.document_key`, loaded for the keys that are wanted."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._wanted: set[str] = set()
        self._addresses: dict[str, Address] = {}
        """Of the wanted those of which something is known."""
        self._leads: dict[str, str] = {}

    def load(self, wanted: set[str]) -> None:
        """Read index and logs for the `wanted` keys and for those that their redirects lead to.

        The set is taken over and not copied, since it may hold a million.
        """
        fresh = self._wanted = wanted
        while fresh:
            self._read_index(fresh)
            fresh = set(self._follow(fresh)) - self._wanted
            self._wanted |= fresh
        self._read_logs()

    def note_page(self, page: PageLine) -> None:
        """A page that was read at its moment, exactly; its index line may be still to come.

        Where the archive had it under another address than was asked for, that one leads to it.
        """
        key = uri.document_key(page.uri)
        asked = uri.document_key(page.asked) if page.asked else key
        if self._wanted.isdisjoint((key, asked)):
            return
        address = self._of(key)
        told = (page.moment.replace(microsecond=0), page.moment)
        others = tuple(one for one in address.captured if one.moment not in told)
        address.captured = (*others, Seen(page.moment, page.archive, page.source))
        if asked != key and not self._of(asked).captured:
            self._leads.setdefault(asked, key)

    def end_of(self, key: str) -> str:
        """The key that the redirects of `key` end at; `key` itself where it has a capture."""
        for _ in range(_MAX_REDIRECTS):
            if key not in self._leads or self._of(key).captured:
                break
            key = self._leads[key]
        return key

    def get(self, key: str) -> Address:
        """What is known of the address that `key` ends at."""
        return self._addresses.get(self.end_of(key), _UNKNOWN)

    def leads(self) -> Iterator[tuple[str, str]]:
        """Each redirect's own key, and the key that it ends at."""
        return ((key, self.end_of(key)) for key in self._leads)

    def spellings(self, key: str) -> Iterable[str]:
        """The URIs under which a redirecting address was captured."""
        return dict.fromkeys(source for source, _, _ in self._of(key).redirects)

    def _read_index(self, fresh: Sized[str]) -> None:
        for line in read_index(self._collection):
            key = uri.document_key(line.fields.get("url", ""))
            if key in fresh:
                _note_capture(self._of(key), line)

    def _follow(self, fresh: set[str]) -> Iterator[str]:
        for key in fresh & self._addresses.keys():
            newest = {one[0]: one for one in self._addresses[key].redirects}
            for source, filename, offset in newest.values():
                target = _location(self._collection.archive / filename, offset, source)
                if target and (led := uri.document_key(target)) != key:
                    self._leads[key] = led
                    yield led

    def _read_logs(self) -> None:
        for line in read_logs(self._collection):
            key = uri.document_key(str(line.get("url", "")))
            if key not in self._wanted:
                continue
            if source := _SOURCES.get(line.get("outcome", "")):
                place = str(line.get("warc", "")), int(line.get("offset", -1))
                self._of(key).taken[place] = source
            elif line.get("outcome") in _TELLING:
                address, told = self._of(key), str(line.get("ts", ""))
                if told >= address.told:
                    address.outcome = Outcome(str(line["outcome"]))
                    address.reason, address.told = str(line.get("reason", "")), told

    def _of(self, key: str) -> Address:
        return self._addresses.setdefault(key, Address())


def _note_capture(address: Address, line: CdxjLine) -> None:
    status = line.fields.get("status", "-")
    if status.startswith("3") and status != "304":
        address.redirects = (*address.redirects, (line.fields["url"], *_place(line)))
    elif status.startswith("2") or status == "304":
        seen = Seen(from_digits(line.timestamp[:14]), place=_place(line))
        address.captured = (*address.captured, seen)
    elif status[:1].isdigit():
        address.refused = status


def _place(line: CdxjLine) -> tuple[str, int]:
    return line.fields.get("filename", ""), int(line.fields.get("offset", -1))


def _location(path: Path, offset: int, source: str) -> str | None:
    try:
        head = Message.parse(read_block_head(path, offset))
    except (OSError, MalformedRecord):
        return None
    location = head.get(b"location")
    return uri.join(source, location.decode("latin-1")) if location else None
