"""A crawl goes where its scope file lets it, brings what its quotas allow, and `check` says so beforehand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.commands._scope_check import print_check
from crawler.config import Config
from crawler.model.collection import Collection
from tests.e2e.changing import ChangingSite, Page
from tests.e2e.conftest import Crawler

pytestmark = pytest.mark.slow


def text(words: str, *links: str) -> bytes:
    anchors = "".join(f'<a href="{link}">{link}</a> ' for link in links)
    return f"<html><title>{words}</title><p>{words * 40}</p>{anchors}</html>".encode()


@dataclass
class Two:
    """Two hosts: `news` has the seed, `other` is linked from it."""

    news: ChangingSite
    other: ChangingSite
    crawler: Crawler

    def crawl(self, *words: str, code: int = 0, **settings: object) -> set[str]:
        """The paths that were asked for, those of `other` with a mark, robots.txt left out."""
        settings = {"DOWNLOAD_DELAY": 0, "OPERATOR": "test", **settings}
        given = (f"seeds={self.news.url}/", "collection=news", "follow=all", *words)
        done = self.crawler.run(*given, **settings)
        assert done.returncode == code, done.stderr
        asked = {path for path, *_ in self.news.asked} | {f"other:{p}" for p, *_ in self.other.asked}
        return {path for path in asked if not path.endswith("robots.txt")}

    def check(self, path: str, hops: int, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
        """What `frontier check --json` says."""
        collection = Collection(self.crawler.folder, "news")
        print_check(collection, self.uri(path), Config(), as_json=True, hops=hops)
        document: dict[str, object] = json.loads(capsys.readouterr().out)
        return document

    def uri(self, path: str) -> str:
        marked = path.startswith("other:")
        return (self.other if marked else self.news).url + path.removeprefix("other:")


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    with ExitStack() as stack:
        other = stack.enter_context(ChangingSite({}))
        news = stack.enter_context(ChangingSite({}))
        yield Two(news, other, Crawler(tmp_path / "collections"))


LINKED = {
    # linked from the seed, with the rule that decides about it
    "/a": "line 2: ",
    "/live/now": "line 3: - /",
    "/live/story/1": "line 4: + ",
    "/2008/04/04/then": "line 2: ",
    "/2007/04/04/before": "date: 2007-04-04 < 2008-01-01",
    "/hidden/1": "robots.txt forbids it",
    "other:/b": "line 5: ",
}
BEYOND = {
    # linked from a page one hop away
    "/a/next": "line 2: ",
    "other:/b/next": "hops: 2 > 1",
}


def test_a_walk_goes_where_its_file_lets_it_and_check_says_the_same(
    two: Two, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    host, other = two.news.url.removeprefix("http://"), two.other.url.removeprefix("http://")
    rules = tmp_path / "news.scope"
    port = host.partition(":")[2]
    rules.write_text(
        f"# the scope of a test\n+ {host}\n- /\\/live\\//\n+ 1,0,0,127,:{port})/live/story/\n+ {other}\n"
        f"hops 2\nhops 1 {other}\nfrom 2008\n"
    )
    pages = {two.uri(path): Page(text(path)) for path in (*LINKED, *BEYOND)}
    pages[two.uri("/a")] = Page(text("a", "/a/next"))
    pages[two.uri("/a/next")] = Page(text("a next", "/a/third"))
    pages[two.uri("other:/b")] = Page(text("b", "/b/next"))
    for site in (two.news, two.other):
        site.pages |= {u.removeprefix(site.url): p for u, p in pages.items() if u.startswith(site.url)}
    two.news.pages["/"] = Page(text("seed", *(two.uri(path) for path in LINKED)))
    two.news.pages["/robots.txt"] = Page(b"User-agent: *\nDisallow: /hidden/", kind="text/plain")

    fetched = two.crawl(f"scope={rules}")
    rules.unlink()  # the walk's own copy of it counts

    told = {(path, 1): rule for path, rule in LINKED.items()}
    told |= {(path, 2): rule for path, rule in BEYOND.items()} | {("/a/third", 3): "hops: 3 > 2"}
    for (path, hops), rule in told.items():
        said = two.check(path, hops, capsys)
        assert str(said["rule"]).startswith(rule)
        assert said["allowed"] is (path in fetched), said
        assert said["seen"] is (path in fetched or path == "/hidden/1")
    assert two.check("/", 0, capsys)["rule"] == "a seed: archived"


def test_check_tells_a_user_in_one_line_first(two: Two, capsys: pytest.CaptureFixture[str]) -> None:
    two.news.pages["/"] = Page(text("seed"))
    two.crawl("hops=0", HOST_PAGES_MOST=0)
    collection = Collection(two.crawler.folder, "news")
    print_check(collection, two.uri("/2008/04/04/x"), Config(host_pages_most=1), as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "out: hops: 1 > 0 (the walk's hops)"
    host = two.news.url.removeprefix("http://")
    assert [line.strip() for line in lines[1:]] == [
        "date: 2008-04-04, by its address",
        "robots.txt: allows it",
        "seen before: no",
        f"waiting at {host}: 0",
        f"pages of {host}: 1 of 1",
        f"bytes of {host}: {_bytes(two)}",
        "pages of the crawl: 1",
        f"bytes of the crawl: {_bytes(two)}",
    ]


def _bytes(two: Two) -> str:
    """Of the answers that are no robots.txt, as they lie in the WARC."""
    (path,) = (two.crawler.folder / "news" / "archive").glob("*.warc.gz")
    with path.open("rb") as file:
        records = [(r.rec_type, r.rec_headers) for r in ArchiveIterator(file)]
    found = [
        int(headers.get_header("Content-Length"))
        for kind, headers in records
        if kind == "response" and not headers.get_header("WARC-Target-URI").endswith("robots.txt")
    ]
    return f"{sum(found):,}"


def test_where_a_seed_was_redirected_to_is_in(two: Two, capsys: pytest.CaptureFixture[str]) -> None:
    there = two.other.url.replace("127.0.0.1", "localhost")
    two.news.pages["/"] = Page(b"", status=301, fields={"Location": f"{there}/home"})
    two.other.pages |= {"/home": Page(text("home", "/story")), "/story": Page(text("story"))}
    assert two.crawl() == {"/", "other:/home", "other:/story"}
    collection = Collection(two.crawler.folder, "news")
    for uri, first in (
        (f"{there}/story", "in: localhost is where a seed was redirected to"),
        ("http://else.example/", "out: scope=site: else.example is no seed's domain"),
    ):
        print_check(collection, uri, Config(), as_json=False)
        assert capsys.readouterr().out.startswith(first)


LINKS = [f"/{n}" for n in range(30)]


def linked(two: Two) -> None:
    two.news.pages["/"] = Page(text("seed", *LINKS, *(f"{two.other.url}{link}" for link in LINKS)))
    for link in LINKS:
        two.news.pages[link] = Page(text(link) + b'<img src="/picture">')
        two.other.pages[link] = Page(text(link))
    two.news.pages["/picture"] = Page(b"GIF89a", kind="image/gif")


def test_a_hosts_quota_ends_the_host_and_not_the_crawl(two: Two, tmp_path: Path) -> None:
    linked(two)
    rules = tmp_path / "rules"
    rules.write_text(f"scope any\npages-per-host 12\npages 5 {two.other.url.removeprefix('http://')}\n")
    fetched = two.crawl(f"scope={rules}", WORKERS=2)
    others = {path for path in fetched if path.startswith("other:")}
    assert len(others) == 5
    assert len(fetched - others - {"/picture"}) == 12
    assert "/picture" in fetched


def test_the_collections_quota_ends_the_crawl_and_more_goes_on(two: Two) -> None:
    linked(two)
    words = ("scope=any", "hops=1")
    fetched = two.crawl(*words, code=14, PAGES_MOST=10, WORKERS=2, REQUISITES=False)
    assert len(fetched) == 10
    again = two.crawl(*words, code=14, PAGES_MOST=10, REQUISITES=False)
    assert again == fetched
    assert len(two.crawl(*words, PAGES_MOST=0, REQUISITES=False)) == 1 + 2 * len(LINKS)


def test_a_quota_of_bytes_is_passed_by_no_more_than_what_is_in_hand(two: Two) -> None:
    linked(two)
    for site in (two.news, two.other):
        for page in site.pages.values():
            page.body += b" " * 10_000
    fetched = two.crawl("scope=any", code=14, BYTES_MOST="100K", DOWNLOAD_DELAY=0.1)
    assert 9 <= len(fetched) <= 14


def test_check_knows_what_a_walk_through_an_archive_seeks(
    two: Two, capsys: pytest.CaptureFixture[str]
) -> None:
    at, told = "20080404120000", {"Memento-Datetime": "Fri, 04 Apr 2008 12:00:00 GMT"}
    for uri, links in (("http://n.example/", ("http://n.example/a",)), ("http://n.example/a", ())):
        two.news.pages[f"/web/{at}id_/{uri}"] = Page(text(uri, *links), fields=told)
    words = (f"archive={two.news.url}/web", f"at={at}", "seeds=http://n.example/", "collection=news")
    done = two.crawler.run(*words, "follow=all", spider="memento", REQUISITES=False)
    assert done.returncode == 0, done.stderr
    collection = Collection(two.crawler.folder, "news")
    for uri, rule, seen in (
        ("http://n.example/a", "scope=site: n.example is a seed's domain", True),
        ("http://n.example/b", "scope=site: n.example is a seed's domain", False),
        ("http://else.example/", "scope=site: else.example is no seed's domain", False),
    ):
        print_check(collection, uri, Config(), as_json=True)
        said = json.loads(capsys.readouterr().out)
        assert (said["rule"], said["seen"]) == (rule, seen)
        assert said["robots"] == "not asked of an archive"
        pages = said["quotas"][uri.split("/")[2]]["pages"]["have"]
        assert pages == (2 if "n.example" in uri else 0)
