"""A walk that was lost with its server, found again in the WARC files: what it fetched and found.

The pages are read by the spider that read them first. Whatever it yields and no capture answers for was
still to be fetched, or had failed; it waits again.
"""

from __future__ import annotations

import logging
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from msgspec import structs
from scrapy import Request
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from crawler.commands._ways import Ways
from crawler.config import Config
from crawler.download.reading import readable
from crawler.errors import MalformedRecord, SettingError
from crawler.frontier.fingerprint import fingerprint
from crawler.frontier.item import Addition, Item
from crawler.frontier.priority import Kind, priority
from crawler.frontier.quota import Quotas
from crawler.frontier.recrawl import Again
from crawler.frontier.scope import Scope
from crawler.frontier.walk_file import Walk, read_sites
from crawler.model import uri
from crawler.model.capture import CaptureRef
from crawler.model.collection import Collection
from crawler.model.octets import SpoolLimits
from crawler.scheduler.rules import LiveRules
from crawler.scheduler.verdict import MAX_REDIRECTS, OF_A_CONDITION, REDIRECTS
from crawler.spiders.story import StorySpider
from pipelines.captured import Captured, Unread, captures, read_back
from pipelines.records import Progress

logger = logging.getLogger(__name__)

_ROBOTS = "P"
"""The hop letter of a robots.txt."""


@dataclass(slots=True)
class Brought:
    """What a host brought, as quotas count."""

    pages: int = 0
    bytes: int = 0


@dataclass
class Found:
    """What the WARC files say of a walk. Memory grows with captures: some hundred bytes each."""

    ways: Ways
    fetched: set[int] = field(default_factory=set)
    """Fingerprints of URLs with an answer that ended them."""
    seen: set[int] = field(default_factory=set)
    """Those of URLs that wait too."""
    hosts: defaultdict[str, Brought] = field(default_factory=lambda: defaultdict(Brought))
    unfinished: set[str] = field(default_factory=set)
    """Seeds of which a redirect waits."""
    due: dict[int, tuple[float, Again]] = field(default_factory=dict)
    """Stories that come again: fingerprint -> when it was last captured, and what follows."""
    captures: int = 0
    unread: int = 0
    """Parts of files, and pages, that could not be read."""


