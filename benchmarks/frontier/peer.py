"""scrapy-redis 0.9.1: its scheduler on a server, and requests as Scrapy's middlewares hand them over."""

from __future__ import annotations

from typing import Any

from scrapy import Request, Spider
from scrapy.settings import Settings
from scrapy.utils.misc import load_object

from crawler.frontier.item import Addition


class Walker(Spider):
    """The spider whose requests they are."""

    name = "walker"

    def parse(self, response: Any, **kwargs: Any) -> None:
        """The callback of every request."""


def scheduler(url: str) -> Any:
    """Its scheduler, with its default queue and filter. Raises ImportError where it is not installed."""
    settings = Settings({"REDIS_URL": url, "DUPEFILTER_CLASS": "scrapy_redis.dupefilter.RFPDupeFilter"})
    spider = Walker()
    spider.settings = settings
    made = load_object("scrapy_redis.scheduler.Scheduler").from_settings(settings)
    made.open(spider)
    return made


def request(addition: Addition, spider: Walker) -> Request:
    """What a spider yields for a link, with the depth and the Referer that Scrapy's middlewares add."""
    item = addition.item
    return Request(
        item.uri,
        callback=spider.parse,
        headers={"Referer": item.via},
        meta={"depth": item.hops},
        priority=-addition.priority,
    )
