"""Requests that other components of Scrapy make, as the frontier takes them."""

from __future__ import annotations

from scrapy import Request

from crawler.frontier.item import Addition, Item
from crawler.model import uri
from crawler.scheduler.task import LeaseTask


def foreign_addition(request: Request, parent: LeaseTask | None) -> Addition:
    """A link of its parent, class 3."""
    item = parent.item if parent else None
    return Addition(
        Item(
            uri=uri.without_login(request.url),
            via=item.uri if item else "",
            path=(item.path if item else "") + "L",
            site=item.site if item else "",
        ),
        priority=3,
        key="" if request.dont_filter else uri.without_login(request.url),
    )
