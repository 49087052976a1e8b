"""Segments, index and logs become one graph: each edge with its status, each story once."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from crawler.model.log import Outcome
from crawler.model.story import LinkClass
from pipelines.graph import GraphSegment, merge

NOON = datetime(2008, 4, 4, 12, tzinfo=UTC)
A, B, C = ("https://news.example/a", "https://news.example/b", "https://news.example/c")


def read(collection, name):
    text = (collection.graph / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def edges_by_target(collection):
    return {line["to"]: line for line in read(collection, "edges.jsonl")}


STATUSES = [
    # what is known of the target: capture statuses, log outcome, in scope -> status
    ([200], None, True, "captured"),
    ([200], None, False, "captured"),
    ([304], None, True, "captured"),
    ([404], None, True, "dead"),
    ([503, 200], None, True, "captured"),
    ([], Outcome.FAILED, True, "dead"),
    ([], Outcome.DEAD, True, "dead"),
    ([], Outcome.MISSING, True, "missing"),
    ([], Outcome.REFUSED_ROBOTS, True, "out-of-scope"),
    ([], Outcome.REFUSED_ADDRESS, True, "out-of-scope"),
    ([], None, False, "out-of-scope"),
    ([], None, True, "pending"),
]


@pytest.mark.parametrize(("answers", "outcome", "in_scope", "status"), STATUSES)
def test_an_edges_status_is_what_is_known_of_its_target(maker, answers, outcome, in_scope, status):
    maker.page(A, "A", maker.edge(A, NOON, B, in_scope=in_scope))
    for answer in answers:
        maker.capture(B, answer)
    if outcome:
        maker.log(B, outcome, reason="because")
    summary = merge(maker.done())
    line = read(maker.collection, "edges.jsonl")[0]
    assert line["status"] == status
    assert ("to_datetime" in line) == (status == "captured")
    assert summary.statuses == {status: 1}
    if outcome:
        assert line["reason"] == "because"


def test_the_fields_of_the_contract(maker):
    page = maker.page(A, "A", B)
    collection = maker.done()
    merge(collection)
    line = read(collection, "edges.jsonl")[0]
    assert line["id"].startswith("<urn:uuid:")
    assert line["from"] == A
    assert line["from_datetime"] == page.moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    wanted = {"extractor", "class", "to", "text", "heading", "position", "score", "source", "status"}
    assert wanted <= line.keys()
    assert "in_scope" not in line
    story = read(collection, "stories.jsonl")[0]
    names = "id uris same title published modified section authors site site_name lang image sources captures"
    assert list(story) == names.split()
    assert story["captures"] == [{"uri": A, "datetime": line["from_datetime"], "record_id": line["id"]}]


def test_a_redirect_leads_to_the_capture_at_its_end(maker):
    old, older = "https://news.example/old", "https://news.example/older"
    maker.page(A, "A", older)
    maker.capture(older, 301, location="/old")
    maker.capture(old, 302, location=B)
    maker.page(B, "B")
    collection = maker.done()
    merge(collection)
    line = read(collection, "edges.jsonl")[0]
    stories = {story["title"]: story for story in read(collection, "stories.jsonl")}
    assert line["status"] == "captured"
    assert line["to_story"] == stories["B"]["id"]
    assert line["to_datetime"] == stories["B"]["captures"][0]["datetime"]
    assert stories["B"]["uris"] == [B, old, older]


def test_a_redirect_to_a_dead_page_and_one_in_a_circle(maker):
    maker.page(A, "A", B, C, "https://news.example/d")
    maker.capture(B, 301, location="/gone")
    maker.capture("https://news.example/gone", 410)
    maker.capture(C, 302, location="/circle")
    maker.capture("https://news.example/circle", 302, location=C)
    maker.capture("https://news.example/d", 302, location="/not-fetched")
    edges = edges_by_target(merge(maker.done()) and maker.collection)
    assert [line["status"] for line in edges.values()] == ["dead", "pending", "pending"]


def test_scheme_www_and_tracking_make_no_other_address(maker):
    maker.page(A, "A", "http://www.news.example/b?utm_source=x")
    maker.page(B, "B")
    collection = maker.done()
    merge(collection)
    assert read(collection, "edges.jsonl")[0]["status"] == "captured"


def test_skews_are_told_for_mementos_and_the_capture_nearest_the_anchor_is_meant(maker):
    anchor = datetime(2008, 4, 1, tzinfo=UTC)
    maker.page(A, "A", maker.edge(A, NOON, B, anchor=anchor))
    maker.capture(B, moment=anchor + timedelta(days=20), log=None)
    maker.capture(B, moment=anchor - timedelta(days=2), log=None)
    maker.capture(B, moment=anchor - timedelta(days=9), log=None)
    collection = maker.done()
    merge(collection)
    line = read(collection, "edges.jsonl")[0]
    assert line["to_datetime"] == "2008-03-30T00:00:00.000000Z"
    assert line["skew_anchor"] == -2 * 86400
    assert line["skew_parent"] == round(((anchor - timedelta(days=2)) - NOON).total_seconds())


def test_live_edges_have_no_skew(maker):
    maker.page(A, "A", B)
    maker.page(B, "B")
    collection = maker.done()
    merge(collection)
    assert "skew_anchor" not in read(collection, "edges.jsonl")[0]


def test_a_torn_last_line_is_passed_over_and_the_next_process_of_the_name_writes_on(maker):
    maker.page(A, "A", B)
    maker.segment.close()
    path = maker.segment.path
    whole = path.read_bytes()
    path.write_bytes(whole + whole[: len(whole) // 2])
    assert merge(maker.collection).stories == 1
    maker.segment = GraphSegment(maker.collection, "testhost", 7)
    maker.page(B, "B")
    assert merge(maker.done()).stories == 2


def test_a_merge_at_every_length_of_a_segment_fails_never(maker):
    maker.page(A, "A", B)
    collection = maker.done()
    whole = maker.segment.path.read_bytes()
    for length in range(0, len(whole), 7):
        maker.segment.path.write_bytes(whole[:length])
        assert merge(collection).stories == 0


def test_a_second_merge_says_the_same_and_takes_in_what_has_come(maker):
    maker.page(A, "A", B)
    merge(maker.collection)
    first = (maker.collection.graph / "stories.jsonl").read_bytes()
    merge(maker.collection)
    assert (maker.collection.graph / "stories.jsonl").read_bytes() == first
    other = GraphSegment(maker.collection, "otherhost", 8)
    mine, maker.segment = maker.segment, other
    maker.page(B, "B")
    mine.close()
    collection = maker.done()
    assert merge(collection).statuses == {"captured": 1}
    assert (collection.graph / "stories.jsonl").read_bytes().startswith(first)
    assert not list(collection.graph.glob("*.tmp"))


def test_a_record_written_twice_counts_once(maker):
    page = maker.page(A, "A", B)
    maker.segment.write(page, read_first_record_id(maker))
    assert merge(maker.done()).edges == 1


def read_first_record_id(maker):
    return json.loads(maker.segment.path.read_bytes().splitlines()[0])["record_id"]


def test_stories_and_edges_stand_in_the_order_of_their_captures(maker):
    later = NOON + timedelta(hours=1)
    maker.page(C, "C", A, moment=later)
    maker.page(B, "B", C, A)
    maker.page(A, "A", B)
    collection = maker.done()
    merge(collection)
    assert [story["title"] for story in read(collection, "stories.jsonl")] == ["B", "A", "C"]
    assert [line["to"] for line in read(collection, "edges.jsonl")] == [C, A, B, A]


def test_a_collection_without_pages_has_an_empty_graph(maker):
    summary = merge(maker.done())
    assert (summary.stories, summary.edges) == (0, 0)
    assert read(maker.collection, "stories.jsonl") == []


def test_the_class_of_a_link_is_its_word(maker):
    maker.page(A, "A", maker.edge(A, NOON, B, link_class=LinkClass.RELATED_EXT))
    collection = maker.done()
    merge(collection)
    assert read(collection, "edges.jsonl")[0]["class"] == "related_ext"


def test_a_fact_comes_from_the_first_page_that_tells_it_and_the_change_from_the_last(maker):
    first = {"section": "Asia", "modified": "2008-04-04", "sources": {"section": "meta section"}}
    second = {"section": "World", "modified": "2008-04-05", "authors": ("Ann Ray",)}
    second["sources"] = {"modified": "time[datetime]", "authors": "byline", "section": "breadcrumb"}
    maker.page(A, "A", facts=first)
    maker.page(A, "A", facts=second)
    merge(maker.done())
    story = read(maker.collection, "stories.jsonl")[0]
    assert (story["section"], story["modified"], story["authors"]) == ("Asia", "2008-04-05", ["Ann Ray"])
    assert story["sources"] == {
        "section": "meta section",
        "modified": "time[datetime]",
        "authors": "byline",
    }


def test_a_segment_from_before_the_facts_is_still_read(maker):
    page = maker.page(A, "A")
    old = {"record_id": "", "uri": B, "datetime": "2008-04-05T12:00:01Z", "title": "A", "lang": "en"}
    old |= {"published": "2008-04-04", "site": "news.example", "uris": [page.uri], "edges": []}
    maker.segment.close()
    with maker.segment.path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(old) + "\n")
    merge(maker.done())
    story = read(maker.collection, "stories.jsonl")[0]
    assert story["uris"] == [A, B]
    assert (story["published"], story["lang"]) == ("2008-04-04", "en")


def test_each_edge_tells_where_its_target_was_taken_from(maker):
    page, image, live = (f"https://news.example/{name}" for name in ("page", "report.pdf", "live"))
    maker.page(A, "A", page, image, live, B, source="memento", archive="web.example")
    maker.page(page, "Page", log=Outcome.COPIED, source="warc", archive="old.warc.gz")
    maker.capture(image, log=Outcome.MEMENTO)
    maker.capture(live)
    edges = edges_by_target(merge(maker.done()) and maker.collection)
    told = {to: line.get("to_source") for to, line in edges.items()}
    assert told == {page: "warc", image: "memento", live: "live", B: None}
    stories = {one["title"]: one["captures"][0] for one in read(maker.collection, "stories.jsonl")}
    assert (stories["Page"]["source"], stories["Page"]["archive"]) == ("warc", "old.warc.gz")


def test_a_page_that_the_archive_has_under_another_address_is_found_by_what_was_asked(maker):
    asked, had = "https://news.example/b?ref=1", "https://news.example/b-and-more"
    maker.page(A, "A", asked, source="memento")
    page = maker.page(had, "B", source="memento", asked=asked)
    line = edges_by_target(merge(maker.done()) and maker.collection)[asked]
    assert (line["status"], line["to_source"]) == ("captured", "memento")
    assert line["to_datetime"] == page.moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    stories = {one["title"]: one["id"] for one in read(maker.collection, "stories.jsonl")}
    assert line["to_story"] == stories["B"]
