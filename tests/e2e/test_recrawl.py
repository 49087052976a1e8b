"""A second crawl of the same pages: nothing is kept twice, and nothing refers to what is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.model.collection import Collection
from tests.e2e.changing import ChangingSite, Page

pytestmark = pytest.mark.slow

TEXT = b"<html><title>T</title><h1>Start</h1><p>" + b"a herring in every pot " * 40
TWICE = b"<html><title>same</title><p>the same text under two addresses</p></html>"
IDENTICAL, UNCHANGED = (
    f"http://netpreserve.org/warc/1.1/revisit/{name}"
    for name in ("identical-payload-digest", "server-not-modified")
)


@pytest.fixture
def site() -> Iterator[ChangingSite]:
    pages = {
        "/": Page(TEXT + b'<a href="/child">on</a>', '"v1"'),
        "/dated": Page(TEXT + b"dated", modified="Tue, 24 Nov 2026 05:00:00 GMT"),
        "/plain": Page(TWICE),
        "/copy": Page(TWICE),
        "/empty": Page(b""),
        "/child": Page(b"<html><title>child</title>what comes after</html>"),
    }
    with ChangingSite(pages) as running:
        yield running


@pytest.fixture
def crawl(tmp_path: Path, site: ChangingSite, crawler_in: Any) -> Callable[..., Collection]:
    """Crawl paths of the site into one and the same collection, each time by a new process."""

    def run(*paths: str, hops: int = 0, **settings: object) -> Collection:
        seeds = tmp_path / "seeds.txt"
        seeds.write_text("\n".join(site.url + path for path in paths))
        words = [f"seeds={seeds}", "collection=news", "follow=all", "again=true", f"hops={hops}"]
        done = crawler_in.run(*words, DOWNLOAD_DELAY=0, **settings)
        assert done.returncode == 0, done.stderr
        return Collection(crawler_in.folder, "news")

    return run


def records(collection: Collection) -> list[dict[str, str]]:
    """The named fields of every record, files in the order in which they were begun."""
    found = []
    for path in sorted(collection.archive.glob("*.warc.gz")):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, no_record_parse=True):
                block = record.raw_stream.read()
                found.append({**dict(record.rec_headers.headers), "block": block, "file": path.name})
    return found


def revisits(found: list[dict[str, str]]) -> list[dict[str, str]]:
    """Every revisit, each of them proved to refer to a whole response that is there."""
    originals = {r["WARC-Record-ID"]: r for r in found if r["WARC-Type"] == "response"}
    told = [r for r in found if r["WARC-Type"] == "revisit"]
    for revisit in told:
        original = originals[revisit["WARC-Refers-To"]]
        assert original["WARC-Target-URI"] == revisit["WARC-Refers-To-Target-URI"]
        assert original["WARC-Date"] == revisit["WARC-Refers-To-Date"]
        assert original["WARC-Payload-Digest"] == revisit["WARC-Payload-Digest"]
        assert "WARC-Truncated" not in original
    return told


def test_what_was_captured_before_is_not_kept_again(crawl, site):
    crawl("/", "/dated", "/plain", "/empty")
    told = revisits(records(crawl("/", "/dated", "/copy", "/empty")))
    assert [r["WARC-Target-URI"].removeprefix(site.url) for r in told] == ["/", "/dated", "/copy"]
    assert [r["WARC-Profile"] for r in told] == [UNCHANGED, UNCHANGED, IDENTICAL]
    assert told[0]["block"].startswith(b"HTTP/1.0 304") or told[0]["block"].startswith(b"HTTP/1.1 304")
    assert site.asked[-4:] == [
        ("/", '"v1"', "", 304),
        ("/dated", "", "Tue, 24 Nov 2026 05:00:00 GMT", 304),
        ("/copy", "", "", 200),
        ("/empty", "", "", 200),
    ]


def test_a_third_crawl_refers_to_the_first_and_never_to_a_revisit(crawl, site):
    for _ in range(3):
        found = records(crawl("/", "/plain"))
    assert len(revisits(found)) == 4
    assert len({r["WARC-Refers-To"] for r in revisits(found)}) == 2


def test_a_page_that_changed_is_captured_anew_and_the_next_time_compared_with_that(crawl, site):
    crawl("/")
    site.pages["/"] = Page(TEXT + b"news", '"v2"')
    crawl("/")
    found = records(crawl("/"))
    assert site.statuses("/") == [200, 200, 304]
    (revisit,) = revisits(found)
    newest = [
        r for r in found if r["WARC-Type"] == "response" and r["WARC-Target-URI"] == site.url + "/"
    ][-1]
    assert revisit["WARC-Refers-To"] == newest["WARC-Record-ID"]


def test_a_page_that_lost_its_tag_is_not_asked_for_with_the_old_one(crawl, site):
    crawl("/")
    site.pages["/"] = Page(TEXT + b"without a tag")
    crawl("/")
    crawl("/")
    assert [tag for path, tag, _, _ in site.asked if path == "/"] == ["", '"v1"', ""]


def test_an_unchanged_page_leads_on_as_a_new_one_does(crawl, site):
    crawl("/")
    assert site.statuses("/child") == []
    crawl("/", hops=1)
    assert (site.statuses("/")[-1], site.statuses("/child")) == (304, [200])


def test_a_lost_original_is_written_in_full_again(crawl, site):
    collection = crawl("/", "/plain")
    for path in collection.archive.glob("*.warc.gz"):
        path.unlink()
    found = records(crawl("/", "/plain"))
    assert revisits(found) == []
    assert site.statuses("/") == [200, 200]
    assert len(revisits(records(crawl("/", "/plain")))) == 2


def test_the_switch_turns_conditions_off(crawl, site):
    crawl("/")
    told = revisits(records(crawl("/", CONDITIONAL_REQUESTS=False)))
    assert site.statuses("/") == [200, 200]
    assert [r["WARC-Profile"] for r in told] == [IDENTICAL]


def test_a_cdxj_of_another_collection_tells_what_need_not_be_kept(crawl, site, tmp_path):
    crawl("/plain")
    index = tmp_path / "collections" / "news" / "indexes" / "index.cdxj"
    other = index.rename(tmp_path / "library.cdxj")
    (tmp_path / "collections" / "news").rename(tmp_path / "elsewhere")
    found = records(crawl("/plain", DEDUP_CDXJ=other))
    (revisit,) = [r for r in found if r["WARC-Type"] == "revisit"]
    assert revisit["WARC-Refers-To-Target-URI"] == site.url + "/plain"
    assert revisit["WARC-Profile"] == IDENTICAL
