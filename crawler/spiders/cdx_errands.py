"""What a walk through an archive does about ``seeds=cdx:...``: queries that are asked page after page.

An errand lies in the frontier as pages do, on the archive's ``@index`` clock. Each line of its answer
becomes an item, a walk of its own from the moment that the line names; the next page becomes an errand.
So a million lines are never in hand: `crawler.archives.cdx.errand` has the table. The query itself is
the seed: it is archived once a line came.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Protocol

from msgspec import structs
from scrapy import Request
from scrapy.http import Response

from crawler.archives.cdx.errand import Errand, Turn
from crawler.archives.cdx.reading import Page, read
from crawler.archives.cdx.server import CdxServer
from crawler.archives.memento import BUSY, REDIRECTS, Unavailable
from crawler.config import Config
from crawler.frontier.item import Addition, Item
from crawler.frontier.lease import Verdict
from crawler.frontier.priority import Kind, priority
from crawler.model import uri
from crawler.model.cdx import CdxCapture, CdxQuery
from crawler.model.timestamp import now, to_14_digits
from crawler.scheduler.task import LeaseTask
from crawler.scheduler.verdict import MAX_REDIRECTS
from crawler.spiders.walk import request_for

logger = logging.getLogger(__name__)


class Walk(Protocol):
    """What the errands ask of their walk."""

    config: Config
    cdx_server: CdxServer
    """Where queries go."""

    def found_by(self, line: CdxCapture) -> Addition | None:
        """The item that seeks the capture of a line; None where its URL is none to fetch."""

    def busy(self, response: Response, item: Item, answer: Unavailable) -> Iterator[Request]:
        """The archive's own failure."""


class CdxErrands:
    """The errands of one walk."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk

    def seed(self, query: CdxQuery) -> Request:
        """The first page of a query, which is a seed."""
        first = Errand.first(query, to_14_digits(now()), self.walk.config.cdx_page)
        return request_for(self._addition(first, str(query)))

    def request(self, item: Item) -> Request:
        """The request for a page; every answer comes to the callback."""
        return Request(
            item.uri,
            callback=self.answered,
            meta={"index": True, "conditional": False, "verbatim_url": True}
            | {"handle_httpstatus_all": True},
        )

    def answered(self, response: Response) -> Iterator[Request]:
        """Items for the lines of a page, and the errand of the next."""
        task: LeaseTask = response.meta["lease"]
        status = response.status
        if status in BUSY or status >= 500:
            yield from self.walk.busy(
                response, task.item, Unavailable(f"the CDX server answered {status}")
            )
        elif status in REDIRECTS and task.item.redirects < MAX_REDIRECTS:
            yield from self._moved(response, task)
        elif status in (200, 404):
            yield from self._page(response, task, read(response.body if status == 200 else b""))
        else:
            self._fails(task, f"the CDX server answered {status}: {_first_words(response)}")

    def _page(self, response: Response, task: LeaseTask, page: Page) -> Iterator[Request]:
        if page.bad and not page.lines:  # such as the start page of a website
            self._fails(task, f"the answer is no CDX: {_first_words(response)}")
            return
        errand = Errand.of(task.item.data)
        short = bool({"partial", "truncated"} & {*response.flags})
        turn = errand.turn(page, short=short)
        self._tell(errand, page, turn)
        lines = [found for line in turn.lines if (found := self.walk.found_by(line))]
        for addition in lines:
            yield request_for(addition, task)
        if turn.then is not None:
            waits = task.item.seed if not lines else ""
            task.redirected = bool(waits)
            yield request_for(self._addition(turn.then, waits, "R"), task)
        elif short:
            self._fails(task, turn.warning)
        elif not (lines or errand.taken):
            self._nothing(task)

    def _addition(self, errand: Errand, seed: str, path: str = "") -> Addition:
        """`seed`: what the errand stands for, until a line came; then nothing."""
        asked = self.walk.cdx_server.uri(errand.sought, errand.most, errand.resume)
        item = Item(uri=asked, path=path, seed=seed, robots=False, data=errand.to_data())
        return Addition(item, priority(0, 1.0, Kind.SEED), errand.key)

    def _moved(self, response: Response, task: LeaseTask) -> Iterator[Request]:
        target = uri.join(response.url, (response.headers.get("Location") or b"").decode("latin-1"))
        if target is None:
            self._fails(task, f"the CDX server answered {response.status} without a Location")
            return
        moved = structs.replace(task.item, uri=target, path="R", redirects=task.item.redirects + 1)
        task.redirected = bool(task.item.seed)
        yield request_for(Addition(moved, priority(0, 1.0, Kind.SEED), ""), task)

    def _tell(self, errand: Errand, page: Page, turn: Turn) -> None:
        if page.bad:
            logger.warning("%s: %d lines could not be read and are left out", errand.query, page.bad)
        if turn.warning and turn.lines:
            logger.warning("%s: %s", errand.query, turn.warning)

    def _nothing(self, task: LeaseTask) -> None:
        task.settle(Verdict.DONE, "no line of the CDX fits")
        task.status = None  # a seed is not archived because the server said 200 to it

    def _fails(self, task: LeaseTask, reason: str) -> None:
        logger.error("%s: %s", task.item.data["query"], reason)
        task.settle(Verdict.DEAD, reason)


def _first_words(response: Response) -> str:
    return " ".join(response.body[:300].decode("utf-8", "replace").split())[:100]
