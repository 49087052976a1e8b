"""The memento walk's own decisions: arguments, what is asked, identity, the rest after a 429."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import structs
from scrapy.http import Headers, HtmlResponse
from scrapy.settings import Settings

from crawler.archives import budget
from crawler.archives.memento import LATEST, Aim
from crawler.config import Config
from crawler.errors import UsageError
from crawler.frontier.item import Addition, Item
from crawler.frontier.lease import Verdict
from crawler.frontier.priority import Kind
from crawler.links.page import read_page
from crawler.model.story import StoryPage
from crawler.model.timestamp import from_digits
from crawler.spiders.memento import MementoSpider

ARCHIVE = "http://archive.example/web"
SEED = "http://news.example/story"
OTHER = "http://news.example/other"
PAGE = Path(__file__).parents[1] / "links/pages/bbc-2008/input.html"
NOON = datetime(2008, 4, 4, 12, tzinfo=UTC)
MOMENT = "20080404120000"


def spider(**arguments: str) -> MementoSpider:
    made = MementoSpider(**{"archive": ARCHIVE + "/", "seeds": SEED, "collection": "c"} | arguments)
    made.prepare(Config())
    return made


def addition(request: Any) -> Addition:
    found: Addition = request.meta["addition"]
    return found


def response(item: Item, **meta: Any) -> HtmlResponse:
    lease = SimpleNamespace(
        item=item, leased=SimpleNamespace(attempts=0, failures=0), status=429, told=None
    )
    lease.settle = lambda *verdict: setattr(lease, "told", verdict)
    made = HtmlResponse(item.uri, status=429, headers=Headers())
    made.request = SimpleNamespace(meta={"lease": lease, "moment": MOMENT, **meta})  # type: ignore[assignment]
    return made


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"archive": ""}, "no archive given"),
        ({"archive": "foo"}, "'foo' is no URL"),
        ({"archive": "ftp://archive.example/"}, "is no URL"),
        ({"at": "next year"}, "at='next year' is no moment"),
        ({"at": "201"}, "at='201' is no moment"),
        ({"window": "30 days"}, "window='30 days' is no span of time"),
        ({"window": ""}, "is no span of time"),
        ({"target": "both"}, "target='both' is not known"),
    ],
)
def test_wrong_words_are_one_clear_line(arguments: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        spider(**arguments)


@pytest.mark.parametrize(
    ("window", "days"), [("30d", 30), ("7", 7), ("48h", 2), ("1y", 365), ("2m", 60)]
)
def test_window(window: str, days: int) -> None:
    assert spider(window=window).reach.total_seconds() == days * 86400


def test_a_seed_is_sought_at_the_moment_given_else_latest() -> None:
    latest = addition(spider().seed_request(SEED)).item
    assert latest.uri == f"{ARCHIVE}/{LATEST}id_/{SEED}"
    assert (latest.seed, latest.robots, latest.host) == (SEED, False, "archive.example")
    timed = addition(spider(at="200804").seed_request(SEED)).item
    assert timed.uri == f"{ARCHIVE}/20080401000000id_/{SEED}"


def test_the_request_carries_the_aim() -> None:
    walk = spider(at="200804", window="1d")
    request = walk.request(addition(walk.seed_request(SEED)).item)
    assert request.meta["memento"] == Aim(SEED, datetime(2008, 4, 1, tzinfo=UTC), walk.reach)
    assert request.headers["Accept-Datetime"] == b"Tue, 01 Apr 2008 00:00:00 GMT"
    assert request.meta["handle_httpstatus_all"] is True


def test_children_are_sought_at_the_anchor_and_the_seed_not_twice() -> None:
    walk = spider()
    seed = addition(walk.seed_request(SEED))
    answer = response(seed.item, anchor="20080404135400")
    child = addition(walk.child(answer, OTHER, Kind.LINK))
    assert child.item.uri == f"{ARCHIVE}/20080404135400id_/{OTHER}"
    assert (child.item.via, child.item.path, child.item.robots) == (seed.item.uri, "L", False)
    back = addition(walk.child(response(child.item, anchor="20080404135400"), SEED, Kind.LINK))
    assert back.key == seed.key
    assert back.item.uri != seed.item.uri


def test_two_seeds_are_two_walks_unless_they_share_a_moment() -> None:
    apart, together = spider(), spider(at="2008")

    def keys(walk: MementoSpider) -> set[str]:
        items = [addition(walk.seed_request(seed)).item for seed in (SEED, OTHER)]
        target = "http://news.example/both"
        return {
            addition(walk.child(response(item, anchor="2008"), target, Kind.LINK)).key for item in items
        }

    assert len(keys(apart)) == 2
    assert len(keys(together)) == 1


@pytest.mark.parametrize(
    ("fields", "hold"), [({}, 60.0), ({"Retry-After": "7"}, 7.0), ({"Retry-After": "0"}, 60.0)]
)
async def test_a_busy_archive_rests_for_a_minute_unless_it_asks_otherwise(
    fields: dict[str, str], hold: float
) -> None:
    walk = spider()
    lines: list[Any] = []
    sink = SimpleNamespace(log=lines.append)
    walk.settings = {"CAPTURE_SINK": type("Sink", (), {"from_crawler": lambda _: sink})}  # type: ignore[assignment]
    walk.crawler = None  # type: ignore[assignment]
    answer = response(addition(walk.seed_request(SEED)).item)
    answer.headers.update(fields)
    assert list(await walk.parse(answer)) == []
    assert answer.meta["lease"].told == (Verdict.BACK, "the archive answered 429", hold)
    assert [line.url for line in lines] == [SEED]


def placed(walk: MementoSpider, request: Any, **settings: Any) -> Addition:
    walk.settings = Settings(settings)  # type: ignore[assignment]
    walk.settings.set("DOWNLOAD_DELAY", 3.0, priority="addon")
    return walk.placed(addition(request))


def test_what_is_sought_waits_with_its_own_host_on_a_clock_of_the_archive() -> None:
    walk = spider()
    found = placed(walk, walk.seed_request("http://news.example:81/story"))
    assert found.queue == "archive.example/playback/news.example:81"
    assert (found.clock, found.terms) == ("archive.example@playback", (125, 6))
    assert walk.also_rest(found.item) == ["archive.example@index"]


def test_a_delay_that_the_user_sets_stands_in_for_the_budgets() -> None:
    walk = spider()
    found = placed(walk, walk.seed_request(SEED), DOWNLOAD_DELAY=2)
    assert (found.clock, found.terms) == ("archive.example@playback", (-1, -1))
    assert walk.budget("archive.example@index") == (-1, -1)


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("https://archive.example/web/20080404135400id_/http://news.example/", "playback"),
        ("https://archive.example/web/http://news.example/", "index"),
        ("https://archive.example/web/timemap/link/http://news.example/", "index"),
        ("https://archive.example/cdx/search/cdx?url=news.example&from=20080404", "index"),
        ("http://127.0.0.1:8080/news/cdx?url=http://news.example/", "index"),
        ("http://127.0.0.1:8080/news/99991231235959id_/http://news.example/", "playback"),
    ],
)
def test_each_request_takes_from_one_of_two_budgets(asked: str, kind: str) -> None:
    assert budget.kind_of(asked) == kind
    seconds = {"playback": 0.125, "index": 2.5}
    assert budget.delay(budget.clock(asked)) == seconds[kind]
    (other,) = budget.other_clocks(asked)
    assert budget.delay(other) == seconds["index" if kind == "playback" else "playback"]
    assert budget.delay("@203.0.113.7") is None
    assert budget.delay("news.example") is None


@pytest.mark.parametrize("keep_links", ["related", "all"])
def test_what_is_told_of_a_memento_names_its_archive(keep_links: str) -> None:
    walk = spider(at="2008")
    walk.config = replace(walk.config, keep_links=keep_links)
    item = addition(walk.seed_request(SEED)).item
    found = response(
        structs.replace(item, uri="http://elsewhere.example/20080404id_/" + SEED),
        anchor="20080404000000",
    )
    page = read_page(PAGE.read_bytes(), "http://news.example/1/hi/world/europe/7330492.stm", "text/html")
    (story,) = (one for one in walk.walk(found, page, NOON, NOON) if isinstance(one, StoryPage))
    assert story.archive == "elsewhere.example"
    assert [edge.to_uri for edge in story.edges] == [link.uri for link in page.related()] != []
    assert {edge.archive for edge in story.edges} == {"archive.example"}
    others = {link.uri for link in page.links()} - {link.uri for link in page.related()}
    assert {edge.to_uri for edge in story.rejected} == (others if keep_links == "all" else set())
    assert others


@pytest.mark.parametrize(("target", "aimed"), [("anchor", "20080401000000"), ("parent", MOMENT)])
def test_a_child_is_aimed_at_the_anchor_or_at_its_parent_and_knows_how_far_it_is_from_both(
    target: str, aimed: str
) -> None:
    walk = spider(at="200804", target=target)
    seed = addition(walk.seed_request(SEED)).item
    child = addition(walk.child(response(seed, anchor="20080401000000"), OTHER, Kind.LINK)).item
    request = walk.request(child)
    assert child.uri == f"{ARCHIVE}/{aimed}id_/{OTHER}"
    assert request.meta["memento"].anchor == from_digits(aimed)
    assert request.meta["skew_from"] == (datetime(2008, 4, 1, tzinfo=UTC), NOON)
