"""The same walk through a web archive: each hop near the walk's anchor in time.

A frontier item is a URI-M to ask for. What it is about is in its data: ``uri_r``; ``anchor`` in 14
digits, empty until a seed's latest memento has set it; and ``walk``, the moment or else the seed that
the anchor came from; ``parent``, the moment of the page that led there; and with ``target=parent``
``aim``, which is aimed at instead of the anchor. Within one walk no URI-R is sought twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import structs
from scrapy import Request
from scrapy.http import Response
from scrapy.settings import SETTINGS_PRIORITIES

from crawler.archives import budget, manners, memento, timemap
from crawler.archives.archive import Archive
from crawler.archives.memento import Aim, Redirect, Unavailable
from crawler.archives.sought import Sought
from crawler.archives.urim import UriM
from crawler.errors import ClewError, RateLimited, UsageError
from crawler.frontier import politeness
from crawler.frontier.item import Addition, Item
from crawler.frontier.lease import Verdict
from crawler.frontier.priority import Kind, priority
from crawler.links.page import read_page
from crawler.model import uri
from crawler.model.log import LogLine, Outcome
from crawler.model.memento import Memento
from crawler.model.story import StoryPage
from crawler.model.timestamp import from_digits, now, to_14_digits
from crawler.scheduler.verdict import MAX_REDIRECTS, failures_before
from crawler.spiders import moments
from crawler.spiders.arguments import example, word
from crawler.spiders.story import StorySpider, content_type, is_html
from crawler.spiders.walk import request_for


class MementoSpider(StorySpider):
    """Archive from a web archive that speaks Memento (RFC 7089), coherent in time."""

    name = "memento"
    page_source = "memento"
    arguments = StorySpider.arguments | {"archive", "at", "window", "target"}

    def __init__(
        self,
        archive: str = "",
        at: str = "",
        window: str = moments.DEFAULT_WINDOW,
        target: str = "anchor",
        **rest: str,
    ) -> None:
        super().__init__(**rest)
        self.told |= {"archive": uri.without_login(archive), "at": at, "window": window}
        self.told["target"] = target
        if not archive:
            raise UsageError("no archive given", example("memento"))
        self.archive = Archive.parse(archive)
        self.archive_asked = self.archive.host
        self.at = to_14_digits(moments.moment(at)) if at else ""
        self.reach = moments.reach(window)
        self.at_parent = word("target", target, ("anchor", "parent")) == "parent"

    # -- politeness

    def cool_down(self, failures: int) -> float:
        """A refused connection may be the archive's block."""
        return manners.cool_down(failures, None)

    def placed(self, addition: Addition) -> Addition:
        """In the queue of the original host, on a clock of the archive."""
        item = addition.item
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
        return self.budget(budget.clock(item.uri)) == (-1, -1)

    def also_rest(self, item: Item) -> Sequence[str]:
        """One cool-down for everything of an archive."""
        return budget.other_clocks(item.uri)

    # -- items

    def seed_request(self, seed: str) -> Request:
        """A seed is sought at ``at``; without it, its latest memento sets the walk's anchor."""
        data = {"uri_r": seed, "anchor": self.at, "walk": self.at or seed}
        item = Item(uri=self._ask(data), seed=seed, robots=False, data=data)
        return request_for(Addition(item, priority(0, 1.0, Kind.SEED), _key(data)))

    def request(self, item: Item) -> Request:
        """The request for the memento's raw bytes, or for what names it; every answer is called back."""
        aim = self._aim(item.data)
        kind = {"index": True} if timemap.is_timemap(item.uri) else {"memento": aim}
        return Request(
            item.uri,
            callback=self.parse,
            headers=dict(memento.aim_headers(aim)),
            meta={**kind, **_skew_from(item.data), "handle_httpstatus_all": True, "verbatim_url": True},
        )

    def key(self, item: Item) -> str:
        """A URI-R once in each walk; a hop within the archive, which only changes the URI-M, once."""
        if item.seed:
            return ""
        return _key(item.data) if item.uri == self._ask(item.data) else item.uri

    def child(
        self,
        response: Response,
        target: str,
        kind: Kind,
        score: float = 1.0,
        data: Mapping[str, str] | None = None,
        age: float | None = None,
    ) -> Request:
        """What a memento leads to; a redirect's target is sought where the redirect was."""
        task = response.meta["lease"]
        parent: Item = task.item
        sought = Sought.of(parent.data).leads_to(target, response.meta["anchor"])
        if kind is not Kind.REDIRECT:
            moment = response.meta["moment"]
            sought = structs.replace(sought, parent=moment, aim=moment if self.at_parent else "")
        asked = sought.to_data()
        item = parent.led_to(self._ask(asked), kind.hop, asked)
        if kind is Kind.REDIRECT:
            item = self.moved(parent, item, target)
        return request_for(Addition(item, priority(item.hops, score, kind, age), self.key(item)), task)

    def _aim(self, data: Mapping[str, str]) -> Aim:
        """Around the walk's anchor, or around the page before: the window moves with the latter."""
        sought = Sought.of(data)
        return Aim(sought.uri_r, _moment(sought.aim or sought.anchor), self.reach, sought.expected)

    def _ask(self, data: Mapping[str, str]) -> str:
        return self.archive.aim_uri(self._aim(data))

    def _answer(self, response: Response, item: Item) -> memento.Answer:
        """What the archive said, of what it was asked for."""
        fields = [(name, value) for name in response.headers for value in response.headers.getlist(name)]
        aim = self._aim(item.data)
        if not timemap.is_timemap(response.url):
            return memento.interpret(response.url, response.status, fields, aim)
        whole = not {"truncated", "partial"} & set(response.flags)
        return timemap.interpret(response.url, response.status, fields, response.body, aim, whole=whole)

    # -- answers

    def archive_of(self, response: Response) -> str:
        """``host[:port]`` of the memento's own address, also where an aggregator named it."""
        return uri.netloc(response.url)

    async def parse(self, response: Response, **kwargs: Any) -> Iterable[Request | StoryPage]:
        """Read the archive's answer: a memento, a hop to where it lies, or why there is none."""
        item: Item = response.meta["lease"].item
        answer = self._answer(response, item)
        if isinstance(answer, Memento):
            return await self._memento(response, item, answer)
        if isinstance(answer, Unavailable):
            self._busy(response, item, answer)
        elif not isinstance(answer, Redirect):
            self._missing(response, item, answer.reason)
        elif item.redirects < MAX_REDIRECTS:
            return (self._hop(response, item, answer),)
        else:
            self._missing(response, item, f"more than {MAX_REDIRECTS} redirects")
        return ()

    async def _memento(
        self, response: Response, item: Item, found: Memento
    ) -> Iterable[Request | StoryPage]:
        response.meta["anchor"] = item.data["anchor"] or to_14_digits(found.moment)
        response.meta["moment"] = to_14_digits(found.moment)
        location = (response.headers.get("Location") or b"").decode("latin-1")
        if response.status in memento.REDIRECTS and location:
            return self._moved(response, item, found, location)
        if not 200 <= response.status < 300 or not is_html(response) or item.embedded:
            return ()
        page = read_page(response.body, found.uri_r, content_type(response))
        await self.recall(page)
        return self.walk(response, page, found.moment, from_digits(response.meta["anchor"]))

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

    def _missing(self, response: Response, item: Item, reason: str) -> None:
        """No memento: a line in the log, from which the graph takes its edge's status."""
        self._log(item, Outcome.MISSING, reason)
        task = response.meta["lease"]
        task.settle(Verdict.DONE, f"missing: {reason}")
        task.status = None  # a seed is not archived because the archive said 200 to something else

    def _busy(self, response: Response, item: Item, answer: Unavailable) -> None:
        """The archive's own failure: it rests for every worker, and is asked again."""
        task = response.meta["lease"]
        asked = politeness.retry_after(
            (response.headers.get("Retry-After") or b"").decode("latin-1"), now()
        )
        task.failed = True
        self._log(item, Outcome.FAILED, answer.reason)
        if response.status in manners.REFUSALS:
            failures = task.leased.failures
            task.settle(Verdict.BACK, answer.reason, manners.cool_down(failures, asked))
            task.fatal = self.refused(failures)
            return
        if asked is None:
            asked = politeness.backoff(failures_before(task.leased), refused=False)
        task.settle(Verdict.RETRY, answer.reason, asked)

    def refused(self, failures: int) -> ClewError | None:
        """An archive refused once more, after so many `failures` in a row: enough ends the crawl."""
        most = self.config.rate_limited_most
        if not most or failures + 1 < most:
            return None
        return RateLimited(
            f"the archive {self.archive_asked} refused {failures + 1} times in a row",
            "wait some hours, then give the same command again: the crawl goes on where it stood",
        )

    def _log(self, item: Item, outcome: Outcome, reason: str) -> None:
        line = LogLine(now(), item.data["uri_r"], outcome, None, item.via, item.hops, reason)
        self.sink.log(line)

    def refresh(self, response: Response, item: Item, target: str) -> Iterator[Request]:
        """A page that sends its reader on, as a redirect would."""
        if item.redirects < MAX_REDIRECTS and (item.seed or self.leads_to(item, target)):
            yield self.child(response, target, Kind.REDIRECT)


def sought_key(walk: str, uri_r: str) -> str:
    """What a URI-R is known by within a walk: its moment in 14 digits, else its seed."""
    return f"memento:{walk}:{uri_r}"


def _skew_from(data: Mapping[str, str]) -> Mapping[str, object]:
    return {"skew_from": (_moment(data["anchor"]), _moment(data.get("parent", "")))}


def _moment(digits: str) -> datetime | None:
    return from_digits(digits) if digits else None


def _key(data: Mapping[str, str]) -> str:
    return sought_key(data["walk"], data["uri_r"])
