"""`reports/coherence` says how far apart a page, its requisites and its related stories were captured."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.model.log import Outcome
from crawler.model.story import StoryPage
from crawler.model.timestamp import to_http_date
from pipelines import coherence, graph
from pipelines.coherence.spans import State, state_of

MOMENT = datetime(2008, 4, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MONTH = 30 * 86400.0
PAGE, OTHER = "http://news.example/a", "http://news.example/b"
EARLY, LATE, STYLE, MOVED, GONE, NEVER = (
    f"http://img.example/{name}" for name in ("early", "late", "style", "moved", "gone", "never")
)


@pytest.mark.parametrize(
    ("captured", "modified", "state"),
    [
        (-1, None, State.POSSIBLY_COHERENT),
        (0, None, State.POSSIBLY_COHERENT),
        (1, None, State.POSSIBLY_VIOLATIVE),
        (2, -3, State.COHERENT),
        (2, 0, State.COHERENT),
        (2, 1, State.VIOLATIVE),
        (2, 3, State.POSSIBLY_VIOLATIVE),
    ],
)
def test_a_requisite_is_as_coherent_as_its_last_modified_says(captured, modified, state) -> None:
    told = None if modified is None else MOMENT + modified * DAY
    assert state_of(MOMENT, MOMENT + captured * DAY, told) is state


@pytest.fixture
def told(maker) -> dict[str, Any]:
    maker.capture(EARLY, moment=MOMENT - 20 * DAY)
    maker.capture(EARLY, moment=MOMENT - 2 * DAY)
    maker.capture(EARLY, moment=MOMENT + 3 * DAY)  # farther away
    maker.capture(LATE, moment=MOMENT + 40 * DAY)
    old = to_http_date(MOMENT - 9 * DAY)
    maker.capture(STYLE, moment=MOMENT + 90 * DAY, **{"Last_Modified": old})
    maker.capture(MOVED, status=301, moment=MOMENT, Location=EARLY)
    maker.capture(GONE, status=404, moment=MOMENT)
    maker.page(OTHER, "Other", moment=MOMENT + 5 * DAY, log=Outcome.MEMENTO)
    moment, record_id = maker.capture(PAGE, moment=MOMENT)
    edges = tuple(
        maker.edge(PAGE, moment, to, n) for n, to in enumerate((OTHER, "http://news.example/c"))
    )
    requisites = (EARLY, LATE, STYLE, MOVED, GONE, NEVER)
    page = StoryPage(PAGE, moment, edges=edges, source="memento", requisites=requisites)
    maker.segment.write(page, record_id)
    collection = maker.done()
    graph.merge(collection)
    coherence.write(collection, MONTH)
    found = json.loads((collection.reports / "coherence.json").read_text())
    return {**found, "text": (collection.reports / "coherence.txt").read_text()}


def test_the_spans_of_a_page_are_told(told) -> None:
    page = told["pages"][0]
    assert page["uri"] == PAGE
    days = {"earliest": -2 * 86400, "latest": 90 * 86400, "span": 92 * 86400}
    states = {"coherent": 1, "possibly-coherent": 2, "possibly-violative": 1, "violative": 0}
    assert page["requisites"] == {"captured": 4, "missing": 2, **days, **states}
    later = {"earliest": 5 * 86400, "latest": 5 * 86400, "span": 5 * 86400}
    assert page["related"] == {"captured": 1, "missing": 1, **later}


def test_a_page_with_a_requisite_of_much_later_is_flagged(told) -> None:
    assert (told["pages"][0]["flagged"], told["pages"][0]["later"]) == (True, 1)
    assert told["pages"][1]["flagged"] is False
    assert (told["page_count"], told["flagged"]) == (2, 1)
    assert "\n!           4          2       2.0d      90.0d" in told["text"]


def test_a_limit_of_the_operator_holds(told, maker) -> None:
    coherence.write(maker.collection, 41 * 86400.0)
    found = json.loads((maker.collection.reports / "coherence.json").read_text())
    assert found["flagged"] == 0


def test_a_collection_without_captures_has_an_empty_report(maker) -> None:
    (maker.collection.indexes / "index.cdxj").unlink(missing_ok=True)
    coherence.write(maker.collection, MONTH)
    assert json.loads((maker.collection.reports / "coherence.json").read_text())["pages"] == []
