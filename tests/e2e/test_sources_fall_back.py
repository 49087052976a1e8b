"""One frontier for all sources: what one has not is sought at the next, and each capture says where it was."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.archives.wayback_index import Held
from tests.archives.wayback_machine import Trouble, running
from tests.e2e.arrivals import NOT_FOUND, Reply, serving
from tests.e2e.conftest import Crawler

pytestmark = pytest.mark.slow
AT = "20080404120000"
_NUMBERS = itertools.count()


def linking(*paths: str) -> str:
    """A page whose related stories are these; each is another."""
    return f"<title>An affair {next(_NUMBERS)}</title><h2>See also</h2>" + "".join(
        f'<p><a href="{path}">The affair goes on at {path}</a></p>' for path in paths
    )


def live(path: str, times: int) -> Reply:
    """A site of which a story is gone, one is for subscribers, and one fails."""
    if path == "/2008/start-of-a-long-affair.html":
        return Reply(linking("/2008/gone-part-of-the-affair.html", "/2008/paid-part-of-the-affair.html",
                             "/2008/broken-part-of-the-affair.html", "/2008/here-part-of-the-affair.html",
                             "/2008/barred-part-of-the-affair.html"))  # fmt: skip
    if path == "/robots.txt":
        return Reply("User-agent: *\nDisallow: /2008/barred")
    if "here" in path:
        return Reply(linking())
    if "paid" in path:
        return Reply("pay first", 402)
    return Reply("broken", 500) if "broken" in path else Reply(f"no {path}", 404)


def crawl(crawler: Crawler, *words: str, spider: str, **settings: Any) -> None:
    given = {"REQUISITES": False, "DOWNLOAD_DELAY": 0, "RETRY_TIMES": 0} | settings
    ended = crawler.run(*words, "collection=x", spider=spider, **given)
    assert ended.returncode == 0, ended.stderr


def outcomes(crawler: Crawler) -> dict[str, list[tuple[str, str]]]:
    """What the log says of each story, by the word in its address: outcome and source."""
    told: dict[str, list[tuple[str, str]]] = {}
    for line in crawler.lines("x", "logs/*.log"):
        name = line["url"].rpartition("/")[2].partition("-")[0]
        told.setdefault(name, []).append((line["outcome"], line.get("source", "")))
    return told


def test_what_is_gone_or_broken_on_the_live_web_comes_from_the_archive(crawler_in: Crawler) -> None:
    with serving(site=live) as sites:
        url = f"{sites.site.url}/2008/"
        held = [
            Held(f"{url}{name}-part-of-the-affair.html", AT, linking().encode())
            for name in ("gone", "broken", "paid", "here", "barred")
        ]
        with running(held) as archive:
            crawl(crawler_in, f"seeds={url}start-of-a-long-affair.html", f"archive={archive.url}",
                  spider="story")  # fmt: skip
            asked = {name for name in ("paid", "here", "barred") if name in str(archive.paths())}
            assert not asked, (
                "neither a paywall nor robots.txt is gone round, nor is what is there sought"
            )
            assert not [path for _, path in sites.site.arrivals if "barred" in path]
            told = outcomes(crawler_in)
            gone = archive.uri_m(held[0].uri_r, AT)
        edges = {edge["to"]: edge for edge in crawler_in.lines("x", "graph/edges.jsonl")}
    assert ("memento", gone) in told["gone"]
    assert any(outcome == "memento" for outcome, _ in told["broken"])
    assert told["here"] == [("captured", "")]
    assert edges[held[0].uri_r]["to_datetime"].startswith("2008-04-04")
    assert edges[held[0].uri_r]["to_source"] == "memento"
    assert edges[held[3].uri_r]["to_source"] == "live"
    assert [edges[one.uri_r]["status"] for one in (held[2], held[4])] == ["dead", "out-of-scope"]


def test_what_one_archive_has_not_comes_from_the_next_and_then_from_the_live_web(
    crawler_in: Crawler,
) -> None:
    with serving(site=live) as sites:
        url = f"{sites.site.url}/2008/"
        start, gone, here = (
            f"{url}{name}" for name in (
                "start-of-a-long-affair.html", "gone-part-of-the-affair.html", "here-part-of-the-affair.html"
            )
        )  # fmt: skip
        first = [Held(start, AT, linking(gone, here).encode())]
        with running(first) as one, running([Held(gone, AT, linking().encode())]) as two:
            crawl(crawler_in, f"seeds={start}", f"archive={one.url},{two.url}", f"at={AT}",
                  "fallback=live", spider="memento")  # fmt: skip
            told = outcomes(crawler_in)
            assert ("memento", two.uri_m(gone, AT)) in told["gone"]
        edges = {edge["to"]: edge for edge in crawler_in.lines("x", "graph/edges.jsonl")}
    assert ("captured", "") in told["here"]
    assert edges[gone]["to_source"] == "memento"
    assert edges[here]["to_source"] == "live"
    assert edges[here]["status"] == "captured"


def test_a_seed_that_is_gone_is_archived_by_its_memento(crawler_in: Crawler) -> None:
    with serving(site=lambda path, times: NOT_FOUND) as sites:
        seed = f"{sites.site.url}/2008/a-seed-that-is-gone.html"
        with running([Held(seed, AT, linking().encode())]) as archive:
            crawl(crawler_in, f"seeds={seed}", f"archive={archive.url}", spider="story")
    text = (crawler_in.folder / "x" / "reports" / "seeds.txt").read_text()
    assert "archived" in text


def test_without_an_archive_a_dead_link_stays_dead(crawler_in: Crawler) -> None:
    with serving(site=live) as sites:
        crawl(crawler_in, f"seeds={sites.site.url}/2008/start-of-a-long-affair.html", spider="story")
    assert outcomes(crawler_in)["gone"] == [("captured", "")]


def test_an_archive_that_fails_to_the_last_try_gives_way_to_the_next(crawler_in: Crawler) -> None:
    seed = "http://news.example/2008/a-story.html"
    with running([]) as one, running([Held(seed, AT, linking().encode())]) as two:
        one.trouble(Trouble.ERROR)
        crawl(crawler_in, f"seeds={seed}", f"archive={one.url},{two.url}", f"at={AT}", spider="memento")
        assert ("memento", two.uri_m(seed, AT)) in outcomes(crawler_in)["a"]
    assert "archived" in (crawler_in.folder / "x" / "reports" / "seeds.txt").read_text()


def test_redirects_to_each_other_behind_an_archive_that_has_neither_end(crawler_in: Crawler) -> None:
    one, other = (f"http://news.example/2008/{name}-way.html" for name in ("one", "other"))
    round_and_round = [
        Held(here, AT, status=301, location=there) for here, there in ((one, other), (other, one))
    ]
    with running([]) as empty, running(round_and_round) as archive:
        words = (f"seeds={one}", f"archive={empty.url},{archive.url}", f"at={AT}", "collection=x")
        ended = crawler_in.run(*words, spider="memento", REQUISITES=False, DOWNLOAD_DELAY=0)
        assert len(archive.paths()) <= 42
    assert ended.returncode == 9, ended.stderr
