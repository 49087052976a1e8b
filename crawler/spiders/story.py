"""The walk on the live web: from a page along its related-story links to the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawler.archives.archive import Archive
from crawler.errors import UsageError
from crawler.facts.address import day_of_address
from crawler.facts.refresh import refresh_target
from crawler.frontier import recrawl
from crawler.frontier.item import Item
from crawler.frontier.priority import Kind
from crawler.frontier.site import registrable_domain
from crawler.links.page import EXTRACTOR, Link, Page, read_page
from crawler.model import uri
from crawler.model.capture import CaptureRef
from crawler.model.memento import Memento
from crawler.model.story import LinkClass, StoryEdge, StoryPage
from crawler.model.timestamp import from_digits, to_14_digits
from crawler.scheduler.verdict import MAX_REDIRECTS
from crawler.spiders import moments, sources
from crawler.spiders.archived import ArchivedWalk, is_archived
from crawler.spiders.walk import WalkSpider


class StorySpider(ArchivedWalk):
    """Archive from the live web, following related-story links (``follow=all``: every link in scope).

    What is gone there is sought in web archives, where the user names any.
    """

    name = "story"
    arguments = WalkSpider.arguments | {"archive", "at", "window", "cdx"}

    def __init__(
        self, archive: str = "", at: str = "", window: str = "", cdx: str = "", **rest: str
    ) -> None:
        super().__init__(**rest)
        if not archive:
            if given := next(filter(None, (at and "at", window and "window", cdx and "cdx")), ""):
                raise UsageError(f"{given} is about web archives", "add -a archive=URL")
            return
        self.told |= {"archive": uri.without_login(archive), "at": at, "window": window}
        self.told["cdx"] = uri.without_login(cdx)
        self.archives = Archive.parse_all(archive, cdx)
        self.left = sources.itinerary(0, len(self.archives))
        self.at = to_14_digits(moments.moment(at)) if at else ""
        self.reach = moments.reach(window) if window else timedelta.max

    async def parse(self, response: Response, **kwargs: Any) -> Iterable[Request | StoryPage]:
        """A page of the live web, judged by what its site's other pages showed too; or an archive's."""
        if is_archived(response.meta["lease"].item):
            return await self.answered(response)
        page = self.page_of(response)
        if page is None:
            return ()
        await self.recall(page)
        return self.found(response, page)

    async def played(self, response: Response, found: Memento) -> Iterable[Request | StoryPage]:
        """A page that an archive holds, as it was then."""
        page = self.page_of(response, found.uri_r) if 200 <= response.status < 300 else None
        if page is None:
            return ()
        await self.recall(page)
        anchor = from_digits(response.meta["anchor"]) if self.archives_first else None
        return self.walk(response, page, found.moment, anchor)

    def page_of(self, response: Response, uri_r: str = "") -> Page | None:
        """The page in a response, judged alone; None for a requisite and for what is no HTML.

        `uri_r` is its address where that is not the response's.
        """
        if response.meta["lease"].item.embedded or not is_html(response):
            return None
        return read_page(response.body, uri_r or response.url, content_type(response))

    async def recall(self, page: Page) -> None:
        """Let the memory of the page's site take it in and correct it; without one it stands alone."""
        if self.memory is None or page.empty:
            return
        known = await self.memory.take_in(registrable_domain(page.site), page.sighting)
        if known is not None:
            page.recall(known)

    def found(self, response: Response, page: Page) -> Iterator[Request | StoryPage]:
        """What a page of the live web leads to."""
        moment = captured_at(response)
        if self.config.story_interval and not response.meta["lease"].item.seed:
            self._come_again(response, page, moment.date())  # seeds have an interval of their own
        yield from self.walk(response, page, moment)

    def _come_again(self, response: Response, page: Page, today: date) -> None:
        """Say when a story is due again: by its age, then by whether the collection had this payload."""
        task, ref, config = response.meta["lease"], response.meta.get("capture"), self.config
        task.again = recrawl.again(
            task.item,
            self.key(task.item),
            None if not isinstance(ref, CaptureRef) else not ref.revisit,
            recrawl.age_in_days(today, page.facts.published, day_of_address(page.uri)),
            config.story_interval,
            config.story_interval_most,
        )

    def walk(
        self, response: Response, page: Page, moment: datetime, anchor: datetime | None = None
    ) -> Iterator[Request | StoryPage]:
        """A page's requisites first, then its story, then the links that lead on."""
        item: Item = response.meta["lease"].item
        requisites = tuple(page.requisites()) if self.config.requisites else ()
        for requisite in requisites:
            yield self.child(response, requisite, Kind.REQUISITE)
        if target := refresh_of(response, page):
            yield from self.refresh(response, item, target)
        related = page.related()
        edges = tuple(self.edge(page, link, item, moment, anchor) for link in related)
        rejected = tuple(
            self.edge(page, link, item, moment, anchor) for link in self._kept_besides(page, related)
        )
        told = story_page(page, moment, edges, self.archive_of(response))
        yield replace(
            told,
            rejected=rejected,
            source=self.source_of(response),
            asked=item.uri_r if item.uri_r not in (item.uri, page.uri) else "",
            requisites=requisites if anchor is not None else (),
        )
        if item.hops < self.scope.hops:
            others = filter(followable, page.links()) if self.follow == "all" else ()
            for link in (*related, *others):
                yield from self._follow(response, link, moment, anchor)

    def _kept_besides(self, page: Page, related: list[Link]) -> list[Link]:
        """The links that were judged not to be related, where the user wants them kept."""
        if self.config.keep_links != "all":
            return []
        chosen = {link.uri for link in related}
        return [link for link in page.links() if link.uri not in chosen]

    def edge(
        self, page: Page, link: Link, item: Item, moment: datetime, anchor: datetime | None
    ) -> StoryEdge:
        """A link of the page as an edge of the story graph."""
        return StoryEdge(
            from_uri=page.uri,
            from_datetime=moment,
            to_uri=link.uri,
            text=link.text,
            heading=link.heading,
            position=link.position,
            score=link.score,
            link_class=link.link_class,
            extractor=EXTRACTOR,
            source=self.name,
            reasons=link.reasons,
            in_scope=self.scope.allows(link.uri, item.site, link.day(moment.date())),
            anchor=anchor,
            archive=self.archive_asked,
        )

    def refresh(self, response: Response, item: Item, target: str) -> Iterator[Request]:
        """A page that sends its reader on, as a redirect would."""
        request = self.redirected(item, target)
        if request is not None and item.redirects < MAX_REDIRECTS:
            request.meta["parent"] = response.meta["lease"]
            yield request

    def _follow(
        self, response: Response, link: Link, moment: datetime, anchor: datetime | None
    ) -> Iterator[Request]:
        """A request for a link that the scope lets in; new stories first, by now or by the anchor."""
        item: Item = response.meta["lease"].item
        day = link.day(moment.date())
        if self.scope.decide(link.uri, item.hops + 1, item.site, day).allowed:
            age = None if day is None else ((anchor or moment).date() - day).days
            yield self.child(response, link.uri, Kind.LINK, link.score, age=age)


