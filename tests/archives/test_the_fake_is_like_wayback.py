"""The fake Wayback Machine answers as the real one does: by its documentation and its users' reports."""

from __future__ import annotations

import gzip
import http.client
import json
import time
import tracemalloc
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.archives.wayback_index import Held, MadeUp, answer
from tests.archives.wayback_machine import Kind, Limits, Trouble, WaybackMachine, running

STORY, MOVED, BROKEN = "http://news.example/story", "http://news.example/old", "http://news.example/gone"
BODY = b'<html><a href="http://news.example/old">x</a></html>'
CAPTURES = [
    Held(STORY, "20080404120000", BODY, fields=(("Link", "</a>; rel=next"),)),
    Held(STORY, "20081224000000", BODY, revisit=True),
    Held(MOVED, "20080405000000", b"moved", 301, location="/story"),
    Held(BROKEN, "20080404120000", runtime_error="ResourceNotAvailableException: gone"),
    Held("http://sub.news.example/a", "20090101000000", b"none", 404),
]


@pytest.fixture
def machine() -> Iterator[WaybackMachine]:
    with running(CAPTURES) as one:
        yield one


def ask(machine: WaybackMachine, path: str, **fields: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", machine.port, timeout=5)
    try:
        connection.request("GET", path, headers={"User-Agent": "test", **fields})
        answered = connection.getresponse()
        names = {name.lower(): value for name, value in answered.getheaders()}
        return answered.status, names, answered.read()
    finally:
        connection.close()


def asked_on(machine: WaybackMachine, path: str) -> None:
    """Asks until the port is closed."""
    for _ in range(100):
        ask(machine, path)


def cdx(machine: WaybackMachine, **words: str) -> str:
    status, _, body = ask(machine, "/cdx/search/cdx?" + urlencode(words))
    assert status == 200
    return body.decode()


def test_the_exact_moment_is_played_with_every_field_prefixed_but_the_type(
    machine: WaybackMachine,
) -> None:
    status, fields, body = ask(machine, f"/web/20080404120000id_/{STORY}")
    assert (status, body, fields["content-type"]) == (200, BODY, "text/html")
    assert fields["memento-datetime"] == "Fri, 04 Apr 2008 12:00:00 GMT"
    assert fields["x-archive-orig-link"] == "</a>; rel=next"
    assert fields["x-archive-orig-content-length"] == str(len(BODY))
    assert 'rel="original"' in fields["link"]
    assert "x-archive-src" in fields


def test_another_moment_is_sent_on_to_the_nearest_which_may_be_months_away(
    machine: WaybackMachine,
) -> None:
    status, fields, _ = ask(machine, f"/web/20091231000000id_/{STORY}")
    assert (status, fields["location"]) == (302, machine.uri_m(STORY, "20081224000000"))
    assert "memento-datetime" not in fields


def test_an_archived_redirect_is_a_302_into_the_archive(machine: WaybackMachine) -> None:
    status, fields, _ = ask(machine, f"/web/20080405000000id_/{MOVED}")
    assert (status, fields["location"]) == (302, machine.uri_m(STORY, "20080405000000"))
    assert "memento-datetime" in fields
    assert fields["x-archive-orig-location"] == "/story"


def test_its_own_gzip_comes_where_it_is_accepted(machine: WaybackMachine) -> None:
    _, fields, body = ask(
        machine, f"/web/20080404120000id_/{STORY}", **{"Accept-Encoding": "gzip, deflate"}
    )
    assert fields["content-encoding"] == "gzip"
    assert "x-archive-orig-content-encoding" not in fields
    assert gzip.decompress(body) == BODY


def test_without_a_modifier_the_view_is_rewritten(machine: WaybackMachine) -> None:
    _, _, body = ask(machine, f"/web/20080404120000/{STORY}")
    assert b"TOOLBAR" in body
    assert b'href="/web/20080404120000/http://news.example/old"' in body


def test_what_cannot_be_played_and_what_is_not_there(machine: WaybackMachine) -> None:
    status, fields, _ = ask(machine, f"/web/20080404120000id_/{BROKEN}")
    assert (status, fields["x-archive-wayback-runtime-error"]) == (
        503,
        "ResourceNotAvailableException: gone",
    )
    assert ask(machine, "/web/20080404120000id_/http://nowhere.example/")[0] == 404


def test_the_timegate_sends_on_to_the_rewritten_view(machine: WaybackMachine) -> None:
    asked = {"Accept-Datetime": "Sat, 05 Apr 2008 00:00:00 GMT"}
    status, fields, _ = ask(machine, f"/web/{STORY}", **asked)
    assert (status, fields["location"]) == (302, machine.uri_m(STORY, "20080404120000", ""))
    assert "memento-datetime" not in fields
    assert ask(machine, f"/web/{STORY}")[1]["location"] == machine.uri_m(STORY, "20081224000000", "")


def test_timemaps(machine: WaybackMachine) -> None:
    _, fields, body = ask(machine, f"/web/timemap/link/{STORY}")
    assert fields["content-type"] == "application/link-format"
    assert f'<{machine.url}20080404120000/{STORY}>; rel="first memento"'.encode() in body
    rows = json.loads(ask(machine, f"/web/timemap/json/{STORY}")[2])
    assert [row[1] for row in rows] == ["timestamp", "20080404120000", "20081224000000"]


def test_cdx_lines(machine: WaybackMachine) -> None:
    lines = [line.split(" ") for line in cdx(machine, url=STORY).splitlines()]
    assert [line[1:5] for line in lines] == [
        ["20080404120000", STORY, "text/html", "200"],
        ["20081224000000", STORY, "warc/revisit", "-"],
    ]
    assert lines[0][5] == lines[1][5]
    assert cdx(machine, url="http://nowhere.example/") == ""
    assert json.loads(cdx(machine, url="http://nowhere.example/", output="json")) == []


@pytest.mark.parametrize(
    ("words", "moments"),
    [
        ({"url": "news.example", "matchType": "host"}, 4),
        ({"url": "news.example", "matchType": "domain"}, 5),
        ({"url": "*.news.example"}, 5),
        ({"url": "news.example/s", "matchType": "prefix"}, 2),
        ({"url": "news.example/s*", "from": "200805"}, 1),
        ({"url": "news.example/s*", "to": "2008"}, 2),
        ({"url": "*.news.example", "filter": "statuscode:[34].."}, 2),
        ({"url": "*.news.example", "filter": "!mimetype:text/html"}, 1),
        ({"url": "*.news.example", "collapse": "urlkey"}, 4),
        ({"url": "*.news.example", "limit": "2"}, 2),
    ],
)
def test_what_a_cdx_query_chooses(machine: WaybackMachine, words: dict[str, str], moments: int) -> None:
    assert len(cdx(machine, **words).splitlines()) == moments


def test_a_resume_key_stands_behind_an_empty_line_and_leads_on(machine: WaybackMachine) -> None:
    words = {"url": "*.news.example", "limit": "2", "showResumeKey": "true"}
    seen, key = [], ""
    for _ in range(3):
        lines, _, tail = cdx(machine, **words, **({"resumeKey": key} if key else {})).partition("\n\n")
        seen += lines.splitlines()
        key = tail.strip()
    assert key == ""
    assert seen == cdx(machine, url="*.news.example").splitlines()
    rows = json.loads(cdx(machine, **words, output="json"))
    assert rows[-2] == []
    assert rows[-1][0].endswith("%21")


def test_revisits_are_resolved_on_request(machine: WaybackMachine) -> None:
    last = cdx(machine, url=STORY, resolveRevisits="true").splitlines()[-1].split(" ")
    assert last[-3:] == [str(len(BODY) + 300), "0", "A-0.warc.gz"]


def test_a_query_that_is_none_is_400(machine: WaybackMachine) -> None:
    assert ask(machine, "/cdx/search/cdx?url=a.example&filter=nothing:1")[0] == 400


def test_over_its_limits_it_says_429_without_retry_after_and_then_closes_its_port() -> None:
    limits = Limits(playback=2, index=1, seconds=60, patience=0.1, block=0.3)
    with running(CAPTURES, limits=limits) as machine:
        play = f"/web/20080404120000id_/{STORY}"
        assert [ask(machine, play)[0] for _ in range(3)] == [200, 200, 429]
        assert "retry-after" not in ask(machine, play)[1]
        assert [ask(machine, f"/web/timemap/link/{STORY}")[0] for _ in range(2)] == [200, 429]
        time.sleep(0.15)
        with pytest.raises(OSError):
            asked_on(machine, play)
        assert machine.blocked == 1
        time.sleep(0.5)
        assert ask(machine, play)[0] == 429
        kinds = [one.kind for one in machine.asked]
        assert kinds.count(Kind.INDEX) == 2


def test_it_misbehaves_when_told_to(machine: WaybackMachine) -> None:
    machine.trouble(Trouble.TOO_MANY, Trouble.HANGS_UP)
    play = f"/web/20080404120000id_/{STORY}"
    assert ask(machine, play)[0] == 429
    with pytest.raises(http.client.RemoteDisconnected):
        ask(machine, play)
    assert ask(machine, play)[0] == 200
    machine.go()
    with pytest.raises(ConnectionRefusedError):
        ask(machine, play)
    machine.come()
    assert ask(machine, play)[0] == 200
    assert [one.status for one in machine.asked] == [429, 0, 200, 200]


def test_a_million_lines_are_never_in_memory() -> None:
    asked = {"url": ["million.example"], "matchType": ["host"], "limit": ["5000"]}
    tracemalloc.start()
    try:
        assert sum(1 for _ in answer(MadeUp(1_000_000), asked)) == 5_000
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_made_up_lines_resume_and_play() -> None:
    with running(MadeUp(1_000_000)) as machine:
        words = {"url": "million.example", "matchType": "host", "limit": "3", "showResumeKey": "true"}
        lines, _, key = cdx(machine, **words).partition("\n\n")
        more = cdx(machine, **words, resumeKey=key.strip()).splitlines()
        uris = [line.split(" ")[2] for line in [*lines.splitlines(), *more[:3]]]
        assert uris == [f"http://million.example/s/{n:08}" for n in range(6)]
        timestamp = more[0].split(" ")[1]
        assert ask(machine, f"/web/{timestamp}id_/{uris[3]}")[2] == f"<title>{uris[3]}</title>".encode()
