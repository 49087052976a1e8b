"""TimeMaps in every form: the nearest memento, a further part where it may have a nearer one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.archives.memento import Aim, Answer, Missing, Redirect, Unavailable
from crawler.archives.timemap import Part, interpret, is_timemap, read
from crawler.model.memento import Memento
from tests.archives.test_the_fake_is_like_wayback import ask
from tests.archives.wayback_index import Held
from tests.archives.wayback_machine import running

URI_R = "http://news.example/story"
ROOT = "http://archive.example/news"
LINK, JSON, CDXJ = (f"{ROOT}/timemap/{form}/{URI_R}" for form in ("link", "json", "cdxj"))
AIM = Aim(URI_R, datetime(2008, 4, 4, 13, 54, tzinfo=UTC), timedelta(days=30))
LATEST = Aim(URI_R, None, timedelta(0))
EARLY, NEAR, FAR = (datetime(2001, 1, 1), datetime(2008, 4, 4, 12), datetime(2015, 6, 7))
NEAREST = Redirect(f"{ROOT}/20080404120000id_/{URI_R}", NEAR.replace(tzinfo=UTC))

LINKS = f"""<{URI_R}>; rel="original",
<{ROOT}/{URI_R}>; rel="timegate",
<{LINK}>; rel="self"; type="application/link-format"; from="Mon, 01 Jan 2001 00:00:00 GMT",
<{ROOT}/20010101000000mp_/{URI_R}>; rel="first memento"; datetime="Mon, 01 Jan 2001 00:00:00 GMT",
<{ROOT}/20080404120000mp_/{URI_R}>; rel="memento"; datetime="Fri, 04 Apr 2008 12:00:00 GMT",
<mailto:a@b>; rel="memento"; datetime="Fri, 04 Apr 2008 13:00:00 GMT",
<{ROOT}/broken>; rel="memento"; datetime="some day",
<{ROOT}/20150607000000mp_/{URI_R}>; rel="last memento"; datetime="Sun, 07 Jun 2015 00:00:00 GMT"
"""
STAMPS = ("20010101000000", "20080404120000", "20150607000000")
PYWB = "\n".join(
    json.dumps({"urlkey": "example,news)/story", "timestamp": stamp, "url": URI_R}) for stamp in STAMPS
)
PYWB_CDXJ = "\n".join(f'example,news)/story {stamp} {{"url": "{URI_R}"}}' for stamp in STAMPS)
WAYBACK = json.dumps([["urlkey", "timestamp", "original"], *(["k", stamp, URI_R] for stamp in STAMPS)])
AGGREGATOR = json.dumps(
    {
        "original_uri": URI_R,
        "mementos": {
            "list": [
                {"datetime": "2001-01-01T00:00:00Z", "uri": f"{ROOT}/20010101000000/{URI_R}"},
                {"datetime": "2008-04-04T12:00:00Z", "uri": f"{ROOT}/20080404120000/{URI_R}"},
                {"datetime": "2015-06-07T00:00:00Z", "uri": f"{ROOT}/20150607000000/{URI_R}"},
                {"datetime": 7, "uri": None},
                "none",
            ]
        },
    },
    indent=1,
)
MEMGATOR = f'!context ["http://oduwsdl.github.io/contexts/memento"]\n!meta {{"original": "{URI_R}"}}\n'
MEMGATOR += "".join(f'{s} {{"uri": "{ROOT}/{s}/{URI_R}", "rel": "memento"}}\n' for s in STAMPS)


def nearest(body: str, asked: str = LINK, aim: Aim = AIM, *, whole: bool = True) -> Answer:
    return interpret(asked, 200, [], body.encode(), aim, whole=whole)


@pytest.mark.parametrize(
    ("asked", "body"),
    [
        (LINK, LINKS),
        (JSON, PYWB),
        (CDXJ, PYWB_CDXJ),
        (JSON, WAYBACK),
        (JSON, AGGREGATOR),
        (CDXJ, MEMGATOR),
    ],
)
def test_the_nearest_memento_by_its_raw_bytes_in_every_form(asked: str, body: str) -> None:
    found = [one.moment for one in read(body.encode(), asked, URI_R) if isinstance(one, Memento)]
    assert found == [one.replace(tzinfo=UTC) for one in (EARLY, NEAR, FAR)]
    assert without_line(nearest(body, asked)) == NEAREST
    latest = nearest(body, asked, LATEST)
    assert without_line(latest) == Redirect(f"{ROOT}/20150607000000id_/{URI_R}", FAR.replace(tzinfo=UTC))
    far = nearest(body, asked, Aim(URI_R, datetime(2004, 1, 1, tzinfo=UTC), timedelta(days=30)))
    assert isinstance(far, Missing)
    assert far.reason == "nearest memento is of 20010101000000, 1095 days from the anchor"


def without_line(answer: Answer) -> Answer:
    return replace(answer, expected=None) if isinstance(answer, Redirect) else answer


def test_what_an_index_says_of_the_nearest_goes_on_with_it() -> None:
    line = {"timestamp": STAMPS[1], "url": URI_R, "status": "301", "digest": "A" * 32}
    answer = nearest(json.dumps(line), JSON)
    assert isinstance(answer, Redirect)
    assert answer.expected is not None
    assert (answer.expected.status, answer.expected.digest) == (301, "sha1:" + "A" * 32)


def links(*moments: str) -> str:
    return ",\n".join(
        f'<http://a.example/{n}>; rel="memento"; datetime="{moment}"' for n, moment in enumerate(moments)
    )


def test_of_two_as_near_the_older_whatever_the_order() -> None:
    dates = ["Thu, 03 Apr 2008 13:54:00 GMT", "Sat, 05 Apr 2008 13:54:00 GMT"]
    older = datetime(2008, 4, 3, 13, 54, tzinfo=UTC)
    assert nearest(links(*dates)) == Redirect("http://a.example/0", older)
    assert nearest(links(*reversed(dates))) == Redirect("http://a.example/1", older)


def part(number: int, since: str, until: str = "") -> str:
    ends = f'; from="{since}"' + (f'; until="{until}"' if until else "")
    return f',\n<{ROOT}/timemap/link/{number}/{URI_R}>; rel="timemap"{ends}'


def test_a_part_is_asked_where_its_span_comes_nearer() -> None:
    here = links("Mon, 01 Jan 2007 00:00:00 GMT")
    second = Redirect(f"{ROOT}/timemap/link/2/{URI_R}", None)
    spans = ("Tue, 01 Jan 2008 00:00:00 GMT", "Thu, 01 Jan 2009 00:00:00 GMT")
    assert nearest(here + part(2, *spans)) == second
    assert nearest(here + part(3, spans[1]) + part(2, *spans)) == second
    assert nearest(here + part(2, spans[0]), aim=LATEST) == second
    assert nearest(part(2, *spans).lstrip(",\n")) == second


def test_a_part_that_lies_farther_is_not_asked() -> None:
    here = links("Fri, 04 Apr 2008 12:00:00 GMT")
    found = nearest(here + part(2, "Thu, 01 Jan 2009 00:00:00 GMT"))
    assert found == Redirect("http://a.example/0", NEAR.replace(tzinfo=UTC))


def test_the_index_of_an_aggregator_in_json() -> None:
    index = [
        {"from": "2001-01-01T00:00:00Z", "until": "2007-01-01T00:00:00Z", "uri": "http://a.example/1"},
        {"from": "2007-01-02T00:00:00Z", "until": "2012-01-01T00:00:00Z", "uri": "http://a.example/2"},
    ]
    body = json.dumps({"timemap_index": index})
    assert nearest(body, JSON) == Redirect("http://a.example/2", None)
    moment = datetime(2001, 1, 1, tzinfo=UTC)
    assert next(read(body.encode(), JSON, URI_R)) == Part(
        "http://a.example/1", moment, datetime(2007, 1, 1, tzinfo=UTC)
    )


def test_of_a_body_that_was_cut_only_what_lies_behind_the_anchor_counts() -> None:
    assert nearest(LINKS, whole=False) == NEAREST
    cut = LINKS[: LINKS.index("<mailto")]
    found = nearest(cut, whole=False)
    assert isinstance(found, Missing)
    assert found.reason.startswith("the TimeMap is longer than the ")
    assert isinstance(nearest(LINKS, aim=LATEST, whole=False), Missing)


DEEP = 200_000


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>sorry</html>",
        "{}",
        "[]",
        '{"mementos": 7}',
        "\x00",
        "[" * DEEP,
        '{"mementos":' * DEEP,
        "20080404120000 {}\n",
        "<a>" + " ," * DEEP,
        "<a>;" * DEEP,
        "<a " * DEEP,
    ],
    ids=range(12),
)
def test_what_lists_nothing_is_missing(body: str) -> None:
    assert nearest(body) == Missing("the TimeMap lists no memento")


def test_an_answer_that_is_no_timemap() -> None:
    assert interpret(LINK, 404, [], b"", AIM) == Missing("the archive answered 404")
    assert interpret(LINK, 429, [], b"", AIM) == Unavailable("the archive answered 429")
    secure = LINK.replace("http:", "https:", 1)
    assert interpret(LINK, 301, [(b"Location", secure.encode())], b"", AIM) == Redirect(secure, None)


@pytest.mark.parametrize(
    ("asked", "yes"),
    [
        (LINK, True),
        (f"{ROOT}/timemap/link/2/{URI_R}", True),
        (f"{ROOT}/20080404120000id_/{URI_R}", False),
        (f"{ROOT}/20080404120000id_/http://a.example/timemap/link/x", False),
        (f"{ROOT}/timemap/link/", False),
    ],
)
def test_which_address_is_a_timemaps(asked: str, yes: bool) -> None:
    assert is_timemap(asked) is yes


def test_the_parts_of_a_long_timemap_lead_to_the_nearest() -> None:
    held = [Held(URI_R, f"{year}0404120000") for year in range(2001, 2016)]
    with running(held, links_a_page=4) as machine:
        answer: Answer = Redirect(f"{machine.url}timemap/link/{URI_R}", None)
        steps = 0
        while isinstance(answer, Redirect) and answer.moment is None:
            body = ask(machine, answer.uri_m.removeprefix(f"http://{machine.host}"))[2]
            answer, steps = interpret(answer.uri_m, 200, [], body, AIM), steps + 1
        assert answer == Redirect(machine.uri_m(URI_R, "20080404120000"), NEAR.replace(tzinfo=UTC))
        assert steps == 2
