"""One walk over the sample site, compared with the site's own log and labels, path by path."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def walk(site: Any, crawler_in: Any) -> Any:
    done = crawler_in.run(f"seeds={site.start}", "collection=x", DOWNLOAD_DELAY=0)
    assert done.returncode == 0, done.stderr
    return crawler_in


def test_the_site_is_asked_for_what_its_labels_say(site: Any, walk: Any) -> None:
    expected = site.expected
    wanted = {"/robots.txt", *expected["edges"], *expected["redirects"]}
    wanted |= {*expected["gone"], *expected["requisites"]}
    asked = site.paths()
    assert set(asked) == wanted
    assert [path for path, times in Counter(asked).items() if times > 1] == []
    assert asked[0] == "/robots.txt"


def test_each_edge_is_a_related_link_and_tells_what_became_of_it(site: Any, walk: Any) -> None:
    expected = site.expected
    found: dict[str, set[str]] = {}
    states: dict[str, set[str]] = {}
    for edge in walk.lines("x", "graph/edges.jsonl"):
        page, target = urlsplit(edge["from"]).path, urlsplit(edge["to"]).path
        found.setdefault(page, set()).add(target)
        states.setdefault(edge["status"], set()).add(target)
    assert found == {page: set(links) for page, links in expected["edges"].items()}
    assert states["dead"] == set(expected["gone"])
    assert states["out-of-scope"] == set(expected["forbidden"])
    assert set(states) == {"captured", "dead", "out-of-scope"}


def test_robots_refusals_stand_in_the_log_with_the_page_that_led_there(site: Any, walk: Any) -> None:
    refused = [line for line in walk.lines("x", "logs/*.log") if line["outcome"] == "refused-robots"]
    assert [urlsplit(line["url"]).path for line in refused] == site.expected["forbidden"]
    assert urlsplit(refused[0]["via"]).path in site.expected["edges"]


def test_the_report_counts_what_the_site_saw(site: Any, walk: Any) -> None:
    told = report(walk)
    stories, exchanges = len(site.expected["edges"]), len(site.requests())
    assert (told["stories"], told["exchanges"]) == (stories, exchanges)
    assert (told["seeds"], told["seeds_archived"]) == (1, 1)


def test_the_demo_can_be_given_twice(site: Any, walk: Any) -> None:
    words = (f"seeds={site.start}", "collection=x", "again=true")
    assert walk.run(*words, DOWNLOAD_DELAY=0).returncode == 0
    assert walk.captured("x")[site.start] == 2
    assert report(walk)["stories"] == len(site.expected["edges"])


def report(walk: Any) -> dict[str, Any]:
    text = (walk.folder / "x" / "reports" / "crawl.json").read_text()
    return dict(json.loads(text))
