"""A story graph whose segments are lost is made again from the records of the WARC files."""

import json
from datetime import UTC, datetime

import pytest

from crawler.config import Config
from crawler.model.capture import Capture
from crawler.model.collection import Collection
from crawler.model.facts import Facts
from crawler.model.octets import Octets
from crawler.model.story import LinkClass, StoryEdge, StoryPage
from pipelines.check import Counts, check
from pipelines.graph import GraphSegment, merge
from pipelines.sink import CollectionSink

NOON = datetime(2008, 4, 4, 12, tzinfo=UTC)
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<p>x"
PAGES = ("a", "b", "c")


def edge(uri, moment, name, link_class=LinkClass.RELATED):
    target = f"https://news.example/{name}"
    return StoryEdge(
        uri,
        moment,
        target,
        f'"{name}" \U0001f30a',
        "Related",
        0,
        0.5,
        link_class,
        "1",
        "story",
        ("beside",),
    )


def tell(sink, name, *names):
    """Capture a page that links to `names`, and say so as a spider does."""
    uri = f"https://news.example/{name}"
    moment = NOON.replace(minute=PAGES.index(name))
    ref = sink.capture(
        Capture(uri, "GET", b"GET / HTTP/1.1\r\n\r\n", Octets(ANSWER + name.encode()), moment, 5)
    )
    facts = Facts(f"Story {name}\nin two lines", authors=("N. N.",), sources={"title": "h1"})
    rejected = (edge(uri, moment, "promo", LinkClass.PROMO),)
    edges = tuple(edge(uri, moment, one) for one in names)
    sink.story(StoryPage(uri, ref.started, facts, "news.example", edges=edges, rejected=rejected))


@pytest.fixture
def collection(tmp_path):
    """Three pages of one process, in WARC, index and graph."""
    collection = Collection(tmp_path / "collections", "news")
    sink = CollectionSink(collection, Config(disk_reserve=0))
    tell(sink, "a", "b", "c")
    tell(sink, "b", "a")
    tell(sink, "c")
    sink.close()
    sink.finish({}, "finished")
    return collection


def files(collection):
    return {path.name: path.read_bytes() for path in sorted(collection.graph.glob("[!s]*.*"))} | {
        "stories.jsonl": (collection.graph / "stories.jsonl").read_bytes()
    }


def segments(collection):
    return sorted(collection.graph.glob("segment-*.jsonl"))


def test_the_graph_of_a_collection_whose_segments_are_gone_is_the_same(collection):
    before = files(collection)
    assert {"stories.jsonl", "edges.jsonl", "graph.graphml"} <= before.keys()
    for path in segments(collection):
        path.unlink()
    assert merge(collection).recovered == 3
    assert files(collection) == before
    assert merge(collection).recovered == 0
    assert files(collection) == before


def test_it_is_so_too_where_the_merged_files_are_gone_with_them(collection):
    before = files(collection)
    for path in collection.graph.iterdir():
        path.unlink()
    assert merge(collection, read_warcs=True).recovered == 3
    assert files(collection) == before


def test_a_part_that_is_lost_is_noticed_and_what_is_there_is_not_taken_twice(collection):
    before = files(collection)
    (path,) = segments(collection)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[1])
    assert merge(collection).recovered == 2
    path.unlink()
    assert merge(collection).recovered == 1
    assert files(collection) == before


def test_a_new_page_beside_lost_ones_does_not_push_them_out(collection):
    for path in segments(collection):
        path.unlink()
    GraphSegment(collection, "otherhost", 9).write(
        StoryPage("https://news.example/d", NOON), "<urn:uuid:9>"
    )
    assert merge(collection).stories == 4


def test_what_nothing_holds_any_more_is_kept_aside(collection, caplog):
    before = (collection.graph / "stories.jsonl").read_bytes()
    for path in (*segments(collection), *collection.archive.iterdir()):
        path.unlink()
    assert merge(collection).stories == 0
    assert "3 captures" in caplog.text
    assert (collection.graph / "stories.jsonl.before").read_bytes() == before


def test_a_damaged_file_gives_the_pages_that_are_whole(collection, caplog):
    (warc,) = collection.archive.iterdir()
    whole = warc.read_bytes()
    warc.write_bytes(whole[:-40])
    for path in segments(collection):
        path.unlink()
    assert merge(collection).recovered == 2
    assert "no record at offset" in caplog.text


def test_the_record_of_a_page_is_no_capture_and_its_link_is_checked(collection):
    assert [str(fault) for fault in check(collection, Counts())] == []
    index = (collection.indexes / "index.cdxj").read_text().splitlines()
    assert [json.loads(line.split(" ", 2)[2])["url"][-1] for line in index] == list(PAGES)
    assert "urn:clew:page:" not in "".join(index)


def test_the_command_says_what_it_recovered(collection, scrapy):
    (path,) = segments(collection)
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    (collection.graph / "stories.jsonl").unlink()
    wrong = scrapy("collection", "report", "news", "--rebuild")
    assert (wrong.returncode, "--rebuild is for `collection graph NAME`" in wrong.stderr) == (2, True)
    told = scrapy("collection", "graph", "news", "--rebuild", "--json")
    assert "2 pages of lost segments recovered from the WARC files" in told.stderr
    summary = json.loads(told.stdout)
    assert (summary["stories"], summary["recovered"], summary["links"]["captured"]) == (3, 2, 3)


def test_links_that_were_judged_not_related_stand_in_a_file_of_their_own(collection):
    lines = (collection.graph / "rejected.jsonl").read_text().splitlines()
    links = [json.loads(line) for line in lines]
    assert [(link["from"][-1], link["class"], link["score"]) for link in links] == [
        (name, "promo", 0.5) for name in PAGES
    ]
    assert {link["id"] for link in links} == {
        capture["record_id"]
        for line in (collection.graph / "stories.jsonl").read_text().splitlines()
        for capture in json.loads(line)["captures"]
    }
    assert "promo" not in (collection.graph / "edges.jsonl").read_text()


def test_a_record_that_is_about_none_is_a_fault(maker):
    _, record_id = maker.capture("https://news.example/a")
    about = {"Content-Type": "application/json"}
    for named in (record_id, "<urn:uuid:00000000-0000-0000-0000-000000000000>"):
        maker.record("metadata", b"{}", NOON, "urn:clew:page:x", {**about, "WARC-Refers-To": named})
    faults = [fault for fault in check(maker.done(), Counts()) if not fault.note]
    assert [(fault.what, fault.detail[-4:]) for fault in faults] == [
        ("WARC-Refers-To names no record", "0000")
    ]
