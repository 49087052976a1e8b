"""The same walk through a web archive: each hop near the walk's anchor in time.

A frontier item is a URI-M to ask for; what it is about, the URI-R and the anchor, is in its data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object

from crawler.archives import memento, wayback
from crawler.archives.memento import Aim, Missing, Redirect, Unavailable, Unplayable
from crawler.archives.urim import UriM
from crawler.errors import MalformedRecord, UsageError
from crawler.frontier.item import Addition, Item
from crawler.frontier.lease import Verdict
from crawler.frontier.priority import Kind, priority
from crawler.links.page import read_page
from crawler.model import uri
from crawler.model.capture import CaptureSink
from crawler.model.log import LogLine, Outcome
from crawler.model.memento import Memento
from crawler.model.story import StoryPage
from crawler.model.timestamp import from_digits, now, to_14_digits
from crawler.scheduler.gate import retry_after
from crawler.scheduler.verdict import MAX_REDIRECTS
from crawler.spiders.story import StorySpider, content_type, is_html
from crawler.spiders.walk import request_for

_DAYS = re.compile(r"(\d+)([dhmy]?)\Z")
_UNITS = {
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "m": timedelta(days=30),
    "y": timedelta(days=365),
}
DEFAULT_WINDOW = "30d"


class MementoSpider(StorySpider):
    """Archive from a web archive that speaks Memento (RFC 7089), coherent in time."""

    name = "memento"
    arguments = StorySpider.arguments | {"archive", "at", "window"}

    def __init__(
        self, archive: str = "", at: str = "", window: str = DEFAULT_WINDOW, **rest: str
    ) -> None:
        super().__init__(**rest)
        if urlsplit(archive).scheme not in ("http", "https"):
            raise UsageError(
                f"archive={archive!r} is no URL", "such as -a archive=https://web.archive.org/web/"
            )
        self.archive = archive
        self.at = _moment(at) if at else None
        self.reach = _reach(window)

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """The archive's budget stands in for ``DOWNLOAD_DELAY``, unless the user sets that."""
        super().update_settings(settings)
        if not settings.getpriority("DOWNLOAD_DELAY"):
            settings.set("DOWNLOAD_DELAY", wayback.PLAYBACK_DELAY, priority="spider")

    # -- items

    def seed_request(self, seed: str) -> Request:
        """A seed is sought at ``at``; without it, its latest memento sets the walk's anchor."""
        item = self._item(seed, to_14_digits(self.at) if self.at else "", Item(uri="", seed=seed))
        return request_for(Addition(item, priority(0, 1.0, Kind.SEED), f"memento:{seed}"))

    def request(self, item: Item) -> Request:
        """The request for the memento's raw bytes; every answer comes to the callback."""
        aim = self._aim(item)
        return Request(
            item.uri,
            callback=self.parse,
            headers=dict(memento.aim_headers(aim)),
            meta={"memento": aim, "handle_httpstatus_all": True, "verbatim_url": True},
        )

    def key(self, item: Item) -> str:
        """A story once at each anchor; a hop within the archive once."""
        if item.seed:
            return ""
        if item.data.get("hop"):
            return f"memento-hop:{item.uri}"
        return f"memento:{item.data['anchor']}:{item.data['uri_r']}"

    def child(
        self,
        response: Response,
        target: str,
        kind: Kind,
        score: float = 1.0,
        data: Mapping[str, str] | None = None,
    ) -> Request:
        """What a memento leads to, sought at the walk's anchor."""
        task = response.meta["lease"]
        parent: Item = task.item
        redirects = parent.redirects + 1 if kind is Kind.REDIRECT else 0
        seed = parent.seed if kind is Kind.REDIRECT else ""
        base = Item(
            uri="",
            via=parent.uri,
            path=parent.path + kind.hop,
            redirects=redirects,
            seed=seed,
            site=self.scope.site(target) if seed else parent.site,
        )
        item = self._item(target, response.meta["anchor"], base)
        return request_for(Addition(item, priority(item.hops, score, kind), self.key(item)), task)

    def _item(self, uri_r: str, anchor: str, base: Item) -> Item:
        aim = Aim(uri_r, from_digits(anchor) if anchor else None, self.reach)
        return Item(
            uri=uri.normalise(memento.aim_uri(self.archive, aim)),
            via=base.via,
            path=base.path,
            redirects=base.redirects,
            seed=base.seed,
            site=base.site,
            robots=False,
            data={"uri_r": uri_r, "anchor": anchor},
        )

    def _aim(self, item: Item) -> Aim:
        anchor = item.data["anchor"]
        return Aim(item.data["uri_r"], from_digits(anchor) if anchor else None, self.reach)

    # -- answers

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Request | StoryPage]:
        """Read the archive's answer: a memento, a hop to where it lies, or why there is none."""
        item: Item = response.meta["lease"].item
        fields = [(name, value) for name in response.headers for value in response.headers.getlist(name)]
        answer = memento.interpret(response.url, response.status, fields, self._aim(item))
        if isinstance(answer, Memento):
            yield from self._memento(response, item, answer)
        elif isinstance(answer, Redirect):
            yield from self._hop(response, item, answer)
        elif isinstance(answer, Unavailable):
            asked = retry_after((response.headers.get("Retry-After") or b"").decode("latin-1") or None)
            response.meta["lease"].settle(Verdict.RETRY, answer.reason, asked or wayback.COOL_DOWN)
        else:
            self._missing(response, item, answer)

    def _memento(self, response: Response, item: Item, found: Memento) -> Iterator[Request | StoryPage]:
        response.meta["anchor"] = item.data["anchor"] or to_14_digits(found.moment)
        location = (response.headers.get("Location") or b"").decode("latin-1")
        if response.status in memento.REDIRECTS and location:
            yield from self._moved(response, item, found, location)
        elif 200 <= response.status < 300 and is_html(response) and not self.embedded(item):
            page = read_page(response.body, found.uri_r, content_type(response))
            yield from self.walk(response, page, found.moment, from_digits(response.meta["anchor"]))

    def _moved(self, response: Response, item: Item, found: Memento, location: str) -> Iterator[Request]:
        """The original redirected: seek its target at the same anchor."""
        target = uri.join(response.url, location)
        unwrapped = UriM.parse(target) if target else None
        original = unwrapped.uri_r if unwrapped else uri.join(found.uri_r, location)
        if original is None or item.redirects >= MAX_REDIRECTS:
            return
        if item.seed or self.embedded(item) or self.scope.allows(original, item.site):
            response.meta["lease"].redirected = bool(item.seed)
            yield self.child(response, original, Kind.REDIRECT)

    def _hop(self, response: Response, item: Item, answer: Redirect) -> Iterator[Request]:
        """The archive's own redirect, to the address of the memento nearest to the anchor."""
        if item.redirects >= MAX_REDIRECTS:
            return
        hop = Item(
            uri=answer.uri_m,
            via=item.uri,
            path=item.path + Kind.REDIRECT.hop,
            redirects=item.redirects + 1,
            seed=item.seed,
            site=item.site,
            robots=False,
            data={**item.data, "hop": "1"},
        )
        task = response.meta["lease"]
        task.redirected = bool(item.seed)
        yield request_for(Addition(hop, priority(hop.hops, 1.0, Kind.REDIRECT), self.key(hop)), task)

    def _missing(self, response: Response, item: Item, answer: Missing | Unplayable) -> None:
        """No memento: a line in the log, from which the graph takes its edge's status."""
        line = LogLine(
            now(), item.data["uri_r"], Outcome.MISSING, None, item.via, item.hops, answer.reason
        )
        sink = load_object(self.settings["CAPTURE_SINK"]).from_crawler(self.crawler)
        cast(CaptureSink, sink).log(line)
        response.meta["lease"].settle(Verdict.DONE, f"missing: {answer.reason}")

    def refresh(self, response: Response, item: Item, target: str) -> Iterator[Request]:
        """A page that sends its reader on, as a redirect would."""
        if item.redirects < MAX_REDIRECTS and (item.seed or self.scope.allows(target, item.site)):
            yield self.child(response, target, Kind.REDIRECT)


def _moment(text: str) -> datetime:
    try:
        return from_digits(text)
    except MalformedRecord as error:
        raise UsageError(f"at={text!r} is no moment", "write -a at=YYYY[MM[DD[hhmmss]]]") from error


def _reach(text: str) -> timedelta:
    match = _DAYS.match(text)
    if not match or len(match[1]) > 6:
        raise UsageError(f"window={text!r} is no span of time", f"write -a window={DEFAULT_WINDOW}")
    return int(match[1]) * _UNITS[match[2] or "d"]
