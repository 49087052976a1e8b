"""A walk that was lost with its server, found again in the WARC files: what it fetched and found.

The pages are read by the spider that read them first. Whatever it yields and no capture answers for was
still to be fetched, or had failed; it waits again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from scrapy import Request
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from crawler.config import Config
from crawler.download.reading import readable
from crawler.errors import MalformedRecord, SettingError
from crawler.frontier.fingerprint import fingerprint
from crawler.frontier.item import Addition, Item
from crawler.frontier.lease import ARCHIVED
from crawler.frontier.quota import Quotas
from crawler.frontier.scope import Scope
from crawler.frontier.walk_file import Walk, read_sites
from crawler.model import uri
from crawler.model.capture import CaptureRef
from crawler.model.collection import Collection
from crawler.model.octets import SpoolLimits
from crawler.scheduler.rules import LiveRules
from crawler.scheduler.verdict import MAX_REDIRECTS, REDIRECTS
from crawler.spiders.story import StorySpider
from pipelines.captured import Captured, captures, read_back
from pipelines.records import Hole, Progress

logger = logging.getLogger(__name__)

_NO_STORY = "P"
"""The hop letter of a robots.txt."""


@dataclass
class Seed:
    """A seed that was fetched at least once."""

    uri: str
    state: str = "pending"
    passed: float = 0.0
    """When it or a redirect of it was last fetched, in seconds since 1970."""


@dataclass
class Found:
    """What the WARC files say of a walk. Memory grows with captures: some hundred bytes each."""

    fetched: set[int] = field(default_factory=set)
    """Fingerprints of URLs with an answer that ended them."""
    seeds: dict[str, Seed] = field(default_factory=dict)
    originals: dict[str, tuple[Path, int]] = field(default_factory=dict)
    """Payload digest of a page -> where it is, for revisits."""
    redirected: dict[str, str] = field(default_factory=dict)
    """Target of a seed's redirect -> the URL that led there."""
    captures: int = 0
    pages: int = 0
    unread: int = 0
    """Parts of files, and pages, that could not be read."""

    def seed_of(self, target: str) -> str:
        """The seed whose redirects led to `target`, which may be it itself."""
        seen = {target}
        while (before := self.redirected.get(target)) and before not in seen:
            seen.add(before)
            target = before
        return target


