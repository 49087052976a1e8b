"""How much of what a story links to is archived: the numbers add up, whatever the graph is."""

import json
import random
from datetime import timedelta

import pytest

from crawler.model.completeness import STATUSES, Completeness, completeness
from crawler.model.log import Outcome
from pipelines import report
from pipelines.graph import merge

A, B, C, D = (f"https://news.example/{name}" for name in "abcd")
NAMES = {status.value for status in STATUSES}


def line(source, target, status, archive="web.example", to_story=""):
    return {
        "from_story": source,
        "to": target,
        "to_story": to_story,
        "status": status,
        "archive": archive,
    }


def of(*lines):
    return completeness(lines)["s1"].to_dict()


def test_each_link_counts_under_its_status_and_its_archive():
    found = of(
        line("s1", A, "captured"),
        line("s1", B, "missing"),
        line("s1", C, "captured", "other.example"),
        line("s2", D, "dead"),
    )
    assert found == {
        "links": 3, "captured": 2, "dead": 0, "missing": 1, "pending": 0, "out-of-scope": 0, "share": 0.6667,
        "archives": {"web.example": {"captured": 1, "missing": 1}, "other.example": {"captured": 1}},
    }  # fmt: skip


def test_a_target_that_two_captures_of_the_story_show_is_one_link():
    assert of(line("s1", A, "dead"), line("s1", A + "?utm_source=x", "dead"))["links"] == 1


def test_two_addresses_of_one_story_are_one_link():
    assert (
        of(line("s1", A, "captured", to_story="s2"), line("s1", B, "captured", to_story="s2"))["links"]
        == 1
    )


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_statuses_of_a_target_the_first_in_the_table_counts(order):
    lines = [line("s1", A, "out-of-scope"), line("s1", A, "pending", "other.example")][::order]
    assert of(*lines)["archives"] == {"other.example": {"pending": 1}}


def test_a_link_that_leads_back_to_the_story_is_none():
    assert completeness([line("s1", B, "captured", to_story="s1")]) == {}


def test_without_links_nothing_is_complete_and_nothing_lacks():
    assert Completeness().to_dict() == {
        "links": 0, **dict.fromkeys((status.value for status in STATUSES), 0), "share": None, "archives": {},
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_the_statuses_add_up_to_the_distinct_related_links_of_each_story(maker, seed):
    """Random graphs through the merge and the report, counted again from the links as pages show them."""
    chance = random.Random(seed)
    pages = [f"https://site{n % 3}.example/{n}" for n in range(8)]
    others = [f"https://site{n % 3}.example/other/{n}" for n in range(12)]
    shown: dict[str, set[str]] = {}
    for number in range(chance.randrange(1, 12)):
        page = chance.choice(pages)
        targets = chance.sample([*pages, *others], chance.randrange(0, 9))
        moment = maker.clock + timedelta(hours=number + 1)
        edges = [
            maker.edge(page, moment, to, n, in_scope=chance.random() < 0.7)
            for n, to in enumerate(targets)
        ]
        maker.page(page, page, *edges, moment=moment)
        shown.setdefault(page, set()).update(set(targets) - {page})
    for uri in chance.sample(others, 6):
        if chance.random() < 0.5:
            maker.capture(uri, chance.choice([200, 404, 500]))
        else:
            maker.log(uri, chance.choice([Outcome.MISSING, Outcome.DEAD, Outcome.REFUSED_ROBOTS]))
    merge(maker.done())
    report.write(maker.collection, {}, "finished")
    told = json.loads((maker.collection.reports / "story-completeness.json").read_text())
    assert {row["uri"]: row["links"] for row in told["stories"]} == {u: len(t) for u, t in shown.items()}
    for row in [told, *told["stories"]]:
        assert row["links"] == sum(row[name] for name in NAMES)
        assert row["links"] == sum(sum(counts.values()) for counts in row["archives"].values())
    for name in ("links", *NAMES):
        assert told[name] == sum(row[name] for row in told["stories"])
    shares = [row["share"] for row in told["stories"] if row["share"] is not None]
    assert shares == sorted(shares)


def test_a_link_that_a_web_archive_brought_names_it_and_a_live_one_its_site(maker):
    asked = {"archive": "archive.example:8080"}
    edges = [maker.edge(A, maker.clock, to, n, **asked) for n, to in enumerate((B, C))]
    maker.page(A, "A", *edges, archive="archive.example:8080")
    maker.page(B, "B", D, archive="elsewhere.example")  # where an aggregator found it
    maker.log(C, Outcome.MISSING, reason="no memento")
    merge(maker.done())
    lines = (maker.collection.graph / "edges.jsonl").read_text().splitlines()
    archives = {edge["to"]: edge["archive"] for edge in map(json.loads, lines)}
    assert archives == {B: "elsewhere.example", C: "archive.example:8080", D: "news.example"}


def test_the_text_begins_with_the_archives_and_the_least_complete_story(maker):
    maker.page(A, "Complete", B)
    maker.page(B, "Half", A, C)
    maker.page(D, "Nothing to link to")
    maker.capture(C, 404)
    merge(maker.done())
    report.write(maker.collection, {}, "finished")
    rows = (maker.collection.reports / "story-completeness.txt").read_text().splitlines()
    assert [row.split() for row in rows[:3]] == [
        ["share", "links", "captured", "dead", "missing", "pending", "out-of-scope", "archive"],
        ["67%", "3", "2", "1", "0", "0", "0", "news.example"],
        ["67%", "3", "2", "1", "0", "0", "0", "all"],
    ]
    assert [row.rpartition("  ")[2] for row in rows[5:]] == ["Half", "Complete", "Nothing to link to"]
