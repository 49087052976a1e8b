"""What the walks have in common: arguments, seeds, scope, and how a child is described.

A spider yields a `StoryPage` for each page and a `scrapy.Request` for each child. What a request
stands for is written in its meta: an `Addition` for the frontier and the task that found it.
"""

from __future__ import annotations

import asyncio
import logging
import re
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Self

from msgspec import structs
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.misc import load_object

from crawler.config import Config
from crawler.download import supplied
from crawler.errors import ClewError, SeedError, UsageError
from crawler.facts.address import day_of_address
from crawler.frontier import walk_file
from crawler.frontier.item import Addition, Item
from crawler.frontier.priority import Kind, priority
from crawler.frontier.quota import Quotas
from crawler.frontier.scope import Scope
from crawler.frontier.walk_file import Walk
from crawler.model import uri
from crawler.model.capture import CaptureSink
from crawler.model.cdx import CdxQuery
from crawler.model.collection import Collection
from crawler.model.log import LogLine, Outcome
from crawler.model.timestamp import now
from crawler.scheduler.rules import LiveRules
from crawler.seeds.reader import BadSeed, Seed, read_seeds
from crawler.spiders.arguments import example, flag, number, word
from crawler.store.sites import SiteMemory

logger = logging.getLogger(__name__)

_NOT_IN_NAME = re.compile(r"[^A-Za-z0-9_-]+")
_ARGUMENTS = "seeds, collection, hops, follow, scope, again"


