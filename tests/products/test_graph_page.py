"""The data of the graph's page: dates, links, seeds, what is hostile, and the policy of the file."""

import base64
import hashlib
import json
import re
from argparse import Namespace

import pytest

from crawler.commands._drawn import check_graph_options, viewer_address
from crawler.errors import UsageError
from crawler.model.completeness import Completeness, completeness
from crawler.model.log import Outcome
from crawler.model.story import EdgeStatus
from pipelines.graph import merge
from pipelines.graph_page import write
from pipelines.graph_page.data import document
from pipelines.graph_page.when import when
from pipelines.graph_page.write import page
from pipelines.lines import read_json_lines

A, B, GONE = ("http://news.example/a", "http://news.example/b", "http://news.example/gone")
HOSTILE = (
    "</script><script>window.hacked = 1</script><!-- <img src=x onerror='window.hacked = 1'> & \u2028"
)
CAPTURED = {"captures": [{"uri": A, "datetime": "2008-04-05T00:00:00Z", "record_id": "<urn:uuid:1>"}]}


@pytest.mark.parametrize(
    ("published", "moment", "told"),
    [
        ("2008-04-04T14:54:00+01:00", "2008-04-04T13:54:00Z", "published"),
        ("2008-04-04", "2008-04-04T00:00:00Z", "published"),
        ("2008-04", "2008-04-01T00:00:00Z", "published"),
        ("2008", "2008-01-01T00:00:00Z", "published"),
        ("", "2008-04-05T00:00:00Z", "captured"),
        ("yesterday", "2008-04-05T00:00:00Z", "captured"),
        ("0001-01-01T00:00:00Z", "2008-04-05T00:00:00Z", "captured"),
        ("0001-01-01T00:00:00+14:00", "2008-04-05T00:00:00Z", "captured"),
        ("2008-13", "2008-04-05T00:00:00Z", "captured"),
    ],
)
def test_a_story_stands_at_the_date_it_tells_or_else_at_its_first_capture(published, moment, told):
    assert when({"published": published, **CAPTURED}) == (moment, told)


def read(text):
    """The document in a page, as a browser reads it."""
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    return json.loads(data)


def rows(shown):
    named = [dict(zip(shown["links"]["columns"], row, strict=True)) for row in shown["links"]["rows"]]
    return [{**row, "status": shown["statuses"][row["status"]]} for row in named]


def test_a_link_that_many_captures_show_is_one_with_the_status_that_counts(maker):
    maker.page(A, "First", B, GONE, "http://elsewhere.example/x")
    maker.page(A, "First", B)
    maker.page(B, "Second")
    collection = maker.done()
    merge(collection)
    shown = document(collection, "")
    edges = list(read_json_lines(collection.graph / "edges.jsonl"))
    assert [(row["from"], row["to"], row["seen"]) for row in rows(shown)] == [
        (0, 1, 2),
        (0, 2, 1),
        (0, 3, 1),
    ]
    assert rows(shown)[0]["status"] == "captured"
    assert shown["targets"] == [GONE, "http://elsewhere.example/x"]
    first = completeness(edges)[shown["stories"][0]["id"]].to_dict()
    assert shown["stories"][0]["complete"] == {name: value for name, value in first.items() if value}
    assert shown["total"] == Completeness.total(completeness(edges).values()).to_dict()
    counted = [row["status"] for row in rows(shown)]
    assert {status: counted.count(status) for status in counted} == {
        status.value: first[status.value] for status in EdgeStatus if first[status.value]
    }


def test_seeds_are_what_nothing_led_to(maker):
    maker.page(A, "First", B)
    maker.page(B, "Second", log=None)
    maker.log(B, Outcome.CAPTURED, 200, via=A, hops=1)
    merge(maker.done())
    assert [story["seed"] for story in document(maker.collection, "")["stories"]] == [True, False]


def test_what_the_collection_says_is_data_and_never_markup(maker):
    edge = maker.edge(A, maker.tick(), GONE, text=HOSTILE, heading=HOSTILE, reasons=(HOSTILE,))
    maker.page(A, HOSTILE, edge)
    merge(maker.done())
    text = write(maker.collection, "http://127.0.0.1:8080/<x>/").path.read_text()
    assert text.count("window.hacked") == 8
    assert len(re.findall(r"<script\b", text)) == 3
    assert "<img" not in text.lower()
    assert "\u2028" not in text.partition('id="data">')[2].partition("</script>")[0]
    shown = read(text)
    assert shown["stories"][0]["title"] == HOSTILE
    assert rows(shown)[0]["text"] == HOSTILE
    assert shown["replay"] == "http://127.0.0.1:8080/<x>/"


