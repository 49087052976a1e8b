"""The same walk through files: WARC, ARC and WACZ, with no network.

A frontier item is a URI-R. What it is about is in its data (`Sought`): the walk's anchor, which the
seed's latest capture sets where ``at`` does not, and the moment of the page that led to it. Within one
walk no URI-R is sought twice.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import structs
from scrapy import Request
from scrapy.http import Response
from scrapy.utils.misc import load_object

from crawler.archives.memento import REDIRECTS, Aim
from crawler.archives.sought import Sought
from crawler.config import Config, user_agent
from crawler.errors import UsageError
from crawler.frontier.item import Addition, Item
from crawler.frontier.priority import Kind, priority
from crawler.model import uri
from crawler.model.holdings import Holdings
from crawler.model.story import PageSource, StoryPage
from crawler.model.timestamp import to_14_digits
from crawler.scheduler.verdict import MAX_REDIRECTS
from crawler.spiders import moments
from crawler.spiders.archived import known_as, moment_of
from crawler.spiders.arguments import example, word
from crawler.spiders.story import StorySpider, captured_at
from crawler.spiders.walk import WalkSpider, request_for

logger = logging.getLogger(__name__)

SOURCES = "sources"
"""The folder of a collection that keeps the index of what was read."""
_CLOCK = "@files"
_AT_ONCE = 4
"""Captures of one host that are read at once: a disk has no need of manners."""


class WarcSpider(StorySpider):
    """Archive from WARC, ARC and WACZ files, coherent in time."""

    name = "warc"
    arguments = WalkSpider.arguments | {"source", "at", "window", "target"}
    archive_asked = "files"

    def __init__(
        self,
        source: str = "",
        at: str = "",
        window: str = moments.DEFAULT_WINDOW,
        target: str = "anchor",
        **rest: str,
    ) -> None:
        super().__init__(**rest)
        if not source:
            raise UsageError("no source given", example(self.name))
        self.told |= {"source": uri.without_login(source), "at": at, "window": window, "target": target}
        self.at = to_14_digits(moments.moment(at)) if at else ""
        self.reach = moments.reach(window)
        self.at_parent = word("target", target, ("anchor", "parent")) == "parent"
        self._source_argument = source

    def prepare(self, config: Config) -> None:
        """Open the files too; what has no index is read once. Raises `SettingError`."""
        super().prepare(config)
        opened = load_object(config.holdings).open
        folder = self.collection.path / SOURCES
        agent = user_agent(config)
        self.holdings: Holdings = opened(self._source_argument, folder, logger.warning, agent)

    def closed(self, reason: str) -> None:
        """Scrapy's hook at the end of a crawl."""
        self.holdings.close()

    # -- politeness: there is nobody to be polite to

    def placed(self, addition: Addition) -> Addition:
        """In a queue of its own host for files, so that a walk over many sites takes turns."""
        clock = uri.netloc(addition.item.uri) + _CLOCK
        host = queue_of(addition.item.uri)
        return structs.replace(addition, host=host, clock=clock, terms=self.budget(clock))

    def budget(self, clock: str) -> tuple[int, int]:
        """No delay."""
        return (0, _AT_ONCE) if clock.endswith(_CLOCK) else (-1, -1)

    # -- items

    def seed_request(self, seed: str) -> Request:
        """A seed is sought at ``at``; without it, its latest capture sets the walk's anchor."""
        sought = Sought(uri_r=seed, walk=self.at or seed, anchor=self.at, source="warc")
        item = Item(uri=seed, seed=seed, robots=False, data=sought.to_data())
        return request_for(Addition(item, priority(0, 1.0, Kind.SEED), known_as(sought)))

    def request(self, item: Item) -> Request:
        """The request for the capture nearest to what is aimed at."""
        sought = Sought.of(item.data)
        aim = Aim(sought.uri_r, moment_of(sought.aim or sought.anchor), self.reach)
        skew_from = (moment_of(sought.anchor), moment_of(sought.parent))
        meta = {"holding": aim, "skew_from": skew_from, "handle_httpstatus_all": True}
        return Request(item.uri, callback=self.parse, meta=meta | {"verbatim_url": True})

    def key(self, item: Item) -> str:
        """A URI-R once in each walk."""
        return "" if item.seed else known_as(Sought.of(item.data))

    def child(
        self,
        response: Response,
        target: str,
        kind: Kind,
        score: float = 1.0,
        data: Mapping[str, str] | None = None,
        age: float | None = None,
    ) -> Request:
        """What a capture leads to; a redirect's target is sought where the redirect was."""
        task = response.meta["lease"]
        parent: Item = task.item
        sought = structs.replace(self._sought_below(response, kind), uri_r=target)
        item = parent.led_to(target, kind.hop, sought.to_data())
        if kind is Kind.REDIRECT:
            item = self.moved(parent, item, target)
        return request_for(Addition(item, priority(item.hops, score, kind, age), self.key(item)), task)

    def _sought_below(self, response: Response, kind: Kind) -> Sought:
        sought = Sought.of(response.meta["lease"].item.data)
        moment = to_14_digits(captured_at(response))
        below = structs.replace(sought, anchor=sought.anchor or moment)
        if kind is Kind.REDIRECT:
            return below
        return structs.replace(below, parent=moment, aim=moment if self.at_parent else "")

    # -- answers

    def source_of(self, response: Response) -> PageSource:
        """Files."""
        return "warc"

    def archive_of(self, response: Response) -> str:
        """The name of the file that held the page."""
        return str(response.meta["held_in"])

    async def parse(self, response: Response, **kwargs: Any) -> Iterable[Request | StoryPage]:
        """Read a capture: a page, a redirect, or neither."""
        item: Item = response.meta["lease"].item
        location = (response.headers.get("Location") or b"").decode("latin-1")
        if response.status in REDIRECTS and location:
            target = uri.join(response.url, location)
            return self.refresh(response, item, target) if target else ()
        page = self.page_of(response) if 200 <= response.status < 300 else None
        if page is None:
            return ()
        await self.recall(page)
        anchor = moment_of(self._sought_below(response, Kind.REDIRECT).anchor)
        return self.walk(response, page, captured_at(response), anchor)

    def refresh(self, response: Response, item: Item, target: str) -> Iterator[Request]:
        """Follow a redirect, or a page that sends its reader on."""
        if item.redirects >= MAX_REDIRECTS:
            return
        if item.seed or item.embedded or self.leads_to(item, target):
            if response.status in REDIRECTS:
                response.meta["lease"].redirected = bool(item.seed)
            yield self.child(response, target, Kind.REDIRECT)


def queue_of(uri_r: str) -> str:
    """Where a URI-R waits to be taken from files."""
    return f"files/{uri.netloc(uri_r)}"