def followable(link: Link) -> bool:
    """Whether ``follow=all`` takes a link: all but those that only name the page itself."""
    return link.link_class not in (LinkClass.SELF, LinkClass.RELATED)


def is_html(response: Response) -> bool:
    """Whether a page may be read: HTML by its type, or by its first bytes where it has none."""
    kind = content_type(response).partition(";")[0].strip().lower()
    if kind:
        return kind in ("text/html", "application/xhtml+xml")
    return response.body[:512].lstrip().startswith(b"<")


def content_type(response: Response) -> str:
    """The Content-Type field as text, empty where there is none."""
    value = response.headers.get("Content-Type")
    return value.decode("latin-1") if value else ""


def refresh_of(response: Response, page: Page) -> str | None:
    """Where a page sends its reader on; the ``Refresh`` field goes before the page's own word."""
    field = response.headers.get("Refresh")
    told = refresh_target(field.decode("latin-1"), response.url) if field else None
    return told or page.refresh


def captured_at(response: Response) -> datetime:
    """The WARC-Date of the capture that brought the response."""
    ref = response.meta.get("capture")
    if isinstance(ref, CaptureRef) and ref.started is not None:
        return ref.started
    return datetime.now(UTC)


def story_page(
    page: Page, moment: datetime, edges: tuple[StoryEdge, ...], archive: str = ""
) -> StoryPage:
    """The item that tells the pipelines about a page."""
    return StoryPage(
        uri=page.uri,
        moment=moment,
        facts=page.facts,
        site=page.site,
        named=page.named,
        sketch=page.sketch,
        edges=edges,
        archive=archive,
    )
