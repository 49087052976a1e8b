"""Exactly once: what a server saw and sent and what the WARC and the log hold agree one to one.

One crawl of all sites of `misbehaviours` at once; one test for each thing that can go wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.e2e.agreement import Kept, assert_agree, captures, read_collection, read_log
from tests.e2e.conftest import Crawler
from tests.e2e.misbehaviours import MAXSIZE, TIMEOUT, all_sites
from tests.e2e.truthful import Exchange, Site, TruthfulServer, self_signed

pytestmark = pytest.mark.slow
START = ["/robots.txt", "/start"]


@dataclass
class Crawled:
    """The crawl after its end."""

    server: TruthfulServer
    kept: list[Kept]
    lines: list[dict[str, Any]]

    def agreed(self, name: str) -> tuple[list[Exchange], list[Kept]]:
        """A site's exchanges and captures, once they agree."""
        site = self.server.sites[name]
        kept = [one for one in self.kept if one.uri.startswith(site.url + "/")]
        assert_agree(site.exchanges, kept)
        assert site.strays == []
        return site.exchanges, kept

    def asked(self, name: str) -> list[str]:
        """The paths that a site was asked for, in order, once all agrees."""
        return [exchange.path for exchange in self.agreed(name)[0]]

    def reasons(self, name: str) -> list[str]:
        """What the log says of a site beside its captures: refusals, and what was given up."""
        url = self.server.sites[name].url + "/"
        lines = (line for line in self.lines if line["url"].startswith(url) and "warc" not in line)
        return [f"{line['outcome']}: {line['reason']}" for line in lines]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("once")
    tls = {"redirect-downgrade": self_signed(folder)}
    sites = {name: Site(scripts, tls.get(name)) for name, scripts in all_sites().items()}
    with TruthfulServer(sites) as server:
        seeds = folder / "seeds.txt"
        seeds.write_text("".join(f"{site.url}/start\n" for site in sites.values()))
        done = Crawler(folder).run(
            f"seeds={seeds}",
            "collection=once",
            "follow=all",
            "scope=host",
            DOWNLOAD_DELAY=0,
            LEASE_TIME=20,
            DOWNLOAD_TIMEOUT=TIMEOUT,
            DOWNLOAD_MAXSIZE=MAXSIZE,
            RETRY_TIMES=1,
            CONCURRENT_REQUESTS=32,
        )
        assert done.returncode == 0, done.stderr
        home = folder / "once"
        lines = read_log(home)
        yield Crawled(server, captures(read_collection(home), lines), lines)


@pytest.mark.parametrize("name", all_sites())
def test_server_and_warc_agree(crawled: Crawled, name: str) -> None:
    crawled.agreed(name)


def test_nothing_is_asked_for_that_should_not_be(crawled: Crawled) -> None:
    assert crawled.server.errors == []
    hosts = [site.url + "/" for site in crawled.server.sites.values()]
    assert [one.uri for one in crawled.kept if not one.uri.startswith(tuple(hosts))] == []


FOLLOWED = {f"redirect-{status}": ["/end"] for status in (301, 302, 303, 307, 308)} | {
    "redirect-relative": ["/sub/end?a=1&b=2"],
    "redirect-fragment": ["/end"],
    "redirect-itself": ["/start"] * 20,
    "redirect-loop": ["/back", "/start"] * 10,
    "redirect-chain": [f"/step{n}" for n in range(1, 21)],
    "redirect-nowhere": [],
    "redirect-bad": ["/a", "/b", "/c", "/d"],
    "redirect-with-body": ["/end"],
    "redirect-twice-told": ["/end"],
    "redirect-latin-1": ["/caf%C3%A9"],
    "redirect-300": [],
    "redirect-304": [],
    "refresh-meta": ["/end"],
    "refresh-quoted": ["/end?a=1&b=2"],
    "refresh-noscript": ["/end"],
    "refresh-itself": [],
    "refresh-timer": [],
    "refresh-late": [],
    "refresh-bad": [],
    "refresh-loop": ["/back", "/start"] * 10,
    "refresh-field": ["/end"],
    "refresh-field-itself": [],
}


GIVEN_UP = ("redirect-itself", "redirect-loop", "redirect-chain")


@pytest.mark.parametrize("name", FOLLOWED)
def test_a_redirect_is_followed_once(crawled: Crawled, name: str) -> None:
    assert crawled.asked(name) == START + FOLLOWED[name]
    assert crawled.reasons(name) == (["dead: more than 20 redirects"] if name in GIVEN_UP else [])


@pytest.mark.parametrize(
    ("start", "target"),
    [("redirect-abroad", "redirect-target"), ("redirect-downgrade", "redirect-plain")],
)
def test_a_redirect_to_another_host_is_an_exchange_there(
    crawled: Crawled, start: str, target: str
) -> None:
    assert crawled.asked(start) == START
    assert sorted(crawled.asked(target)) == sorted([*START, "/end"])
    end = next(one for one in crawled.agreed(target)[1] if one.uri.endswith("/end"))
    assert end.lines[0]["via"] == crawled.server.sites[start].url + "/start"


