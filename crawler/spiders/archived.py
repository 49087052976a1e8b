"""What walks do whose items may be sought in web archives: how one is asked, and what its answers mean.

A frontier item is a page of the live web, unless its data say what it is about (`Sought`): then its
address is a URI-M to ask for, or a URI-R where the live web stands in for an archive. Within one walk
through archives no URI-R is sought twice; where one source has nothing, the same is sought at the next
(`crawler.spiders.sources`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import structs
from scrapy import Request
from scrapy.http import Response
from scrapy.settings import SETTINGS_PRIORITIES

from crawler.archives import budget, manners, memento, timemap
from crawler.archives.archive import Archive
from crawler.archives.memento import Aim, Redirect, Unavailable
from crawler.archives.sought import Sought
from crawler.archives.urim import UriM
from crawler.errors import ClewError, RateLimited
from crawler.facts.address import day_of_address
from crawler.frontier import politeness
from crawler.frontier.item import Addition, Item
from crawler.frontier.lease import Verdict
from crawler.frontier.priority import Kind, priority
from crawler.model import uri
from crawler.model.log import LogLine, Outcome
from crawler.model.memento import Memento
from crawler.model.story import PageSource, StoryPage
from crawler.model.timestamp import from_digits, now, to_14_digits
from crawler.scheduler.task import LeaseTask
from crawler.scheduler.verdict import MAX_REDIRECTS, failures_before
from crawler.spiders import sources
from crawler.spiders.walk import WalkSpider, request_for


class ArchivedWalk(WalkSpider):
    """A walk that may ask web archives."""

    archives: tuple[Archive, ...] = ()
    archive_asked = ""
    """Who is asked for each page: ``host[:port]`` of an archive, ``files``; empty on the live web."""
    archives_first = False
    """Whether stories are sought in archives at all, and not only where the live web has none."""
    left: tuple[str, ...] = ()
    """The sources behind the first, for each story."""
    at = ""
    """The moment that is aimed at, 14 digits; empty where the walk finds its own."""
    reach = timedelta.max
    at_parent = False
    """Whether each hop aims at its parent's moment, not at the walk's anchor."""

    # -- politeness

    def cool_down(self, item: Item, failures: int) -> float:
        """A refused connection may be the archive's block."""
        return 0.0 if not is_archived(item) else manners.cool_down(failures, None)

    def placed(self, addition: Addition) -> Addition:
        """In the queue of the original host, on a clock of the archive."""
        item = addition.item
        if not is_archived(item):
            return super().placed(addition)
        clock = budget.clock(item.uri)
        host = budget.queue(item.uri, item.uri_r)
        return structs.replace(addition, host=host, clock=clock, terms=self.budget(clock))

    def budget(self, clock: str) -> tuple[int, int]:
        """The archive's budget stands in for ``DOWNLOAD_DELAY``, unless the user sets that."""
        delay = budget.delay(clock)
        set_by_user = (self.settings.getpriority("DOWNLOAD_DELAY") or 0) > SETTINGS_PRIORITIES["addon"]
        if delay is None or set_by_user:
            return (-1, -1)
        return (round(1000 * delay), budget.slots(clock))

    def stretches(self, item: Item) -> bool:
        """An archive's budget is all that it asks; its answers take long by nature."""
        return not is_archived(item) or self.budget(budget.clock(item.uri)) == (-1, -1)

    def also_rest(self, item: Item) -> Sequence[str]:
        """One cool-down for everything of an archive."""
        return () if not is_archived(item) else budget.other_clocks(item.uri)

    # -- items

    def request(self, item: Item) -> Request:
        """The request for the memento's raw bytes, or for what names it; every answer is called back."""
        if not is_archived(item):
            return super().request(item)
        sought = Sought.of(item.data)
        aim = self._aim(sought)
        skew_from = (moment_of(sought.anchor), moment_of(sought.parent))
        kind = {"index": True} if timemap.is_timemap(item.uri) else {"memento": aim}
        meta = {**kind, "skew_from": skew_from, "handle_httpstatus_all": True, "verbatim_url": True}
        return Request(item.uri, callback=self.parse, headers=dict(memento.aim_headers(aim)), meta=meta)

    def key(self, item: Item) -> str:
        """A URI-R once in each walk; a hop within the archive, or to the next source, once."""
        if item.seed or not is_sought(item):
            return super().key(item)
        sought = Sought.of(item.data)
        first = sought.archive == 0 and sought.left == self.left
        return known_as(sought) if first and item.uri == self._ask(sought) else item.uri

    def child(
        self,
        response: Response,
        target: str,
        kind: Kind,
        score: float = 1.0,
        data: Mapping[str, str] | None = None,
        age: float | None = None,
    ) -> Request:
        """What a memento leads to, sought near the walk's anchor, or near its parent by choice; what a
        redirect leads to is sought where the redirect was.
        """
        task = response.meta["lease"]
        parent: Item = task.item
        if not self.archives_first and (kind is Kind.LINK or not is_archived(parent)):
            return super().child(response, target, kind, score, data, age)
        sought = self._below(response, target, kind)
        item = structs.replace(
            parent.led_to(self._ask(sought), kind.hop, sought.to_data()), robots=False
        )
        if kind is Kind.REDIRECT:
            item = self.moved(parent, item, target)
        return request_for(Addition(item, priority(item.hops, score, kind, age), self.key(item)), task)

    def redirected(self, item: Item, target: str) -> Request | None:
        """Where a live page was moved to: the live web again."""
        if not is_sought(item):
            return super().redirected(item, target)
        if not (item.seed or item.embedded or self.leads_to(item, target)):
            return None
        sought = structs.replace(Sought.of(item.data), uri_r=target)
        moved = self.moved(item, item.led_to(target, Kind.REDIRECT.hop, sought.to_data()), target)
        return request_for(Addition(moved, priority(moved.hops, 1.0, Kind.REDIRECT), self.key(moved)))

    def fallback(self, item: Item, reason: str) -> Request | None:
        """A request for what the live web has not, at the next source; None where none is left."""
        if item.errand:
            return None
        before = Sought.of(item.data) if is_sought(item) else self._sought_live(item)
        sought = sources.after(before, len(self.archives))
        return None if sought is None else request_for(self.next_source(item, sought))

    def _sought_live(self, item: Item) -> Sought:
        """What a plain item is about: it aims at ``at``, else at the day that its address tells."""
        day = day_of_address(item.uri_r)
        anchor = self.at or (day.strftime("%Y%m%d") + "120000" if day else "")
        return Sought(item.uri_r, self.at or item.uri_r, anchor, left=self.left)

    def _below(self, response: Response, target: str, kind: Kind) -> Sought:
        """What is sought of `target`, which `response` leads to."""
        before = Sought.of(response.meta["lease"].item.data)
        anchor, moment = response.meta["anchor"], response.meta.get("moment", "")
        below = structs.replace(
            before.leads_to(target, anchor), source="memento", archive=0, left=self.left
        )
        if kind is Kind.REDIRECT:
            return below
        return structs.replace(below, parent=moment, aim=moment if self.at_parent else "")

    def _aim(self, sought: Sought) -> Aim:
        aimed = moment_of(sought.aim or sought.anchor)
        return Aim(sought.uri_r, aimed, self.reach, sought.expected)

    def _ask(self, sought: Sought) -> str:
        if sought.source == "live":
            return sought.uri_r
        return self.archives[sought.archive].aim_uri(self._aim(sought))

    def next_source(self, item: Item, sought: Sought) -> Addition:
        """The same story, `sought` somewhere else."""
        found = structs.replace(
            item,
            uri=self._ask(sought),
            via=item.uri,
            path=item.path + Kind.REDIRECT.hop,
            data=sought.to_data(),
            robots=sought.source == "live",
        )  # redirects count on: two that lead to each other behind a source that has neither must end
        return Addition(found, priority(found.hops, 1.0, Kind.LINK), self.key(found))

    # -- answers of archives

    def archive_of(self, response: Response) -> str:
        """``host[:port]`` of the memento's own address, also where an aggregator named it."""
        return uri.netloc(response.url) if is_archived(response.meta["lease"].item) else ""

    def source_of(self, response: Response) -> PageSource:
        """A web archive, or the live web."""
        return "memento" if is_archived(response.meta["lease"].item) else "live"

    async def answered(self, response: Response) -> Iterable[Request | StoryPage]:
        """Read the archive's answer: a memento, a hop to where it lies, or why there is none."""
        item: Item = response.meta["lease"].item
        answer = self._answer(response, self._aim(Sought.of(item.data)))
        if isinstance(answer, Memento):
            return await self._memento(response, item, answer)
        if isinstance(answer, Unavailable):
            return self.busy(response, item, answer)
        if not isinstance(answer, Redirect):
            return self._missing(response, item, answer.reason)
        if item.redirects < MAX_REDIRECTS:
            return (self._hop(response, item, answer),)
        return self._missing(response, item, f"more than {MAX_REDIRECTS} redirects")

    def _answer(self, response: Response, aim: Aim) -> memento.Answer:
        """What the archive said, of what it was asked for."""
        fields = [(name, value) for name in response.headers for value in response.headers.getlist(name)]
        if not timemap.is_timemap(response.url):
            return memento.interpret(response.url, response.status, fields, aim)
        whole = not {"truncated", "partial"} & set(response.flags)
        return timemap.interpret(response.url, response.status, fields, response.body, aim, whole=whole)

    async def _memento(
        self, response: Response, item: Item, found: Memento
    ) -> Iterable[Request | StoryPage]:
        response.meta["moment"] = to_14_digits(found.moment)
        response.meta["anchor"] = Sought.of(item.data).anchor or response.meta["moment"]
        location = (response.headers.get("Location") or b"").decode("latin-1")
        if response.status in memento.REDIRECTS and location:
            return self._moved(response, item, found, location)
        return await self.played(response, found)

    async def played(self, response: Response, found: Memento) -> Iterable[Request | StoryPage]:
        """What a memento leads to that is no redirect; each walk reads pages in its own way."""
        raise NotImplementedError

    def _moved(self, response: Response, item: Item, found: Memento, location: str) -> Iterator[Request]:
        """The original redirected: seek its target at the same anchor."""
        target = uri.join(response.url, location)
        unwrapped = UriM.parse(target) if target else None
        original = unwrapped.uri_r if unwrapped else uri.join(found.uri_r, location)
        if original is None or item.redirects >= MAX_REDIRECTS:
            return
        if item.seed or item.embedded or self.leads_to(item, original):
            response.meta["lease"].redirected = bool(item.seed)
            yield self.child(response, original, Kind.REDIRECT)

    def _hop(self, response: Response, item: Item, answer: Redirect) -> Request:
        """The archive's own redirect, to the address of the memento nearest to the anchor."""
        path, redirects = item.path + Kind.REDIRECT.hop, item.redirects + 1
        if answer.expected is not None:
            data = Sought.of(item.data).named(answer.expected).to_data()
            item = structs.replace(item, data=data)
        hop = structs.replace(item, uri=answer.uri_m, via=item.uri, path=path, redirects=redirects)
        task = response.meta["lease"]
        task.redirected = bool(item.seed)
        return request_for(Addition(hop, priority(hop.hops, 1.0, Kind.REDIRECT), self.key(hop)), task)

    def _missing(self, response: Response, item: Item, reason: str) -> Iterator[Request]:
        """No memento: a line in the log, which gives the graph its edge's status; the next source."""
        self._log(item, Outcome.MISSING, reason)
        task = response.meta["lease"]
        task.settle(Verdict.DONE, f"missing: {reason}")
        task.status = None  # a seed is not archived because the archive said 200 to something else
        yield from self._elsewhere(task)

    def _elsewhere(self, task: LeaseTask) -> Iterator[Request]:
        """The next source, if there is one."""
        if task.item.errand:
            return
        sought = sources.after(Sought.of(task.item.data), len(self.archives))
        if sought is not None:
            task.redirected = bool(task.item.seed)
            yield request_for(self.next_source(task.item, sought), task)

    def busy(self, response: Response, item: Item, answer: Unavailable) -> Iterator[Request]:
        """The archive's own failure: it rests for every worker, and is asked again, at last another."""
        task = response.meta["lease"]
        asked = politeness.retry_after(
            (response.headers.get("Retry-After") or b"").decode("latin-1"), now()
        )
        task.failed = True
        self._log(item, Outcome.FAILED, answer.reason)
        if response.status in manners.REFUSALS:
            failures = task.leased.failures
            task.settle(Verdict.BACK, answer.reason, manners.cool_down(failures, asked))
            task.fatal = self.refused(item, failures)
            return
        if asked is None:
            asked = politeness.backoff(failures_before(task.leased), refused=False)
        if task.leased.attempts >= self.config.retry_times:
            for request in self._elsewhere(task):
                task.settle(Verdict.DONE, f"falls back: {answer.reason}", asked)
                yield request
        task.settle(Verdict.RETRY, answer.reason, asked)

    def refused(self, item: Item, failures: int) -> ClewError | None:
        """An archive refused once more, after so many `failures` in a row: enough ends the crawl."""
        most = self.config.rate_limited_most
        if not most or failures + 1 < most:
            return None
        return RateLimited(
            f"the archive {uri.netloc(item.uri)} refused {failures + 1} times in a row",
            "wait some hours, then give the same command again: the crawl goes on where it stood",
        )

    def _log(self, item: Item, outcome: Outcome, reason: str) -> None:
        line = LogLine(now(), item.uri_r, outcome, None, item.via, item.hops, reason)
        self.sink.log(line)


def is_sought(item: Item) -> bool:
    """Whether an item is about what is sought in archives (`Sought`), wherever it asks now."""
    return "walk" in item.data


def is_archived(item: Item) -> bool:
    """Whether an item asks a web archive, for a memento or by its index."""
    return item.data.get("source") == "memento" or bool(item.errand)


def sought_key(walk: str, uri_r: str) -> str:
    """What a URI-R is known by within a walk: its moment in 14 digits, else its seed."""
    return f"memento:{walk}:{uri_r}"


def known_as(sought: Sought) -> str:
    """`sought_key` of what an item is about."""
    return sought_key(sought.walk, sought.uri_r)


def moment_of(digits: str) -> datetime | None:
    """The moment of 14 digits; None of none."""
    return from_digits(digits) if digits else None
