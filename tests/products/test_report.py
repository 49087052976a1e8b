"""The reports tell what logs, index and graph hold, as text and as JSON."""

import json
from datetime import UTC, datetime, timedelta

from crawler.model.log import Outcome
from pipelines import report
from pipelines.graph import merge
from pipelines.report.crawl import listed, size, span

NOON = datetime(2008, 4, 4, 12, tzinfo=UTC)
A, B, C = ("https://news.example/a", "https://news.example/b", "https://news.example/c")
NAMES = ("crawl", "seeds", "hosts", "response-code", "mimetype", "story-completeness")


def written(maker, seeds, why="finished"):
    collection = maker.done()
    merge(collection)
    report.write(collection, seeds, why)
    return {name: json.loads((collection.reports / f"{name}.json").read_text()) for name in NAMES}


def busy(maker):
    maker.page(A, "The first", B, C, moment=NOON)
    maker.page(B, "The second", A, moment=NOON + timedelta(seconds=3))
    maker.capture(C, 404, moment=NOON + timedelta(seconds=5.5))
    maker.capture("https://other.example/x.png", moment=NOON + timedelta(seconds=5.6))
    maker.capture(A + "/cut", moment=NOON + timedelta(seconds=9), log=Outcome.TRUNCATED)
    maker.log("https://news.example/no", Outcome.REFUSED_ROBOTS, reason="Disallow: /no")
    maker.log("https://down.example/", Outcome.FAILED, reason="ConnectionRefusedError: to nobody")
    maker.log("nonsense", Outcome.INVALID_SEED, reason="not a URL")


def test_the_figures(maker):
    busy(maker)
    crawl = written(maker, {A: "archived", "https://down.example/": "ConnectionRefusedError"})["crawl"]
    assert crawl["stories"] == 2
    assert crawl["exchanges"] == 5
    assert crawl["files"] == 1
    assert crawl["bytes"] == maker.warc.stat().st_size
    assert crawl["hosts"] == 2
    assert crawl["statuses"] == {"200": 4, "404": 1}
    links = crawl["links"]
    assert (links["links"], links["captured"], links["dead"]) == (3, 2, 1)
    assert crawl["failures"] == {"ConnectionRefusedError": 1}
    assert crawl["refusals"] == {"refused-robots": 1}
    assert (crawl["seeds"], crawl["seeds_archived"]) == (3, 1)
    assert crawl["why"] == "finished"


def test_a_link_to_a_disk_that_is_not_mounted_holds_no_report_up(maker):
    busy(maker)
    (maker.warc.parent / "elsewhere.warc.gz").symlink_to("/nowhere/elsewhere.warc.gz")
    crawl = written(maker, {A: "archived"})["crawl"]
    assert (crawl["files"], crawl["bytes"]) == (1, maker.warc.stat().st_size)


def test_the_smallest_interval_is_taken_over_all_processes(maker):
    busy(maker)
    other = maker.collection.logs / "crawl-testhost-8.log"
    line = (maker.collection.logs / "crawl-testhost-7.log").read_text().splitlines()[0]
    other.write_text(line.replace("12:00:00.000000Z", "12:00:02.750000Z") + "\n")
    crawl = written(maker, {})["crawl"]
    assert crawl["smallest_intervals"]["news.example"] == 0.25
    assert "other.example" not in crawl["smallest_intervals"]


def test_each_seed_has_a_row_and_a_bad_line_too(maker):
    busy(maker)
    seeds = written(maker, {A: "archived", C: "404"})["seeds"]
    assert seeds == [
        {"seed": A, "state": "archived"},
        {"seed": C, "state": "404"},
        {"seed": "nonsense", "state": "no seed: not a URL"},
    ]


def test_the_tables(maker):
    busy(maker)
    made = written(maker, {})
    assert made["response-code"] == [
        {"status": "200", "exchanges": 4},
        {"status": "404", "exchanges": 1},
    ]
    assert made["mimetype"][0]["captures"] == 5
    hosts = {row["host"]: row for row in made["hosts"]}
    assert hosts["news.example"]["refused"] == 1
    assert hosts["down.example"]["failed"] == 1
    first, second = made["story-completeness"]["stories"]
    assert (first["title"], first["links"], first["captured"], first["dead"]) == ("The first", 2, 1, 1)
    assert (second["title"], second["captured"]) == ("The second", 1)


def test_the_text_is_for_people(maker):
    busy(maker)
    written(maker, {A: "archived"})
    text = (maker.collection.reports / "crawl.txt").read_text()
    assert "Archived 2 stories in 5 exchanges with 2 hosts" in text
    assert "never closer than 2.50 s on one host" in text


def test_a_report_is_written_again_with_the_seeds_of_the_last(maker):
    busy(maker)
    before = written(maker, {A: "archived", B: "503"}, "closespider_timeout")
    report.write_again(maker.collection)
    after = {name: json.loads((maker.collection.reports / f"{name}.json").read_text()) for name in NAMES}
    assert after == before


def test_an_empty_collection_has_reports_too(maker):
    crawl = written(maker, {})["crawl"]
    assert (crawl["stories"], crawl["exchanges"], crawl["began"]) == (0, 0, "")


def test_torn_and_strange_log_lines_are_passed_over(maker):
    busy(maker)
    with (maker.collection.logs / "crawl-testhost-7.log").open("a") as log:
        log.write('[1]\n{"outcome": "captured", "url": "http://[bad", "ts": 5}\n{"outcome": "capt')
    assert written(maker, {})["crawl"]["exchanges"] == 6


def test_figures_are_spelled_for_people():
    assert [size(n) for n in (0, 999, 1400, 2_000_000_000)] == [
        "0 bytes",
        "999 bytes",
        "1.4 kB",
        "2.0 GB",
    ]
    assert [span(s) for s in (4.2, 201, 7500)] == ["4.2 s", "3 min 21 s", "2 h 5 min"]
    assert listed({}) == "none"
    assert listed({"a": 2, "b": 1}, most=1) == "3: 2 a, 1 others"
