"""The budgets of a web archive hold over all workers, and one cool-down is for all of them."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise
from typing import Any

import pytest

from crawler.model.collection import Collection
from crawler.store.client import Store
from tests.e2e.arrivals import Reply, page, serving, shortest
from tests.e2e.conftest import Crawler

pytestmark = pytest.mark.slow

AT = "20080404120000"
PLAYBACK = 0.125
LATE = 0.03
SITES = 4
SLOTS = 6
LATE_STARTS = 3
"""Starts that came late in their windows and so fall into the next seconds."""


def memento(path: str, times: int) -> Reply:
    """Every site has a start with links to four pages of its own."""
    original = path.partition("id_/")[2]
    links = [f"{original}{n}" for n in range(4)] if original.endswith("/") else []
    fields = {
        "Memento-Datetime": "Fri, 04 Apr 2008 12:00:00 GMT",
        "Link": f'<{original}>; rel="original"',
    }
    return Reply(page(*links).body, fields=fields)


def busy_once(path: str, times: int) -> Reply:
    if path.endswith("site0.example/3") and times == 1:
        return Reply(status=429, fields={"Retry-After": "3"})
    return memento(path, times)


def walk(
    crawler: Crawler, archive: Any, workers: int, *, sites: int = SITES, code: int = 0, **settings: Any
) -> list[str]:
    """Walk with several workers, which end with that exit code; what they told."""
    crawler.folder.mkdir(exist_ok=True)
    seeds = crawler.folder / "seeds.txt"
    seeds.write_text("".join(f"http://site{n}.example/\n" for n in range(sites)))
    words = (f"archive={archive.url}/web/", f"at={AT}", f"seeds={seeds}", "collection=x", "follow=all")
    given: dict[str, Any] = {"REQUISITES": False, "DOWNLOAD_DELAY": None} | settings
    started = [crawler.start(*words, spider="memento", **given) for _ in range(workers)]
    said = [worker.communicate(timeout=100)[1] for worker in started]
    assert [worker.returncode for worker in started] == [code] * workers, said
    return said


async def fields_of(crawler: Crawler, clock: str, *names: str) -> list[Any]:
    """What the frontier knows of a clock."""
    return await told(crawler, f"host:{clock}", *names)


async def counts(crawler: Crawler, *names: str) -> list[Any]:
    """What the frontier has counted."""
    return await told(crawler, "crawl", *names)


async def told(crawler: Crawler, key: str, *names: str) -> list[Any]:
    (store,) = await Store.open_all("embedded:", Collection(crawler.folder, "x"), 4000)
    try:
        found: list[Any] = await store.command("HMGET", store.keys(key), *names)
        return found
    finally:
        await store.close()


def hosts(archive: Any) -> list[str]:
    return [path.partition("id_/http://")[2].partition("/")[0] for path in archive.paths()]


def test_playback_keeps_its_budget_and_its_cool_down_over_three_workers(crawler_in: Crawler) -> None:
    with serving(archive=busy_once) as sites:
        archive = sites.archive
        walk(crawler_in, archive, 3)
        assert len(archive.arrivals) == 5 * SITES + 1
        assert len({*archive.paths()}) == 5 * SITES
        assert shortest(archive) >= PLAYBACK - LATE
        gaps = [later - earlier for (earlier, _), (later, _) in pairwise(archive.arrivals)]
        assert sorted(gaps)[-1] >= 3 - LATE, "the archive rests for all"
        assert sorted(gaps)[-2] < 3
        assert asyncio.run(fields_of(crawler_in, f"{archive.host}@index", "held"))[0], (
            "so does its index"
        )
        terms = asyncio.run(fields_of(crawler_in, f"{archive.host}@playback", "delay", "failures"))
        assert terms == [b"125", b"0"]


def test_the_sites_of_a_walk_take_turns(crawler_in: Crawler) -> None:
    with serving(archive=memento) as sites:
        walk(crawler_in, sites.archive, 1)
        order = hosts(sites.archive)
        assert len(order) == 5 * SITES
        for start in range(SITES, 4 * SITES, SITES):
            assert len({*order[start : start + 2 * SITES]}) == SITES


def test_a_delay_that_the_user_sets_is_kept_in_place_of_the_budget(crawler_in: Crawler) -> None:
    with serving(archive=memento) as sites:
        walk(crawler_in, sites.archive, 2, DOWNLOAD_DELAY=0.2)
        assert shortest(sites.archive) >= 0.2 - LATE


def test_a_rule_for_the_archive_wins_over_its_budget(crawler_in: Crawler) -> None:
    with serving(archive=memento) as sites:
        home = crawler_in.folder / "x"
        home.mkdir(parents=True)
        rule = f"'{sites.archive.host}': {{delay: 0.2}}\nsite3.example: {{block: asked us}}\n"
        (home / "hosts.yaml").write_text(rule)
        walk(crawler_in, sites.archive, 2)
        assert shortest(sites.archive) >= 0.2 - LATE
        assert {*hosts(sites.archive)} == {f"site{n}.example" for n in range(SITES - 1)}


def slowly(path: str, times: int) -> Reply:
    """As the real ones: each answer takes most of a second."""
    time.sleep(0.8)
    return memento(path, times)


def test_eight_workers_use_the_budget_of_a_slow_archive_and_no_more(crawler_in: Crawler) -> None:
    with serving(archive=slowly) as sites:
        walk(crawler_in, sites.archive, 8, sites=12)
        moments = sorted(moment for moment, _ in sites.archive.arrivals)
    assert len(moments) == 5 * 12
    for first, moment in enumerate(moments):
        within = [one for one in moments[first:] if one < moment + 4]
        assert len(within) <= 4 / PLAYBACK + LATE_STARTS
    one_at_a_time = 0.8 * len(moments)
    assert moments[-1] - moments[0] < one_at_a_time / 2


def test_an_archive_that_refuses_again_and_again_ends_the_crawl_and_no_page_is_lost(
    crawler_in: Crawler,
) -> None:
    refusing = True

    def answers(path: str, times: int) -> Reply:
        return Reply(status=503, fields={"Retry-After": "1"}) if refusing else memento(path, times)

    with serving(archive=answers) as sites:
        (told,) = walk(crawler_in, sites.archive, 1, code=18, RATE_LIMITED_MOST=3)
        assert "refused 3 times in a row" in told
        assert "give the same command again" in told
        refused = len(sites.archive.arrivals)
        assert refused <= 3 * SLOTS
        refusing = False
        walk(crawler_in, sites.archive, 1, RATE_LIMITED_MOST=3)
        asked = [path for _, path in sites.archive.arrivals[refused:]]
        assert len(asked) == len({*asked}) == 5 * SITES


def test_a_refusal_stops_all_workers_but_for_what_is_under_way(crawler_in: Crawler) -> None:
    with serving(archive=busy_once) as sites:
        walk(crawler_in, sites.archive, 3)
        arrivals = sites.archive.arrivals
        refused = next(at for at, path in arrivals if path.endswith("site0.example/3"))
        strays = [at for at, _ in arrivals if refused < at < refused + 3 - LATE]
    assert len(strays) <= SLOTS


def test_a_refused_connection_costs_no_page_a_try(crawler_in: Crawler) -> None:
    with serving(archive=memento) as sites:
        sites.archive.go()
        (told,) = walk(crawler_in, sites.archive, 1, code=18, RATE_LIMITED_MOST=1)
        assert "refused" in told
        sites.archive.come()
        assert asyncio.run(counts(crawler_in, "dead")) == [None]