class WalkedAgain:
    """Reads the captures of a collection twice: what there is, then what it led to."""

    def __init__(self, collection: Collection, config: Config, walk: Walk, watch: Progress) -> None:
        """Raises `SettingError` where such a walk cannot be found again."""
        self.collection = collection
        self.config = config
        self.watch = watch
        self.found = Found()
        self._spider = _spider(collection, config, walk)
        self._sites = sorted(read_sites(collection.frontier))
        self._limits = SpoolLimits(config.spool_size, collection.path)

    def read(self) -> Found:
        """What was fetched. Raises `OSError`."""
        for captured in self._captures():
            self.found.captures += 1
            if _is_page(captured) and not captured.revisit:
                self.found.originals.setdefault(captured.digest, (captured.warc, captured.offset))
            if captured.path.strip("R") == "":
                self._note_seed(captured)
            if self._ended(captured):
                self.found.fetched.add(fingerprint(captured.uri))
        return self.found

    def waiting(self) -> Iterator[Addition]:
        """What is still to be fetched, each once. Call it after `read`."""
        told = set(self.found.fetched)
        for captured in self._captures():
            if self._ended(captured):
                for addition in self._children(captured):
                    known_by = fingerprint(addition.key or addition.item.uri)
                    if known_by not in told:
                        told.add(known_by)
                        yield addition

    def _captures(self) -> Iterator[Captured]:
        for found in captures(self.collection, self.watch):
            if isinstance(found, Hole):
                logger.warning("%s", found)
                self.found.unread += 1
            elif not found.path.endswith(_NO_STORY) and _NO_STORY not in found.path:
                yield found

    def _ended(self, captured: Captured) -> bool:
        """Whether the answer ended its URL's fetching: it is whole, and none that is tried again."""
        if captured.truncated not in ("", "length"):
            return False
        return captured.message.status not in (None, *self.config.retry_http_codes)

    def _note_seed(self, captured: Captured) -> None:
        if captured.path:
            self.found.redirected.setdefault(captured.uri, captured.via)
        name = self.found.seed_of(captured.uri)
        seed = self.found.seeds.setdefault(name, Seed(name))
        seed.passed = max(seed.passed, captured.started.timestamp())
        status = captured.message.status or 0
        if 200 <= status < 300 or (captured.revisit and status == 304):
            seed.state = ARCHIVED
        elif seed.state != ARCHIVED and status not in REDIRECTS and self._ended(captured):
            seed.state = str(status)

    def _children(self, captured: Captured) -> Iterator[Addition]:
        item = self._item(captured)
        if captured.message.status in REDIRECTS:
            yield from self._redirected(captured, item)
        elif _is_page(captured) and not item.embedded:
            self.found.pages += 1
            yield from self._on_page(captured, item)

    def _item(self, captured: Captured) -> Item:
        path = captured.path
        site = self._spider.scope.site(captured.uri)
        return Item(
            uri=captured.uri,
            via=captured.via,
            path=path,
            redirects=len(path) - len(path.rstrip("R")),
            seed=self.found.seed_of(captured.uri) if not path.strip("R") else "",
            site=site if site in self._sites else next(iter(self._sites), ""),
        )

    def _redirected(self, captured: Captured, item: Item) -> Iterator[Addition]:
        location = (captured.message.get(b"Location") or b"").decode("latin-1")
        target = uri.join(captured.uri, location) if location else None
        request = self._spider.redirected(item, target) if target else None
        if request is not None and item.redirects < MAX_REDIRECTS:
            yield request.meta["addition"]

    def _on_page(self, captured: Captured, item: Item) -> Iterator[Addition]:
        try:
            response = self._response(captured, item)
            yielded = list(self._spider.parse(response))
        except (MalformedRecord, OSError, ValueError) as error:
            logger.warning("%s cannot be read again: %s", captured.uri, error)
            self.found.unread += 1
            return
        for one in yielded:
            if isinstance(one, Request):
                yield one.meta["addition"]

    def _response(self, captured: Captured, item: Item) -> Response:
        place = None
        if captured.revisit:
            place = self.found.originals.get(captured.digest)
            if place is None:
                raise MalformedRecord(f"its original is in no file of {self.collection.name}")
        page = readable(read_back(captured, place, self._limits), self.config.page_maxsize)
        ref = CaptureRef(0, captured.record_id, started=captured.started)
        meta: Mapping[str, Any] = {"lease": SimpleNamespace(item=item), "capture": ref}
        request = Request(captured.uri, meta=dict(meta))
        kind = responsetypes.from_args(headers=page.headers, url=captured.uri, body=page.body)
        return kind(captured.uri, 200, page.headers, page.body, list(page.flags), request)


def _is_page(captured: Captured) -> bool:
    status = captured.message.status or 0
    return 200 <= status < 300 or (captured.revisit and status == 304)


def _spider(collection: Collection, config: Config, walk: Walk) -> StorySpider:
    if walk.spider != StorySpider.name:
        raise SettingError(
            f"{collection.name} is a walk of {walk.spider!r}: only those of the live web can be rebuilt",
            "crawl into a new collection, with DEDUP_CDXJ naming the index of this one",
        )
    spider = StorySpider(seeds="-", follow=walk.follow)
    spider.config = config
    spider.collection = collection
    spider.scope = Scope.of_walk(walk)
    spider.quotas = Quotas()
    spider.host_rules = LiveRules.of_crawl(config, collection)
    return spider
