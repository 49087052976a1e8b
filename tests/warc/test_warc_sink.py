"""What the sink tells the log and the graph, and what it does at the end of a crawl."""

import asyncio
import json
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import pytest

from crawler.config import Config
from crawler.model import digest
from crawler.model.facts import Facts
from crawler.model.log import LogLine, Outcome
from crawler.model.story import LinkClass, StoryEdge, StoryPage
from pipelines.cdxj import index_warc
from pipelines.check import Counts, check
from pipelines.records import read_record_at, read_records
from pipelines.sink import CollectionSink, StoryPipeline


class Crawler:
    """As much of Scrapy's crawler as the sink asks for."""

    def __init__(self, collection):
        self.spider = SimpleNamespace(collection=collection, config=Config())


def log_of(collection):
    (path,) = collection.logs.iterdir()
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_one_sink_a_crawler(collection):
    one, two = Crawler(collection), Crawler(collection)
    sink = CollectionSink.from_crawler(one)
    assert CollectionSink.from_crawler(one) is sink
    assert StoryPipeline.from_crawler(one).sink is sink
    other = CollectionSink.from_crawler(two)
    assert other is not sink
    sink.close()
    other.close()


def test_the_outcome_of_every_kind(sink, kinds, collection):
    for capture in kinds.values():
        sink.capture(capture)
    sink.close()
    outcomes = {name: line["outcome"] for name, line in zip(kinds, log_of(collection), strict=True)}
    special = {
        "cut": "truncated",
        "nothing": "failed",
        "again": "revisit",
        "memento": "memento",
        "exchange": "revisit",
    }
    assert outcomes == {name: special.get(name, "captured") for name in kinds}


def test_a_log_line_leads_to_its_record(sink, kinds, collection):
    refs = [sink.capture(capture) for capture in kinds.values()]
    sink.close()
    assert [ref.number for ref in refs] == list(range(1, len(refs) + 1))
    for line, ref, capture in zip(log_of(collection), refs, kinds.values(), strict=True):
        record = read_record_at(collection.archive / line["warc"], line["offset"])
        assert record.get("WARC-Target-URI") == line["url"] == capture.uri
        assert record.get("WARC-Record-ID") == ref.record_id
        assert (line["warc"], line["offset"]) == (ref.filename, ref.offset)
        assert ref.started == capture.started


def test_what_a_log_line_says(sink, kinds, collection):
    for name in ("plain", "cut", "nothing", "memento"):
        sink.capture(kinds[name])
    sink.close()
    plain, cut, nothing, memento = log_of(collection)
    assert (plain["status"], plain["hops"], plain["via"]) == (200, 1, "http://news.example/")
    assert (cut["truncated"], cut["reason"]) == ("disconnect", "closed before the end")
    assert (nothing["status"], nothing["reason"]) == (None, "closed without an answer")
    assert "digest" not in nothing
    assert memento["ts"] == "2026-03-01T12:00:00.123456Z"


def test_a_refusal_is_a_line_of_the_log_and_no_record(sink, make, collection):
    sink.log(LogLine(make.moment, "http://10.0.0.1/", Outcome.REFUSED_ADDRESS, reason="private"))
    sink.close()
    assert [line["outcome"] for line in log_of(collection)] == ["refused-address"]
    assert list(collection.archive.iterdir()) == []


@pytest.fixture
def page_of_story(sink, kinds):
    ref = sink.capture(kinds["plain"])
    uri, moment = kinds["plain"].uri, ref.started
    edge = StoryEdge(
        uri,
        moment,
        "http://news.example/next",
        "Next",
        "Related",
        0,
        0.9,
        LinkClass.RELATED,
        "1",
        "story",
    )
    return ref, StoryPage(uri, moment, Facts("Herring"), edges=(edge,))


def test_what_is_known_of_a_page_is_a_record_of_its_own(sink, page_of_story, collection):
    ref, page = page_of_story
    item = StoryPipeline(sink).process_item(page)
    sink.close()
    assert item is page
    path = collection.archive / ref.filename
    *_, last = read_records(path)
    assert last.type == "metadata"
    assert last.get("WARC-Target-URI") == "urn:clew:page:" + page.uri
    assert last.get("WARC-Refers-To") == ref.record_id
    text = zlib.decompressobj(31).decompress(path.read_bytes()[last.offset :])
    about = json.loads(text.partition(b"\r\n\r\n")[2])
    assert (about["record_id"], about["title"]) == (ref.record_id, "Herring")
    (edge,) = about["edges"]
    assert (edge["to"], edge["text"]) == ("http://news.example/next", "Next")
    assert [line.fields["url"] for line in index_warc(path)] == [page.uri]


def test_no_record_of_a_page_is_written_where_the_user_wants_none(sink, page_of_story, collection):
    ref, page = page_of_story
    sink.config = replace(sink.config, page_records=False)
    sink.story(page)
    sink.close()
    uris = [record.uri for record in read_records(collection.archive / ref.filename)]
    assert "urn:clew:page:" + page.uri not in uris
    assert list(collection.graph.glob("segment-*.jsonl"))


def test_a_story_is_safe_from_a_kill_as_soon_as_it_is_told(sink, page_of_story, collection):
    ref, page = page_of_story
    sink.story(page)
    (segment,) = collection.graph.glob("segment-*.jsonl")
    assert json.loads(segment.read_text())["record_id"] == ref.record_id


def test_other_items_pass(sink):
    item = {"any": "thing"}
    assert StoryPipeline(sink).process_item(item) is item


def test_the_end_of_a_crawl_merges_all(sink, page_of_story, collection):
    _, page = page_of_story
    sink.story(page)
    sink.close()
    sink.finish({page.uri: "archived"}, "finished")
    assert [path.name for path in collection.indexes.glob("*.cdxj")] == ["index.cdxj"]
    assert not list(collection.archive.glob("*.open"))
    edge = json.loads((collection.graph / "edges.jsonl").read_text())
    assert (edge["from"], edge["to"]) == (page.uri, "http://news.example/next")
    assert json.loads((collection.reports / "crawl.json").read_text())["why"] == "finished"


@pytest.mark.parametrize("answer", [
    b"x" * (3 << 20), b"x" * (3 << 20) + b"\r\n\r\nbody", b"x" * (9 << 20)
])  # fmt: skip
def test_a_long_answer_without_a_head_has_the_payload_that_a_check_finds(sink, make, collection, answer):
    sink.capture(make("/raw", answer))
    sink.close()
    assert [str(fault) for fault in check(collection, Counts()) if not fault.note] == []
    (line,) = index_warc(next(collection.archive.iterdir()))
    assert line.fields["digest"] == digest.of(b"")


async def test_a_sync_waits_for_no_name_server(sink, make):
    """Names are looked up in the loop's own threads, of which there are few, and may hang for long."""
    loop, hangs = asyncio.get_running_loop(), threading.Event()
    loop.set_default_executor(ThreadPoolExecutor(1))
    looking_up = loop.run_in_executor(None, hangs.wait)
    sink.capture(make("/", b"HTTP/1.1 200 OK\r\n\r\nbody"))
    try:
        await asyncio.wait_for(sink.sync(), 5)
    finally:
        hangs.set()
        await looking_up
    assert sink.synced == 1
