"""The order in which a story is looked for."""

from __future__ import annotations

from scrapy.settings import Settings

from crawler.archives.sought import Sought
from crawler.config import Config
from crawler.frontier.item import Item
from crawler.model.cdx import CdxQuery
from crawler.spiders import sources
from crawler.spiders.archived import is_sought
from crawler.spiders.memento import MementoSpider
from crawler.spiders.story import StorySpider


def chain(sought: Sought, archives: int) -> list[tuple[str, int]]:
    """Source and archive of each that comes after it."""
    found = []
    while (after := sources.after(sought, archives)) is not None:
        found.append((after.source, after.archive))
        sought = after
    return found


def test_archives_come_in_their_order_and_the_live_web_last() -> None:
    left = sources.itinerary(1, 3, live=True)
    sought = Sought("http://news.example/a", "20080404", source="memento", left=left)
    assert [source for source, _ in chain(sought, 3)] == ["memento", "memento", "live"]
    assert [number for _, number in chain(sought, 3)][:2] == [1, 2]


def test_a_live_page_falls_back_to_each_archive_and_then_to_nothing() -> None:
    sought = Sought("http://news.example/a", "a", left=sources.itinerary(0, 2))
    assert chain(sought, 2) == [("memento", 0), ("memento", 1)]
    assert chain(Sought("http://news.example/a", "a"), 2) == []


def test_an_archive_that_is_not_given_any_more_is_passed_over() -> None:
    left = sources.itinerary(1, 4, live=True)
    sought = Sought("http://news.example/a", "20080404", source="memento", left=left)
    assert [source for source, _ in chain(sought, 2)] == ["memento", "live"]


def test_what_an_index_said_of_one_archive_does_not_go_to_the_next() -> None:
    sought = Sought(
        "http://a.example/", "a", source="memento", left=("memento:1",), exact="2008", digest="x"
    )
    after = sources.after(sought, 2)
    assert after is not None
    assert (after.exact, after.digest, after.status) == ("", "", "")


def test_a_live_item_with_other_data_is_no_item_of_archives() -> None:
    item = Item(uri="http://news.example/a", data={"interval": "3600"})
    assert not is_sought(item)
    spider = StorySpider(seeds="http://news.example/", archive="http://archive.example/web/")
    assert spider.key(item) == item.uri
    assert spider.fallback(item, "404") is not None


def test_a_query_of_an_index_is_on_its_archives_budget() -> None:
    spider = MementoSpider(
        seeds="cdx:news.example/*", archive="http://archive.example/web/", collection="c"
    )
    spider.prepare(Config())
    spider.settings = Settings()  # type: ignore[assignment]
    addition = spider.query_request(CdxQuery.parse("cdx:news.example/*")).meta["addition"]
    placed = spider.placed(addition)
    assert (placed.clock, placed.terms) == ("archive.example@index", (2500, 1))
    assert spider.also_rest(placed.item) == ["archive.example@playback"]
    assert spider.cool_down(placed.item, 1) == 120
