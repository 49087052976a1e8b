"""Politeness over several workers, as the servers see it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.arrivals import NOT_FOUND, Reply, Site, moved, page, serving, shortest
from tests.e2e.conftest import Crawler

pytestmark = pytest.mark.slow

DELAY = 0.1
LATE = 0.03
"""Seconds by which a busy machine may note a request late."""


def crawl(crawler: Crawler, workers: int, *seeds: str, **settings: Any) -> list[int]:
    """The exit codes of workers that walk together."""
    started = start(crawler, workers, *seeds, **settings)
    told = [worker.communicate(timeout=100)[1] for worker in started]
    assert all("Traceback" not in text for text in told), told
    return [worker.returncode for worker in started]


def start(crawler: Crawler, workers: int, *seeds: str, **settings: Any) -> list[Any]:
    crawler.folder.mkdir(exist_ok=True)
    file = crawler.folder / "seeds.txt"
    file.write_text("".join(f"{seed}\n" for seed in seeds))
    words = (f"seeds={file}", "collection=x", "follow=all", "scope=any")
    return [crawler.start(*words, **settings) for _ in range(workers)]


def lines(crawler: Crawler) -> list[dict[str, Any]]:
    return crawler.lines("x", "logs/*.log")


def reasons(crawler: Crawler) -> list[str]:
    """What the log says of URLs that were not fetched."""
    return [f"{line['outcome']}: {line['reason']}" for line in lines(crawler) if "reason" in line]


def wide(path: str, times: int) -> Reply:
    """A site with requisites, redirects within it and to the other, retries and a moved robots.txt."""
    if path == "/robots.txt":
        return moved("/rules.txt")
    if path.startswith("/rules.txt"):
        return Reply("User-agent: *\nDisallow: /no\n", kind="text/plain")
    if path == "/start":
        images = tuple(f"/image{n}.png" for n in range(6))
        return page(*(f"/page{n}" for n in range(6)), "/moved", "/abroad", "/busy", images=images)
    if path == "/moved":
        return moved("/target")
    if path == "/abroad":
        return moved("{other}/from-abroad")
    if path == "/busy" and times == 1:
        return Reply(status=503, fields={"Retry-After": "0"})
    return page("{other}" + path, images=("{other}/shared.png", "/own.png"))


def test_requests_of_every_kind_take_the_slot(crawler_in: Crawler) -> None:
    with serving(one=wide, other=wide) as sites:
        codes = crawl(
            crawler_in, 3, f"{sites.one.url}/start", f"{sites.other.url}/start", DOWNLOAD_DELAY=DELAY
        )
        assert codes == [0, 0, 0]
        for site in (sites.one, sites.other):
            paths = site.paths()
            assert {"/robots.txt", "/rules.txt", "/image1.png", "/target"} <= {*paths}
            assert site.count("/busy") == 2
            assert site.count("/robots.txt") == 1
            assert shortest(site) >= DELAY - LATE, site.arrivals
        assert "/from-abroad" in sites.other.paths()


def test_a_robots_txt_that_was_moved_to_another_host_takes_the_slot_there(crawler_in: Crawler) -> None:
    def astray(path: str, times: int) -> Reply:
        return (
            moved("{other}/rules.txt?of=one")
            if path == "/robots.txt"
            else page(*map(str, range(5)), "/no")
        )

    with serving(one=astray, two=astray, other=wide) as sites:
        seeds = [f"{site.url}/start" for site in (sites.other, sites.one, sites.two)]
        assert crawl(crawler_in, 3, *seeds, DOWNLOAD_DELAY=DELAY) == [0, 0, 0]
        assert sites.other.count("/rules.txt?of=one") == 2
        assert len(sites.other.arrivals) > 20
        for site in (sites.one, sites.two, sites.other):
            assert shortest(site) >= DELAY - LATE, site.arrivals
        for site in (sites.one, sites.two):
            assert site.paths()[:2] == ["/robots.txt", "/start"]
            assert site.count("/robots.txt") == 1
            assert "/no" not in site.paths()


def test_hosts_of_one_address_take_one_slot_by_setting(crawler_in: Crawler) -> None:
    with serving(one=wide, other=wide) as sites:
        seeds = (f"{sites.one.url}/start", f"{sites.other.url}/start")
        settings = {"DOWNLOAD_DELAY": DELAY, "POLITENESS": "address", "REQUISITES": False}
        assert crawl(crawler_in, 2, *seeds, **settings) == [0, 0]
        assert min(len(sites.one.arrivals), len(sites.other.arrivals)) > 9
        assert shortest(sites.one, sites.other) >= DELAY - LATE


def test_a_robots_txt_that_cannot_be_had_is_asked_for_once_a_try_and_not_once_a_url(
    crawler_in: Crawler,
) -> None:
    with serving(one=lambda path, times: Reply(status=503)) as sites:
        seeds = [f"{sites.one.url}/page{n}" for n in range(30)]
        settings = {"RETRY_TIMES": 2, "CONCURRENT_REQUESTS_PER_DOMAIN": 3, "DOWNLOAD_DELAY": 0}
        assert 9 in crawl(crawler_in, 3, *seeds, **settings)
        assert sites.one.paths() == ["/robots.txt"] * 3
    said = ["dead: robots-unreachable: robots.txt answered 503"]
    assert [line for line in reasons(crawler_in) if line.startswith("dead")] == said * 30


def test_a_robots_txt_that_comes_late_lets_all_through(crawler_in: Crawler) -> None:
    def answers(path: str, times: int) -> Reply:
        if path != "/robots.txt":
            return page()
        return Reply(status=500) if times < 3 else Reply("User-agent: *\nDisallow: /page7\n")

    with serving(one=answers) as sites:
        seeds = [f"{sites.one.url}/page{n}" for n in range(10)]
        assert crawl(crawler_in, 2, *seeds, RETRY_TIMES=2) == [0, 0]
        assert sites.one.paths()[:3] == ["/robots.txt"] * 3
        assert sorted(sites.one.paths()[3:]) == [f"/page{n}" for n in range(10) if n != 7]


def test_a_host_that_is_down_is_left_alone_and_fetched_when_it_comes_back(
    crawler_in: Crawler, wait_until: Any
) -> None:
    with serving(one=lambda path, times: page() if path != "/robots.txt" else NOT_FOUND) as sites:
        site: Site = sites.one
        seeds = [f"{site.url}/page{n}" for n in range(12)]
        workers = start(crawler_in, 2, *seeds, DOWNLOAD_DELAY=DELAY, RETRY_TIMES=1)
        wait_until(lambda: len(site.arrivals) >= 4)
        site.go()
        time.sleep(5)
        site.come()
        told = [worker.communicate(timeout=100)[1] for worker in workers]
        assert [worker.returncode for worker in workers] == [0, 0], told
        assert sorted({*site.paths()} - {"/robots.txt"}) == sorted(f"/page{n}" for n in range(12))
    failed = [line for line in lines(crawler_in) if line["outcome"] == "failed"]
    assert 1 <= len(failed) <= 7, "each failure lets the host rest twice as long, whichever URL it is"


def test_a_host_that_stays_down_is_given_up(crawler_in: Crawler) -> None:
    down = Reply(status=503, fields={"Retry-After": "0"})
    with serving(one=lambda path, times: NOT_FOUND if path == "/robots.txt" else down) as sites:
        seeds = [f"{sites.one.url}/page{n}" for n in range(20)]
        assert 9 in crawl(crawler_in, 2, *seeds, HOST_FAILURES=5, RETRY_TIMES=9)
        assert 5 <= len(sites.one.arrivals) - sites.one.count("/robots.txt") <= 6
    states = (crawler_in.folder / "x" / "reports" / "seeds.txt").read_text()
    assert states.count("host-down") >= 18


def rules(crawler: Crawler, text: str) -> None:
    path = crawler.folder / "x" / "hosts.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(f"{path}.new")
    draft.write_text(text)
    draft.replace(path)


def test_rules_for_hosts_hold_at_once_when_they_change(crawler_in: Crawler, wait_until: Any) -> None:
    def answers(path: str, times: int) -> Reply:
        return Reply("User-agent: *\nDisallow: /page1") if path == "/robots.txt" else page()

    with serving(one=answers, two=answers) as sites:
        one, two = sites.one, sites.two
        rules(crawler_in, f"'*': {{delay: 60}}\n'{one.host}': {{robots: ignore}}\n")
        seeds = [f"{site.url}/page{n}" for site in (one, two) for n in range(10)]
        workers = start(crawler_in, 2, *seeds, DOWNLOAD_DELAY=0)
        wait_until(lambda: one.arrivals and two.arrivals)
        wait_until(lambda: len(crawler_in.status()["workers"]) == 2)  # one that begins later would end
        rules(crawler_in, "'*': {delay: sixty}\n")
        time.sleep(1.5)
        assert (len(one.arrivals), len(two.arrivals)) == (1, 1), "a bad file changes nothing"
        rules(
            crawler_in, f"'{one.host}': {{delay: 0.05, robots: ignore}}\n{two.host}: {{block: enough}}\n"
        )
        told = [worker.communicate(timeout=100)[1] for worker in workers]
        assert [worker.returncode for worker in workers] == [0, 0]
        assert sorted(one.paths()) == [f"/page{n}" for n in range(10)]
        assert two.paths() == ["/robots.txt"]
    assert reasons(crawler_in).count("refused-rule: enough") == 10
    for text in told:
        assert text.count("stay as they were: ") == 1
        assert text.count("new rules for hosts in ") == 1


def test_a_mistake_in_the_rules_is_one_line_before_anything_starts(crawler_in: Crawler) -> None:
    rules(crawler_in, "example.org:\n  dealy: 5\n")
    (worker,) = start(crawler_in, 1, "http://127.0.0.1:9/")
    _, told = worker.communicate(timeout=60)
    assert worker.returncode == 4
    assert told.strip().count("\n") == 0
    assert "hosts.yaml, line 2, column 3: 'dealy' is no word of a rule, perhaps 'delay'" in told


def test_a_worker_that_stops_lets_others_ask_for_a_robots_txt(
    crawler_in: Crawler, wait_until: Any
) -> None:
    with serving(one=wide) as sites:
        rules(crawler_in, "'*': {delay: 60}\n")
        settings = {"DOWNLOAD_DELAY": 0, "LEASE_TIME": 60, "REQUISITES": False}
        (worker,) = start(crawler_in, 1, f"{sites.one.url}/target", **settings)
        wait_until(lambda: sites.one.arrivals)
        time.sleep(0.3)
        worker.terminate()
        worker.communicate(timeout=60)
        assert (worker.returncode, sites.one.paths()) == (11, ["/robots.txt"])
        rules(crawler_in, "")
        (worker,) = start(crawler_in, 1, f"{sites.one.url}/target", **settings)
        wait_until(lambda: sites.one.count("/rules.txt"), 30)
        worker.terminate()
        worker.communicate(timeout=60)