ROBOTS = {
    "robots-200": ["/robots.txt"],
    "robots-503": ["/robots.txt", "/robots.txt"],
    "robots-moved": ["/robots.txt", "/rules"],
    "robots-cut": ["/robots.txt", "/robots.txt"],
    "robots-dropped": ["/robots.txt", "/robots.txt"],
}


@pytest.mark.parametrize("name", ROBOTS)
def test_robots_txt_is_captured_as_often_as_it_is_asked_for(crawled: Crawled, name: str) -> None:
    assert crawled.asked(name) == [*ROBOTS[name], "/start", "/yes"]
    assert crawled.reasons(name) == ["refused-robots: robots.txt forbids it"]


TWICE = [
    *("retry-503", "retry-429", "retry-dropped", "retry-reset", "retry-never", "interim-then-nothing"),
    *("cut-head", "cut-body", "cut-chunked", "cut-at-last-chunk", "reset-head", "reset-body"),
    *("slow-head", "slow-within-head", "slow-body", "two-answers-late"),
]


@pytest.mark.parametrize("name", TWICE)
def test_each_try_is_an_exchange_of_its_own(crawled: Crawled, name: str) -> None:
    exchanges, _ = crawled.agreed(name)
    assert [exchange.path for exchange in exchanges] == [*START, "/start"]


@pytest.mark.parametrize(
    "name", ["retry-dropped", "retry-reset", "slow-head", "kept-alive-dropped", "kept-alive-reset"]
)
def test_a_request_without_an_answer_is_a_record_and_a_line(crawled: Crawled, name: str) -> None:
    (failed,) = (one for one in crawled.agreed(name)[1] if one.answer is None)
    assert failed.request is not None
    assert failed.lines[0]["outcome"] == "failed"


@pytest.mark.parametrize("name", ["kept-alive-dropped", "kept-alive-reset"])
def test_a_dropped_kept_alive_connection_brings_no_silent_resend(crawled: Crawled, name: str) -> None:
    exchanges, _ = crawled.agreed(name)
    assert [one.path for one in exchanges] == [*START, "/a", "/a"]
    assert exchanges[2].connection == exchanges[1].connection, "the connection was kept alive"
    assert exchanges[3].connection != exchanges[2].connection


def test_a_request_that_crosses_the_close_is_recorded_and_tried_again(crawled: Crawled) -> None:
    exchanges, kept = crawled.agreed("kept-alive-closed")
    answered = [one.path for one in exchanges if one.sent]
    assert len(answered) == len(set(answered)), "nothing was answered twice"
    unanswered = [one for one in kept if one.answer is None]
    assert len(unanswered) == len(exchanges) - len(answered)


HOW_CUT = {
    "cut-head": "disconnect",
    "cut-body": "disconnect",
    "cut-chunked": "disconnect",
    "cut-at-last-chunk": "disconnect",
    "reset-head": "disconnect",
    "reset-body": "disconnect",
    "slow-within-head": "time",
    "slow-body": "time",
    "large": "length",
    "large-chunked": "length",
    "large-without-length": "length",
    "robots-cut": "disconnect",
}


@pytest.mark.parametrize("name", HOW_CUT)
def test_a_short_answer_says_why(crawled: Crawled, name: str) -> None:
    cut = [one.truncated for one in crawled.agreed(name)[1] if one.truncated]
    assert cut == [HOW_CUT[name]]


@pytest.mark.parametrize("name", ["large", "large-chunked", "large-without-length"])
def test_a_large_answer_is_kept_up_to_the_limit_and_not_tried_again(crawled: Crawled, name: str) -> None:
    exchanges, kept = crawled.agreed(name)
    assert [exchange.path for exchange in exchanges] == START
    body = kept[1].received.partition(b"\r\n\r\n")[2]
    assert len(body) == MAXSIZE


CODINGS = [name for name in all_sites() if name.startswith("coding-")]


@pytest.mark.parametrize("name", CODINGS)
def test_a_bad_content_coding_is_kept_as_it_came_and_not_tried_again(
    crawled: Crawled, name: str
) -> None:
    assert crawled.asked(name) == START


def test_interim_answers_are_kept_beside_the_final_one(crawled: Crawled) -> None:
    assert crawled.asked("interim") == [*START, "/a"]
    assert [len(one.interim) for one in crawled.agreed("interim")[1]] == [0, 3, 0]


@pytest.mark.parametrize("name", ["no-content", "not-modified"])
def test_an_answer_without_a_body_ends_with_its_head(crawled: Crawled, name: str) -> None:
    exchanges, _ = crawled.agreed(name)
    assert [one.path for one in exchanges] == [*START, "/a", "/b"]
    assert len({one.connection for one in exchanges}) == 1


@pytest.mark.parametrize("name", ["two-answers", "two-answers-late"])
def test_a_second_answer_is_nobodys_answer(crawled: Crawled, name: str) -> None:
    exchanges, kept = crawled.agreed(name)
    assert exchanges[2].connection != exchanges[1].connection
    assert b"poison" not in kept[2].received