class WalkedAgain:
    """Reads the captures of a collection twice: what there is, then what it led to."""

    def __init__(self, collection: Collection, config: Config, walk: Walk, watch: Progress) -> None:
        """Raises `SettingError` where such a walk cannot be found again."""
        self.collection = collection
        self.config = config
        self.watch = watch
        self._spider = _spider(collection, config, walk)
        self.found = Found(Ways(self._spider.scope, read_sites(collection.frontier)))
        self._limits = SpoolLimits(config.spool_size, collection.path)
        self._originals: dict[str, tuple[Path, int]] = {}
        """Payload digest of a page -> where it is, for revisits."""
        self._told: set[Unread] = set()
        self._stray: dict[str, Captured] = {}
        """Captures that no metadata record tells the way to: a page that names them does."""

    def read(self) -> Found:
        """What was fetched. Raises `OSError`."""
        for captured in self._captures():
            self._note(captured)
        self.found.seen |= self.found.fetched
        return self.found

    def waiting(self) -> Iterator[Addition]:
        """What is still to be fetched, each once. Call it after `read`."""
        for captured in self._captures():
            if captured.way_known and self._ended(captured):
                seeds = self.found.ways.seeds_behind(captured)
                for seed in seeds or [""]:
                    yield from self._below(captured, self._item(captured, seed))
        while self._stray:  # nobody knows how far they are: nothing is lost where they are near
            captured = self._stray.pop(next(iter(self._stray)))
            yield from self._below(captured, Item(captured.uri))

    def _captures(self) -> Iterator[Captured]:
        for found in captures(self.collection, self.watch):
            if not isinstance(found, Unread):
                if _ROBOTS not in found.path:
                    yield found
            elif found not in self._told:  # in the first reading
                logger.warning("%s", found)
                self._told.add(found)
                self.found.unread += 1

    def _note(self, captured: Captured) -> None:
        self.found.captures += 1
        is_page = _is_page(captured)
        if is_page and not captured.revisit:
            self._originals.setdefault(captured.digest, (captured.warc, captured.offset))
        host = self.found.hosts[uri.netloc(captured.uri)]
        host.bytes += captured.octets
        if self._ended(captured):
            host.pages += is_page and not Item("", path=captured.path).embedded
            self.found.fetched.add(fingerprint(captured.uri))
            if captured.way_known:
                self.found.ways.note(captured, is_page)
            else:
                self._stray[captured.uri] = captured

    def _ended(self, captured: Captured) -> bool:
        """Whether the answer ended its URL's fetching: it is whole, and none that is tried again."""
        if captured.truncated not in ("", "length"):
            return False
        status = captured.message.status
        if status in OF_A_CONDITION and not captured.revisit:
            return False
        return status not in (None, *self.config.retry_http_codes)

    def _item(self, captured: Captured, seed: str) -> Item:
        path = captured.path
        return Item(
            uri=captured.uri,
            via=captured.via,
            path=path,
            redirects=len(path) - len(path.rstrip("R")),
            seed=seed,
            site=self.found.ways.site_of(captured),
        )

    def _below(self, captured: Captured, item: Item) -> Iterator[Addition]:
        """What a capture led to and nobody has fetched or named yet; also by way of strays."""
        ahead = deque([(captured, item)])
        while ahead:
            captured, item = ahead.popleft()
            for addition in self._children(captured, item):
                stray = self._stray.pop(addition.item.uri, None)
                if stray is not None:
                    ahead.append((stray, addition.item))
                elif self._is_new(addition, captured):
                    yield addition

    def _is_new(self, addition: Addition, captured: Captured) -> bool:
        known_by = fingerprint(addition.item.uri)
        if addition.item.seed:  # of its redirects each is fetched for it
            fetched = self.found.ways.led(captured.uri, addition.item.uri)
            is_new = captured.started.timestamp() > fetched
            self.found.unfinished |= {addition.item.seed} if is_new else set()
        else:
            is_new = known_by not in self.found.seen
        self.found.seen.add(known_by)
        return is_new

    def _children(self, captured: Captured, item: Item) -> Iterator[Addition]:
        if captured.message.status in REDIRECTS:
            yield from self._redirected(captured, item)
        elif _is_page(captured) and not item.embedded:
            yield from self._on_page(captured, item)

    def _redirected(self, captured: Captured, item: Item) -> Iterator[Addition]:
        location = (captured.message.get(b"Location") or b"").decode("latin-1")
        target = uri.join(captured.uri, location) if location else None
        request = self._spider.redirected(item, target) if target else None
        if request is not None and item.redirects < MAX_REDIRECTS:
            yield request.meta["addition"]

    def _on_page(self, captured: Captured, item: Item) -> Iterator[Addition]:
        known_by, at = fingerprint(item.uri), captured.started.timestamp()
        last, before = self.found.due.get(known_by, (0.0, None))
        data = before.item.data if before else item.data  # has the interval that led to this capture
        task = SimpleNamespace(item=structs.replace(item, data=data), again=None)
        try:
            response = self._response(captured, task)
            page = self._spider.page_of(response)
            yielded = [] if page is None else list(self._spider.found(response, page))
        except (MalformedRecord, OSError, ValueError) as error:
            logger.warning("%s cannot be read again: %s", captured.uri, error)
            yield from self._unread(item)
            return
        if task.again is not None and at > last:
            self.found.due[known_by] = (at, task.again)
        for one in yielded:
            if isinstance(one, Request):
                yield one.meta["addition"]

    def _unread(self, item: Item) -> Iterator[Addition]:
        """A page that cannot be read is fetched again: what it leads to must not be lost."""
        known_by = fingerprint(item.uri)
        if known_by not in self.found.fetched:
            return
        self.found.unread += 1
        self.found.fetched.discard(known_by)
        if item.seed == item.uri:
            self.found.ways.forget(item.seed)  # the crawl command brings it
            return
        self.found.seen.discard(known_by)
        yield Addition(item, priority(item.hops, 1.0, Kind.LINK), item.uri)

    def _response(self, captured: Captured, task: SimpleNamespace) -> Response:
        place = None
        if captured.revisit:
            place = self._originals.get(captured.digest)
            if place is None:
                raise MalformedRecord(f"its original is in no file of {self.collection.name}")
        page = readable(read_back(captured, place, self._limits), self.config.page_maxsize)
        ref = CaptureRef(0, captured.record_id, started=captured.started, revisit=captured.revisit)
        meta: dict[str, Any] = {"lease": task, "capture": ref}
        request = Request(captured.uri, meta=meta)
        kind = responsetypes.from_args(headers=page.headers, url=captured.uri, body=page.body)
        return kind(captured.uri, 200, page.headers, page.body, list(page.flags), request)


def _is_page(captured: Captured) -> bool:
    status = captured.message.status or 0
    return 200 <= status < 300 or (captured.revisit and status == 304)


def _spider(collection: Collection, config: Config, walk: Walk) -> StorySpider:
    if walk.spider != StorySpider.name:
        raise SettingError(
            f"{collection.name} is a walk of {walk.spider!r}: only those of the live web can be "
            "rebuilt, none of `memento` or `warc`",
            "crawl into a new collection, with DEDUP_CDXJ naming the index of this one",
        )
    spider = StorySpider(seeds="-", follow=walk.follow)
    spider.config = config
    spider.collection = collection
    spider.scope = Scope.of_walk(walk)
    spider.quotas = Quotas()
    spider.host_rules = LiveRules.of_crawl(config, collection)
    return spider
