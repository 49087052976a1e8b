"""The captures of requisites, found through the index and known by their heads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from crawler.errors import MalformedRecord, SettingError
from crawler.model import uri
from crawler.model.collection import Collection
from crawler.model.holdings import Place
from crawler.model.message import Message
from crawler.model.timestamp import from_http_date
from pipelines.holdings import FileHoldings
from pipelines.records import read_block_head

_MAX_REDIRECTS = 5
_RECENT = 20_000
"""Heads and addresses that are remembered: pages of a site share their requisites."""


@dataclass(frozen=True, slots=True)
class Held:
    """A requisite's capture: when, and the Last-Modified that came with it."""

    moment: datetime
    modified: datetime | None


@dataclass(frozen=True, slots=True)
class _Head:
    status: int
    modified: datetime | None
    location: str


class Requisites:
    """Captures nearest to a moment; a redirect counts as what it leads to, a 4xx or 5xx as nothing."""

    def __init__(self, collection: Collection) -> None:
        self._archive = collection.archive
        try:
            self._held: FileHoldings | None = FileHoldings.of_collection(collection)
        except SettingError:
            self._held = None  # nothing is archived
        self._places = lru_cache(_RECENT)(self._places_of)
        self._head = lru_cache(_RECENT)(self._head_at)

    def nearest(self, uri_r: str, moment: datetime) -> Held | None:
        """The capture nearest to `moment` with something to show, at one distance the older."""
        for _ in range(_MAX_REDIRECTS):
            found = next(self._answers(uri_r, moment), None)
            if found is None:
                return None
            place, head = found
            target = uri.join(uri_r, head.location) if head.location else None
            if target is None:
                return Held(place.moment, head.modified)
            uri_r = target
        return None

    def close(self) -> None:
        """Close the index."""
        if self._held is not None:
            self._held.close()

    def _answers(self, uri_r: str, moment: datetime) -> Iterator[tuple[Place, _Head]]:
        for place in sorted(self._places(uri_r), key=lambda one: abs(one.moment - moment)):
            head = self._head(place.uri, place.offset)
            if head is not None and (head.status < 300 or head.location):
                yield place, head

    def _places_of(self, uri_r: str) -> list[Place]:
        """Oldest first."""
        return [] if self._held is None else self._held.find(uri_r, None)[::-1]

    def _head_at(self, filename: str, offset: int) -> _Head | None:
        try:
            head = Message.parse(read_block_head(self._archive / filename, offset))
        except (OSError, MalformedRecord):
            return None
        location = (head.get(b"location") or b"").decode("latin-1")
        status = 200 if head.status == 304 else head.status or 0
        redirects = 300 <= status < 400
        return _Head(status, _modified(head), location if redirects else "")


def _modified(head: Message) -> datetime | None:
    try:
        return from_http_date((head.get(b"last-modified") or b"").decode("latin-1"))
    except MalformedRecord:
        return None
