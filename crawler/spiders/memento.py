"""The same walk through web archives: each hop near the walk's anchor in time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import structs
from scrapy import Request
from scrapy.http import Response

from crawler.archives.cdx.server import CdxServer
from crawler.archives.cdx.versions import SAMPLES
from crawler.archives.cdx.versions import query as captures_of
from crawler.archives.sought import Sought
from crawler.config import Config
from crawler.errors import InvalidUri, UsageError
from crawler.frontier.item import Addition, Item
from crawler.frontier.priority import Kind, priority
from crawler.model import uri
from crawler.model.cdx import CdxCapture, CdxQuery
from crawler.model.story import StoryPage
from crawler.model.timestamp import from_digits, to_14_digits
from crawler.scheduler.verdict import MAX_REDIRECTS
from crawler.spiders import moments, sources
from crawler.spiders.archived import is_archived, known_as, sought_key
from crawler.spiders.arguments import example, word
from crawler.spiders.cdx_errands import CdxErrands
from crawler.spiders.story import StorySpider, captured_at
from crawler.spiders.walk import request_for


class MementoSpider(StorySpider):
    """Archive from web archives that speak Memento (RFC 7089), coherent in time."""

    name = "memento"
    arguments = StorySpider.arguments | {"target", "fallback", "versions"}
    archives_first = True
    asks_index = True

    def __init__(
        self,
        archive: str = "",
        at: str = "",
        window: str = moments.DEFAULT_WINDOW,
        target: str = "anchor",
        cdx: str = "",
        fallback: str = "none",
        versions: str = "",
        **rest: str,
    ) -> None:
        if not archive:
            raise UsageError("no archive given", example("memento"))
        if versions:
            rest.setdefault("hops", "0")  # the captures of one story, not those of what it leads to
        super().__init__(archive, at, window, cdx, **rest)
        self.told |= {"target": target, "fallback": fallback, "versions": versions}
        self.versions = word("versions", versions, ("", *SAMPLES))
        self.archive_asked = self.archives[0].host
        self.reach = moments.reach(window)
        self.at_parent = word("target", target, ("anchor", "parent")) == "parent"
        live = word("fallback", fallback, ("none", "live")) == "live"
        self.left = sources.itinerary(1, len(self.archives), live=live)
        self.cdx_server = CdxServer(self.archives[0].cdx)
        self.errands = CdxErrands(self)

    def prepare(self, config: Config) -> None:
        """A query needs a server that answers it."""
        super().prepare(config)
        asks = self.versions or any(seed.query for seed in self.seeds)
        if asks and not self.cdx_server.endpoint:
            raise UsageError(
                f"no CDX server of {self.archive_asked} is known", "name it with -a cdx=URL"
            )

    def seed_request(self, seed: str) -> Request:
        """A seed is sought at ``at``; without it, its latest memento sets the walk's anchor. Where its
        versions are asked for, each of its captures is.
        """
        if self.versions:
            return self.errands.seed(captures_of(seed, self.versions, self.at, self.reach))
        sought = Sought(seed, self.at or seed, self.at, source="memento", left=self.left)
        item = Item(uri=self._ask(sought), seed=seed, robots=False, data=sought.to_data())
        return request_for(Addition(item, priority(0, 1.0, Kind.SEED), known_as(sought)))

    def query_request(self, query: CdxQuery) -> Request:
        """A query is a seed that stands for all its lines."""
        return self.errands.seed(query)

    def found_by(self, line: CdxCapture) -> Addition | None:
        """A line of a CDX: that very capture, and a walk of its own unless ``at`` is the anchor.

        None where its URL is none to fetch.
        """
        moment, anchor = line.timestamp, self.at or line.timestamp
        try:
            sought = Sought(uri.normalise(line.uri_r), anchor, anchor, source="memento", left=self.left)
        except InvalidUri:
            return None
        sought = structs.replace(sought.named(line), aim=moment if self.at else "")
        item = Item(uri=self._ask(sought), robots=False, data=sought.to_data())
        return Addition(item, priority(0, 1.0, Kind.SEED), sought_key(moment, sought.uri_r))

    def request(self, item: Item) -> Request:
        """A page of a query, a memento, or what stands in for one."""
        return self.errands.request(item) if item.errand else super().request(item)

    async def parse(self, response: Response, **kwargs: Any) -> Iterable[Request | StoryPage]:
        """An archive's answer, or a page of the live web in its place: what that leads to is sought in
        archives again.
        """
        item: Item = response.meta["lease"].item
        if is_archived(item):
            return await self.answered(response)
        page = self.page_of(response)
        if page is None:
            return ()
        moment = captured_at(response)
        response.meta["moment"] = to_14_digits(moment)
        response.meta["anchor"] = Sought.of(item.data).anchor or response.meta["moment"]
        await self.recall(page)
        return self.walk(response, page, moment, from_digits(response.meta["anchor"]))

    def refresh(self, response: Response, item: Item, target: str) -> Iterator[Request]:
        """A page that sends its reader on, as a redirect would."""
        if item.redirects < MAX_REDIRECTS and (item.seed or self.leads_to(item, target)):
            yield self.child(response, target, Kind.REDIRECT)
