"""The walk on the live web: from a page along its related-story links to the next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawler.frontier.item import Item
from crawler.frontier.priority import Kind
from crawler.links.page import EXTRACTOR, Link, Page, read_page
from crawler.links.refresh import refresh_target
from crawler.model.capture import CaptureRef
from crawler.model.story import LinkClass, StoryEdge, StoryPage
from crawler.scheduler.verdict import MAX_REDIRECTS
from crawler.spiders.walk import WalkSpider


class StorySpider(WalkSpider):
    """Archive from the live web, following related-story links (``follow=all``: every link in scope)."""

    name = "story"

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Request | StoryPage]:
        """A page of the live web."""
        item: Item = response.meta["lease"].item
        if not item.embedded and is_html(response):
            page = read_page(response.body, response.url, content_type(response))
            yield from self.walk(response, page, captured_at(response))

    def walk(
        self, response: Response, page: Page, moment: datetime, anchor: datetime | None = None
    ) -> Iterator[Request | StoryPage]:
        """A page's requisites first, then its story, then the links that lead on."""
        item: Item = response.meta["lease"].item
        if self.config.requisites:
            for requisite in page.requisites():
                yield self.child(response, requisite, Kind.REQUISITE)
        if target := refresh_of(response, page):
            yield from self.refresh(response, item, target)
        edges = self.edges(page, item, moment, anchor)
        yield story_page(page, moment, edges)
        if item.hops < self.hops:
            yield from self._follow(response, page, edges)

    def edges(
        self, page: Page, item: Item, moment: datetime, anchor: datetime | None
    ) -> tuple[StoryEdge, ...]:
        """The page's related links as edges of the story graph, in the order of the page."""
        return tuple(
            StoryEdge(
                from_uri=page.uri,
                from_datetime=moment,
                to_uri=link.uri,
                text=link.text,
                heading=link.heading,
                position=position,
                score=link.score,
                link_class=link.link_class,
                extractor=EXTRACTOR,
                source=self.name,
                reasons=link.reasons,
                in_scope=self.scope.allows(link.uri, item.site),
                anchor=anchor,
            )
            for position, link in enumerate(page.related())
        )

    def refresh(self, response: Response, item: Item, target: str) -> Iterator[Request]:
        """A page that sends its reader on, as a redirect would."""
        request = self.redirected(item, target)
        if request is not None and item.redirects < MAX_REDIRECTS:
            request.meta["parent"] = response.meta["lease"]
            yield request

    def _follow(self, response: Response, page: Page, edges: tuple[StoryEdge, ...]) -> Iterator[Request]:
        item: Item = response.meta["lease"].item
        for edge in edges:
            if edge.in_scope:
                yield self.child(response, edge.to_uri, Kind.LINK, edge.score)
        if self.follow == "all":
            for link in page.links():
                if followable(link) and self.scope.allows(link.uri, item.site):
                    yield self.child(response, link.uri, Kind.LINK, link.score)


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


def story_page(page: Page, moment: datetime, edges: tuple[StoryEdge, ...]) -> StoryPage:
    """The item that tells the pipelines about a page."""
    return StoryPage(
        uri=page.uri,
        moment=moment,
        title=page.title,
        published=page.published,
        site=page.site,
        lang=page.lang,
        uris=page.story_uris,
        edges=edges,
    )