def test_the_policy_lets_just_these_scripts_run_and_nothing_be_asked_for(maker):
    maker.page(A, "First")
    merge(maker.done())
    text = write(maker.collection).path.read_text()
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    rules = {
        name: sources.split()
        for name, _, sources in (r.strip().partition(" ") for r in policy.split(";"))
    }
    assert rules["default-src"] == ["'none'"]
    assert set(rules) == {"default-src", "script-src", "style-src", "img-src", "base-uri", "form-action"}
    assert rules["img-src"] == ["blob:", "data:"]
    for name, element in (("script-src", "script"), ("style-src", "style")):
        inside = re.findall(rf"<{element}>(.*?)</{element}>", text, re.DOTALL)
        digests = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in inside]
        assert rules[name] == [f"'sha256-{digest}'" for digest in digests]
    assert not re.search(
        r"<(link|iframe|object|embed|base|form action|img|video|audio)\b",
        text.partition("@license")[0][:20000],
    )


def test_the_same_graph_is_the_same_page_and_no_surrogate_breaks_it(maker):
    maker.page(A, "half \ud83d of a pair", B)
    collection = maker.done()
    merge(collection)
    once = write(collection).path.read_bytes()
    assert write(collection).path.read_bytes() == once
    assert page(document(collection, "")) == once
    assert len(once) == write(collection).size


def test_a_collection_without_stories_has_a_page_too(maker):
    merge(maker.done())
    summary = write(maker.collection)
    assert (summary.stories, summary.links) == (0, 0)
    assert read(summary.path.read_text())["stories"] == []


def test_the_library_is_the_one_that_its_page_names():
    from pipelines.graph_page.write import _ASSETS

    told = (_ASSETS / "vendor" / "README.md").read_text()
    digest = hashlib.sha256((_ASSETS / "vendor" / "d3.min.js").read_bytes()).hexdigest()
    version = re.match(r"// https://d3js.org v(\S+)", (_ASSETS / "vendor" / "d3.min.js").read_text())
    assert version is not None
    assert digest in told
    assert f"d3@{version[1]}" in told


def test_the_command_writes_the_page_and_says_where(maker, scrapy):
    maker.page(A, "First", B)
    maker.done()
    done = scrapy("collection", "graph", "news", "--html", "--replay", "http://127.0.0.1:8080/news")
    assert done.returncode == 0, done.stderr
    path = maker.collection.graph / "graph.html"
    assert f"{path}: " in done.stdout
    assert read(path.read_text())["replay"] == "http://127.0.0.1:8080/news/"
    told = json.loads(scrapy("collection", "graph", "news", "--html", "--json").stdout)
    assert (told["html"], told["bytes"]) == (str(path), path.stat().st_size)


@pytest.mark.parametrize(
    ("action", "given", "told"),
    [
        ("list", {"html": True}, "--html is for `collection graph NAME`"),
        ("list", {"rebuild": True}, "--rebuild is for `collection graph NAME`"),
        ("graph", {"replay": "http://127.0.0.1:8080/news/"}, "add --html"),
    ],
)
def test_an_option_in_the_wrong_place_says_where_it_belongs(action, given, told):
    options = Namespace(**{"html": False, "rebuild": False, "replay": ""} | given)
    with pytest.raises(UsageError, match=told):
        check_graph_options(action, options)


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "news", "http:///news/", "http://[/", "http://h/?q"]
)
def test_what_is_no_address_of_a_viewer_is_refused(text):
    with pytest.raises(UsageError, match="no address of a viewer"):
        viewer_address(text)


def test_a_refused_option_is_one_line_and_writes_nothing(maker, scrapy):
    maker.done()
    done = scrapy("collection", "graph", "news", "--html", "--replay", "javascript:alert(1)")
    assert done.returncode == 2
    assert "no address of a viewer" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (maker.collection.graph / "graph.html").exists()
