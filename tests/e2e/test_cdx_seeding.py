"""``seeds=cdx:...``: every line of an index is a seed once, page after page, whoever asks and dies."""

from __future__ import annotations

import signal

import pytest

from tests.archives.wayback_index import Held, MadeUp
from tests.archives.wayback_machine import Kind, WaybackMachine, running
from tests.e2e.conftest import Crawler, until

pytestmark = pytest.mark.slow

LINES, PAGE = 130, 50
PAGES = LINES // PAGE + 1
QUERY = "seeds=cdx:url=million.example&matchType=host&filter=statuscode:200"
FAST = {"DOWNLOAD_DELAY": 0, "CDX_PAGE": PAGE, "REQUISITES": False}


def words(machine: WaybackMachine, query: str = QUERY) -> list[str]:
    return [f"archive={machine.url}", query, "collection=x", "hops=0"]


def every(count: int) -> set[str]:
    return {f"http://million.example/s/{n:08}" for n in range(count)}


def played(machine: WaybackMachine) -> list[str]:
    """The URI-R of each memento that was asked for."""
    return [path.partition("id_/")[2] for _, kind, path, *_ in machine.asked if kind is Kind.PLAYBACK]


def mementos(crawler: Crawler) -> set[str]:
    return {uri for uri in crawler.captured("x") if uri.startswith("http://million.example/")}


def test_every_line_is_a_seed_once_over_two_workers(crawler_in: Crawler) -> None:
    with running(MadeUp(LINES)) as machine:
        started = [crawler_in.start(*words(machine), spider="memento", **FAST) for _ in range(2)]
        told = [worker.communicate(timeout=100)[1] for worker in started]
        assert [worker.returncode for worker in started] == [0, 0], told
        assert len(machine.timestamps(Kind.INDEX)) == PAGES
        assert sorted(played(machine)) == sorted(every(LINES))
        assert mementos(crawler_in) == every(LINES)
        (machine.asked).clear()
        again = crawler_in.run(*words(machine), spider="memento", **FAST)
        assert again.returncode == 0, again.stderr
        assert machine.asked == [], "the query is not due"
        again = crawler_in.run(*words(machine), "again=true", spider="memento", **FAST)
        assert again.returncode == 0, again.stderr
        assert len(machine.timestamps(Kind.INDEX)) == PAGES
        assert played(machine) == [], "its lines are known"


def test_a_crawl_that_is_killed_goes_on_with_the_page_it_was_at(crawler_in: Crawler) -> None:
    with running(MadeUp(LINES), delay=0.03) as machine:
        killed = crawler_in.start(*words(machine), spider="memento", **FAST)
        until(lambda: len(machine.timestamps(Kind.INDEX)) == 2)
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
        assert len(played(machine)) < LINES
        resumed = crawler_in.run(*words(machine), spider="memento", **FAST)
        assert resumed.returncode == 0, resumed.stderr
        assert PAGES <= len(machine.timestamps(Kind.INDEX)) <= PAGES + 1, "no page but the one in hand"
        assert mementos(crawler_in) == every(LINES)
        counts = crawler_in.status()["counts"]
        assert counts["added"] == LINES + PAGES, counts


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("&collapse=timestamp:10", 3),  # a line a minute, 130 of them: three hours
        ("&from=20080401001000&to=20080401001359", 4),
        ("&filter=original:.*/s/0000005.", 10),
    ],
)
def test_a_query_chooses(crawler_in: Crawler, query: str, kept: int) -> None:
    with running(MadeUp(LINES)) as machine:
        done = crawler_in.run(*words(machine, QUERY + query), spider="memento", **FAST)
        assert done.returncode == 0, done.stderr
        assert len({*played(machine)}) == len(played(machine)) == kept


def test_a_query_without_a_line_is_a_seed_that_failed(crawler_in: Crawler) -> None:
    with running([Held("http://other.example/", "20080404120000")]) as machine:
        done = crawler_in.run(*words(machine), spider="memento", **FAST)
        assert done.returncode == 9, done.stderr
        told = (crawler_in.folder / "x" / "reports" / "seeds.txt").read_text()
        assert "no line of the CDX fits" in told


def test_a_query_is_for_walks_through_archives(crawler_in: Crawler) -> None:
    done = crawler_in.run(QUERY, "collection=x")
    assert done.returncode == 2
    assert "is for walks through archives" in done.stderr
    done = crawler_in.run("archive=http://127.0.0.1:9/timegate/", QUERY, spider="memento")
    assert done.returncode == 2
    assert "cdx=" in done.stderr


STORY = "http://news.example/a-story-that-changes.html"
BODIES = (
    ("20080404080000", b"one"),
    ("20080404200000", b"one"),
    ("20080405080000", b"two"),
    (
        "20080601080000",
        b"three",
    ),
)


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        (["versions=all"], ["0404", "0404", "0405", "0601"]),
        (["versions=day"], ["0404", "0405", "0601"]),
        (["versions=month"], ["0404", "0601"]),
        (["versions=change"], ["0404", "0405", "0601"]),
        (["versions=all", "at=20080404", "window=2d"], ["0404", "0404", "0405"]),
    ],
)
def test_the_versions_of_a_story(crawler_in: Crawler, asked: list[str], days: list[str]) -> None:
    held = [Held(STORY, when, b"<p>" + body) for when, body in BODIES]
    held.append(Held(STORY, "20080407000000", b"gone", status=404))
    with running(held) as machine:
        given = (f"archive={machine.url}", f"seeds={STORY}", "collection=x", *asked)
        done = crawler_in.run(*given, spider="memento", **FAST)
        assert done.returncode == 0, done.stderr
    lines = (crawler_in.folder / "x" / "indexes" / "index.cdxj").read_text().splitlines()
    stories = [line.split(" ")[1] for line in lines if line.startswith("example,news)/a-story")]
    assert [moment[4:8] for moment in sorted(stories)] == days