class WalkSpider(Spider):
    """A walk over related-story links from its seeds. Arguments are those of ``docs/commands.md``."""

    arguments: frozenset[str] = frozenset(_ARGUMENTS.split(", ")) | {"_job"}

    config: Config
    collection: Collection
    scope: Scope
    quotas: Quotas
    host_rules: LiveRules
    bad_seeds: Mapping[str, str]
    memory: SiteMemory | None = None
    """What was learnt of sites, once the scheduler has joined the crawl."""

    def __init__(self, **arguments: str) -> None:
        unknown = sorted(set(arguments) - self.arguments)
        if unknown:
            known = ", ".join(sorted(self.arguments - {"_job"}))
            raise UsageError(f"unknown argument {unknown[0]!r}", f"{self.name} takes {known}")
        super().__init__()
        if not arguments.get("seeds"):
            raise UsageError("no seeds given", example(self.name))
        self.again = flag("again", arguments.get("again", "false"))
        self.follow = word("follow", arguments.get("follow", "related"), ("related", "all"))
        self._hops = number("hops", arguments["hops"]) if "hops" in arguments else None
        self.scope_rule = arguments.get("scope", "site")
        self.told = {name: uri.without_login(value) for name, value in arguments.items()}
        self._sites_noted: set[str] = set()
        self._seeds_argument = arguments["seeds"]
        self._collection_argument = arguments.get("collection", "")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Read settings and seeds. Raises `ClewError` with one clear line."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.prepare(Config.from_settings(crawler.settings))
        return spider

    def prepare(self, config: Config) -> None:
        """Everything that can be wrong about a crawl is found here, before a worker starts."""
        self.config = config
        supplied.check(config)
        self.seeds, self.bad_seeds = _read(self._seeds_argument)
        if not self.asks_index and any(seed.query for seed in self.seeds):
            raise UsageError("seeds=cdx:... is for walks through archives", example("memento"))
        uris = [seed.uri for seed in self.seeds]
        self.collection = Collection(config.collections_dir, self._name(uris))
        self.host_rules = LiveRules.of_crawl(config, self.collection)
        scope = Scope.for_seeds(self.scope_rule, uris, self._hops, config.depth_limit)
        self.scope = replace(scope, hosts=self.host_rules)
        self.quotas = self.scope.quotas.within(Quotas.of_config(config))

    def _name(self, uris: list[str]) -> str:
        if self._collection_argument:
            return self._collection_argument
        hosts = {uri.hostname(one) for one in uris}
        if len(hosts) != 1 or self._seeds_argument == "-":
            raise UsageError(
                "the seeds have several hosts, so the collection needs a name", "add -a collection=NAME"
            )
        return _NOT_IN_NAME.sub("-", hosts.pop()).strip("-")[:64] or "collection"

    @property
    def sink(self) -> CaptureSink:
        """The crawl's sink, for what has no exchange."""
        sink: CaptureSink = load_object(self.settings["CAPTURE_SINK"]).from_crawler(self.crawler)
        return sink

    async def start(self) -> AsyncIterator[Any]:
        """A request for each seed; whether it is due is the frontier's to say."""
        self._keep_walk()
        for remark in supplied.remarks(self.config):
            logger.warning(remark)
        for text, state in self.bad_seeds.items():  # here and not in `prepare`, which runs twice
            logger.error("seed %s", state)
            self.sink.log(LogLine(now(), text, Outcome.INVALID_SEED, reason=state))
        for count, seed in enumerate(self.seeds, 1):
            if seed.login:
                logger.warning(
                    "seed %s: the login in it is not sent - HEADERS_FILE has logins", seed.uri
                )
            yield self.query_request(seed.query) if seed.query else self.seed_request(seed.uri)
            if count % 100 == 0:
                await asyncio.sleep(0)  # else a long list would block the loop

    def _keep_walk(self) -> None:
        """Tell those who decide later (``frontier check``, ``rebuild``) what this walk was told."""
        try:
            walk_file.write(self.collection.frontier, self.as_told())
        except ClewError as error:  # the crawl itself meets a full disk in its own way
            logger.warning("%s", error)

    def as_told(self) -> Walk:
        """The arguments of this walk, worked out."""
        return Walk(
            spider=self.name,
            scope=self.scope.name,
            sites=tuple(sorted(self.scope.sites)),
            rules=self.scope.text,
            hops=self.scope.hops,
            follow=self.follow,
            arguments=self.told,
        )

    def seed_request(self, seed: str) -> Request:
        """The request that stands for a seed."""
        return request_for(Addition(Item(uri=seed, seed=seed), priority(0, 1.0, Kind.SEED), seed))

    asks_index = False
    """Whether a CDX query may be a seed."""

    def query_request(self, query: CdxQuery) -> Request:
        """The request that stands for a CDX query, where it may be a seed."""
        raise NotImplementedError

    # -- what the scheduler asks

    def cool_down(self, item: Item, failures: int) -> float:
        """No rest but what politeness asks for."""
        return 0.0

    def stretches(self, item: Item) -> bool:
        """Whether the host of an item rests the longer, the longer its answers take."""
        return True

    def refused(self, item: Item, failures: int) -> ClewError | None:
        """No rest but what politeness asks for, so nothing ends with it."""
        return None

    def placed(self, addition: Addition) -> Addition:
        """In the queue of the host that is asked, on its own clock."""
        return addition

    def budget(self, clock: str) -> tuple[int, int]:
        """Delay in ms and slots of a clock that no rule speaks of: the crawl's."""
        return (-1, -1)

    def also_rest(self, item: Item) -> Sequence[str]:
        """No clock but its own."""
        return ()

    def request(self, item: Item) -> Request:
        """The Scrapy request that fetches an item."""
        return Request(item.uri, callback=self.parse, meta={"verbatim_url": True})

    def redirected(self, item: Item, target: str) -> Request | None:
        """The request for a redirect's target; None where the redirect leaves the scope.

        A seed's own redirects are always followed, and its target's site is in scope from then on.
        """
        if not (item.seed or item.embedded or self.leads_to(item, target)):
            return None
        moved = self.moved(item, item.led_to(target, Kind.REDIRECT.hop, item.data), target)
        return request_for(Addition(moved, priority(moved.hops, 1.0, Kind.REDIRECT), self.key(moved)))

    def fallback(self, item: Item, reason: str) -> Request | None:
        """The request for what is gone, somewhere else; None where there is nowhere else."""
        return None

    def leads_to(self, item: Item, target: str) -> bool:
        """Whether the scope lets a redirect of `item` be followed: it is no hop."""
        day = day_of_address(target)
        return self.scope.decide(target, item.hops, item.site, day).allowed

    def moved(self, item: Item, found: Item, target: str) -> Item:
        """`found`, which a redirect of `item` led to: it stands for the seed, if `item` did."""
        if not item.seed:
            return found
        site = self.scope.site(target)
        if site not in self.scope.sites and site not in self._sites_noted:
            self._sites_noted.add(site)
            with suppress(OSError):  # it is for `frontier check` only
                walk_file.note_site(self.collection.frontier, site)
        return structs.replace(found, seed=item.seed, site=site)

    def key(self, item: Item) -> str:
        """What an item is known by, so that nothing is fetched twice; "" is always fetched.

        A seed that is due again takes its redirects along.
        """
        return "" if item.seed else item.uri

    # -- what a callback uses

    def parse(self, response: Response, **kwargs: Any) -> Any:
        """Overridden by each walk."""
        raise NotImplementedError

    def child(
        self,
        response: Response,
        target: str,
        kind: Kind,
        score: float = 1.0,
        data: Mapping[str, str] | None = None,
        age: float | None = None,
    ) -> Request:
        """A request for something that `response` leads to, known to the frontier as its child.

        `score` is 0 to 1, `age` the story's in days: they decide its place in the queue.
        """
        parent = response.meta["lease"]
        found = parent.item.led_to(target, kind.hop, dict(data or {}))
        place = priority(found.hops, score, kind, age)
        return request_for(Addition(found, place, self.key(found)), parent)


def request_for(addition: Addition, parent: Any = None) -> Request:
    """The Scrapy request that stands for an addition; `parent` is the task that found it."""
    meta: dict[str, Any] = {"addition": addition, "verbatim_url": True}
    if parent is not None:
        meta["parent"] = parent
    return Request(addition.item.uri, meta=meta, dont_filter=True)


def _read(argument: str) -> tuple[list[Seed], dict[str, str]]:
    good: list[Seed] = []
    bad: dict[str, str] = {}
    for entry in read_seeds(argument, sys.stdin.buffer):
        if isinstance(entry, BadSeed):
            bad[entry.text] = f"invalid, line {entry.line}: {entry.reason}"
        else:
            good.append(entry)
    if not good:
        reason = next(iter(bad.values()), "the list is empty")
        shown = uri.without_login(argument)
        raise SeedError(f"no valid seed in {shown!r} ({reason})", "write one https:// URL a line")
    return good, bad
