"""robots.txt of an origin: asked by one worker, known to all, and not asked again and again in vain."""

import asyncio

import pytest

from crawler.frontier.robots import KEPT, KEPT_LEAST, kept_for
from crawler.frontier.robots_cache import CLOSED, Asked, Closed, Held, Known, Yours

ORIGIN = "https://a:444"


async def test_one_worker_asks_and_all_know(crawl):
    first, second = await crawl.open(), await crawl.open()
    assert await first.robots.ask(ORIGIN) == Yours(0)
    assert await second.robots.ask(ORIGIN) == Asked()
    await first.robots.put(ORIGIN, "User-agent: ü", 60)
    for worker in (first, second):
        known = await worker.robots.ask(ORIGIN)
        assert isinstance(known, Known)
        assert known.text == "User-agent: ü"
        assert 59 < known.seconds <= 60


async def test_an_empty_text_is_known_too(crawl):
    frontier = await crawl.open()
    await frontier.robots.ask(ORIGIN)
    await frontier.robots.put(ORIGIN, "", 60)
    assert isinstance(await frontier.robots.ask(ORIGIN), Known)


async def test_a_lock_can_be_given_up_by_its_owner_only(crawl):
    first, second = await crawl.open(), await crawl.open()
    await first.robots.ask(ORIGIN)
    await second.robots.unlock(ORIGIN)
    assert await second.robots.ask(ORIGIN) == Asked()
    await first.robots.unlock(ORIGIN)
    assert await second.robots.ask(ORIGIN) == Yours(0)


async def test_a_lock_dies_with_a_lease(crawl):
    frontier = await crawl.open(lease_time=7.0)
    await frontier.robots.ask(ORIGIN)
    left = await frontier.store.command("PTTL", frontier.store.keys.asking(ORIGIN))
    assert 0 < left <= 7000


async def test_a_failure_is_known_to_all_until_its_hold_is_over(crawl):
    first, second = await crawl.open(), await crawl.open()
    await first.robots.ask(ORIGIN)
    assert await first.robots.fail(ORIGIN, 0, "503", 0.3) == Held(0.3)
    for worker in (first, second):
        held = await worker.robots.ask(ORIGIN)
        assert isinstance(held, Held)
        assert 0 < held.seconds <= 0.3
    await asyncio.sleep(0.32)
    assert await second.robots.ask(ORIGIN) == Yours(1)
    assert await first.robots.ask(ORIGIN) == Asked()


async def test_after_the_last_try_an_origin_is_closed_for_a_while(crawl):
    first, second = await crawl.open(retry_times=2), await crawl.open(retry_times=2)
    for failures in range(2):
        assert await first.robots.ask(ORIGIN) == Yours(failures)
        await first.robots.fail(ORIGIN, failures, "503", 0.001)
        await asyncio.sleep(0.01)
    assert await second.robots.ask(ORIGIN) == Yours(2)
    assert await second.robots.fail(ORIGIN, 2, "no answer", 50.0) == Closed("no answer", CLOSED)
    for worker in (first, second):
        closed = await worker.robots.ask(ORIGIN)
        assert isinstance(closed, Closed)
        assert closed.reason == "no answer"
        assert CLOSED - 1 < closed.seconds <= CLOSED
    await first.store.command("DEL", first.store.keys.robots(ORIGIN))
    assert await first.robots.ask(ORIGIN) == Yours(0), "nobody waits for a hold that has no more use"


async def test_an_answer_after_a_failure_ends_the_count(crawl):
    frontier = await crawl.open(retry_times=1)
    await frontier.robots.ask(ORIGIN)
    await frontier.robots.fail(ORIGIN, 0, "503", 0.001)
    await asyncio.sleep(0.01)
    assert await frontier.robots.ask(ORIGIN) == Yours(1)
    await frontier.robots.put(ORIGIN, "x", 0.02)
    await asyncio.sleep(0.03)
    assert await frontier.robots.ask(ORIGIN) == Yours(0)


@pytest.mark.parametrize(
    ("cache_control", "age", "seconds"),
    [
        (None, None, KEPT),
        ("", "60", KEPT),
        ("max-age=3600", None, 3600),
        ('public, Max-Age="7200" , foo=","', None, 7200),
        ("max-age=3600", "600", 3000),
        ("max-age=3600", "soon", 3600),
        ("max-age=1", None, KEPT_LEAST),
        ("max-age=3600", "9999", KEPT_LEAST),
        ("max-age=" + "9" * 400, None, KEPT),
        ("max-age=-1", None, KEPT),
        ("s-maxage=900", None, KEPT),
        ("no-cache", None, KEPT_LEAST),
        ("private, no-store, max-age=9000", None, KEPT_LEAST),
    ],
)
def test_rules_are_kept_as_their_answer_says_within_bounds(cache_control, age, seconds):
    assert kept_for(cache_control, age) == seconds
