"""The captures of one story, read back from a collection: what each shows and where it came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from crawler.config import Config
from crawler.download.reading import readable
from crawler.errors import ClewError, MalformedRecord, SettingError
from crawler.links.page import read_page
from crawler.model import uri
from crawler.model.capture import Capture
from crawler.model.collection import Collection
from crawler.model.digest import raw
from crawler.model.holdings import Place
from crawler.model.octets import SpoolLimits
from pipelines.holdings import FileHoldings
from pipelines.lines import read_json_lines
from pipelines.records import record_at

_OTHERS = 12
"""Other stories of the site that are looked at for what all of its pages say."""
_SEVERAL = 2
"""In so many of them a paragraph stands that is the site's and not the story's."""


@dataclass(frozen=True, slots=True)
class Version:
    """One capture. `status` is None and `unread` says why where it cannot be read.

    `paragraphs` is None where there is no page with running text, so that nothing can be compared.
    """

    uri: str
    moment: datetime
    status: int | None = None
    digest: str = ""
    source: str = ""
    """The URI-M or file that it was taken from; empty where it was fetched from its site."""
    title: str = ""
    paragraphs: tuple[str, ...] | None = None
    unread: str = ""


class StoryCaptures:
    """Every capture of the story at a URI-R, under all addresses that the graph knows for it."""

    def __init__(self, collection: Collection, config: Config, uri_r: str) -> None:
        """Raises `SettingError` where the collection has no capture of it."""
        self._collection = collection
        self._config = config
        self._limits = SpoolLimits(config.spool_size, collection.path)
        self._held = FileHoldings.of_collection(collection)
        self.story = _story_at(collection, uri_r)
        """The line of ``stories.jsonl``; empty where the address is none of a story's."""
        uris = dict.fromkeys([uri_r, *self.story.get("uris", ())])
        self._places = _each_once(place for one in uris for place in self._held.find(one, None))
        if not self._places:
            way_out = f"`scrapy collection list` shows collections; {collection.graph} has its stories"
            raise SettingError(f"{collection.name!r} has no capture of {uri_r}", way_out)
        self._common = self._of_the_site()

    def __iter__(self) -> Iterator[Version]:
        """Oldest first, one at a time."""
        return map(self._version, self._places)

    def close(self) -> None:
        """Close the index."""
        self._held.close()

    def _version(self, place: Place) -> Version:
        version = self._read(place)
        if version.paragraphs is None or not self._common:
            return version
        own = tuple(one for one in version.paragraphs if one not in self._common)
        return replace(version, paragraphs=own)

    def _read(self, place: Place) -> Version:
        try:
            capture = self._held.read(place, self._limits)
            source = self._source(place)
        except (MalformedRecord, OSError) as error:
            return Version(place.uri_r, place.moment, unread=str(error))
        title, paragraphs = _shown(capture, self._config.page_maxsize)
        about = (capture.uri, capture.started, capture.status, place.digest, source)
        return Version(*about, title, paragraphs)

    def _source(self, place: Place) -> str:
        with record_at(self._collection.archive / place.uri, place.offset) as record:
            return record.get_uri("WARC-Source-URI")

    def _of_the_site(self) -> frozenset[str]:
        """Paragraphs that several other stories of the site show too."""
        counts: Counter[str] = Counter()
        for other in islice(self._others(), _OTHERS):
            latest = self._held.find(other["uris"][0], None)[:1]
            for version in map(self._read, latest):
                counts.update(set(version.paragraphs or ()))
        return frozenset(text for text, count in counts.items() if count >= _SEVERAL)

    def _others(self) -> Iterator[Mapping[str, Any]]:
        for line in read_json_lines(self._collection.graph / "stories.jsonl"):
            if line.get("site") == self.story.get("site") and line.get("id") != self.story.get("id"):
                yield line


def _shown(capture: Capture, most: int) -> tuple[str, tuple[str, ...] | None]:
    """The title and the running text of a page; of anything else neither."""
    if capture.status != 200:
        return "", None
    read = readable(capture, most)
    kind = (read.headers.get("Content-Type") or b"").decode("latin-1")
    if kind and "html" not in kind.lower():
        return "", None
    page = read_page(read.body, capture.uri, kind)
    return page.title, page.paragraphs or None


def _story_at(collection: Collection, uri_r: str) -> Mapping[str, Any]:
    key = uri.document_key(uri_r)
    for line in read_json_lines(collection.graph / "stories.jsonl"):
        if any(uri.document_key(one) == key for one in line.get("uris", ())):
            return line
    return {}


def _each_once(places: Iterable[Place]) -> list[Place]:
    """Oldest first; two addresses of one key name the same captures."""
    once = {(place.uri, place.offset): place for place in places}
    return sorted(once.values(), key=lambda place: (place.moment, place.uri, place.offset))


def same_payload(one: str, other: str) -> bool:
    """Whether two labelled digests are known and name the same octets."""
    return raw(one) is not None and raw(one) == raw(other)


def normalised(text: str) -> str:
    """The URI-R that a user means. Raises `ClewError`."""
    try:
        return uri.normalise(text)
    except ClewError as error:
        raise SettingError(str(error), "write the story's address, http:// and all") from error
