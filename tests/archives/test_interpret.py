"""What an archive's answer means: each line of the table of `interpret`, as a table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.archives.archive import Archive
from crawler.archives.memento import (
    Aim,
    Answer,
    Missing,
    Redirect,
    Unavailable,
    Unplayable,
    aim_headers,
    interpret,
)
from crawler.model.memento import Memento

ARCHIVE = "http://archive.example/news"
URI_R = "http://news.example/story"
ANCHOR = datetime(2008, 4, 4, 13, 54, tzinfo=UTC)
AIM = Aim(URI_R, ANCHOR, timedelta(days=30))
INSIDE = (b"Memento-Datetime", b"Fri, 04 Apr 2008 12:00:00 GMT")
OUTSIDE = (b"Memento-Datetime", b"Mon, 05 May 2008 12:00:00 GMT")
INSIDE_MOMENT = datetime(2008, 4, 4, 12, tzinfo=UTC)


def answer(status: int | None, *fields: tuple[bytes, bytes], aim: Aim = AIM) -> Answer:
    return interpret(Archive.parse(ARCHIVE).aim_uri(aim), status, fields, aim)


def location(value: str) -> tuple[bytes, bytes]:
    return (b"location", value.encode())


@pytest.mark.parametrize("status", [200, 204, 301, 404, 429, 503])
def test_memento_datetime_makes_a_memento_whatever_the_status(status: int) -> None:
    uri_m = f"{ARCHIVE}/20080404120000id_/{URI_R}"
    assert answer(status, INSIDE) == Memento(URI_R, uri_m, INSIDE_MOMENT)


@pytest.mark.parametrize("status", [200, 302, 503])
def test_outside_the_window_is_missing_not_drifted_to(status: int) -> None:
    found = answer(status, OUTSIDE)
    assert found == Missing("nearest memento is of 20080505120000, 30 days from the anchor")


@pytest.mark.parametrize("days", [-30, 30])
def test_the_edges_of_the_window_are_inside(days: int) -> None:
    assert AIM.holds(ANCHOR + timedelta(days=days))
    assert not AIM.holds(ANCHOR + timedelta(days=days, seconds=days))


def test_without_an_anchor_every_memento_is_inside() -> None:
    aim = Aim(URI_R, None, timedelta(0))
    assert isinstance(answer(200, OUTSIDE, aim=aim), Memento)


def test_unplayable_whatever_the_status() -> None:
    error = (b"X-Archive-Wayback-Runtime-Error", b"ResourceNotAvailableException: gone ")
    for status in (200, 302, 404, 503):
        assert answer(status, error) == Unplayable("ResourceNotAvailableException: gone")


@pytest.mark.parametrize(
    ("target", "uri_m"),
    [
        (f"{ARCHIVE}/20080405000000id_/{URI_R}", f"{ARCHIVE}/20080405000000id_/{URI_R}"),
        (f"{ARCHIVE}/20080405000000/{URI_R}", f"{ARCHIVE}/20080405000000id_/{URI_R}"),
        (f"/news/20080405000000id_/{URI_R}", f"{ARCHIVE}/20080405000000id_/{URI_R}"),
    ],
)
def test_redirect_to_where_the_memento_lies(target: str, uri_m: str) -> None:
    moment = datetime(2008, 4, 5, tzinfo=UTC)
    for status in (301, 302, 303, 307, 308):
        assert answer(status, location(target)) == Redirect(uri_m, moment)


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        (f"{ARCHIVE}/20081224000000id_/{URI_R}", "263 days from the anchor"),
        ("http://archive.example/login", "http://archive.example/login, which is no memento"),
        (f"{ARCHIVE}/id_/{URI_R}", "which is no memento"),
        ("mailto:archive@archive.example", "nowhere"),
        ("", "nowhere"),
    ],
)
def test_redirect_elsewhere_is_missing(target: str, reason: str) -> None:
    found = answer(302, location(target))
    assert isinstance(found, Missing)
    assert reason in found.reason


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, Missing),
        (304, Missing),
        (400, Missing),
        (403, Missing),
        (404, Missing),
        (410, Missing),
        (408, Unavailable),
        (429, Unavailable),
        (500, Unavailable),
        (502, Unavailable),
        (503, Unavailable),
        (599, Unavailable),
        (None, Unavailable),
    ],
)
def test_without_a_memento_datetime_the_status_decides(status: int | None, kind: type) -> None:
    assert type(answer(status)) is kind


def test_a_memento_datetime_that_is_no_date_makes_no_memento() -> None:
    assert isinstance(answer(200, (b"Memento-Datetime", b"yesterday")), Missing)


def test_the_uri_r_is_the_one_that_the_archive_names() -> None:
    link = (b"Link", b'<http://www.news.example:80/story>; rel="original", </t>; rel="timegate"')
    found = answer(200, INSIDE, link)
    assert isinstance(found, Memento)
    assert found.uri_r == "http://www.news.example/story"


def test_an_archived_link_field_names_no_original_of_ours() -> None:
    archived = (b"Link", b'<http://news.example/style.css>; rel="stylesheet"')
    own = (b"Link", b'<http://news.example/Story>; rel="original"')
    found = answer(200, archived, INSIDE, own)
    assert isinstance(found, Memento)
    assert found.uri_r == "http://news.example/Story"


def test_the_uri_m_is_the_one_that_the_archive_names() -> None:
    named = f"http://mirror.example/x/20080404120000id_/{URI_R}"
    found = answer(200, INSIDE, (b"Content-Location", named.encode()))
    assert isinstance(found, Memento)
    assert found.uri_m == named


def test_what_is_asked_with() -> None:
    assert aim_headers(AIM) == {"Accept-Datetime": "Fri, 04 Apr 2008 13:54:00 GMT"}
    assert aim_headers(Aim(URI_R, None, timedelta(0))) == {}


# -- TimeGates (RFC 7089, 4), one of them an Aggregator

GATE = f"http://aggregator.example/timegate/{URI_R}"
OPAQUE = "http://other.example/5eQcxJa"
VARY = (b"Vary", b"Accept-Encoding, accept-datetime")
ORIGINAL = (b"Link", f'<{URI_R}>; rel="original"'.encode())


def gate(status: int, *fields: tuple[bytes, bytes]) -> Answer:
    return interpret(GATE, status, fields, AIM)


def named(*moments: str) -> tuple[bytes, bytes]:
    links = [f'<{URI_R}>; rel="original"']
    links += [f'</m/{n}>; rel="memento"; datetime="{moment}"' for n, moment in enumerate(moments)]
    return (b"Link", ", ".join(links).encode())


@pytest.mark.parametrize("sign", [VARY, ORIGINAL])
def test_a_timegate_may_name_an_address_that_tells_no_moment(sign: tuple[bytes, bytes]) -> None:
    assert gate(302, sign, location(OPAQUE)) == Redirect(OPAQUE, None)


def test_a_timegate_that_names_a_uri_m_is_asked_for_its_raw_bytes_inside_the_window() -> None:
    near, far = (f"{ARCHIVE}/{digits}/{URI_R}" for digits in ("20080405000000", "20081224000000"))
    moment = datetime(2008, 4, 5, tzinfo=UTC)
    assert gate(302, VARY, location(near)) == Redirect(near.replace("000000/", "000000id_/"), moment)
    assert isinstance(gate(302, VARY, location(far)), Missing)


def test_a_redirect_to_https_is_followed_and_one_to_itself_is_not() -> None:
    secure = GATE.replace("http:", "https:", 1)
    assert gate(301, location(secure)) == Redirect(secure, None)
    assert isinstance(gate(302, VARY, location(GATE)), Missing)


def test_a_timegate_that_answers_with_the_memento_names_it() -> None:
    found = gate(200, INSIDE, VARY, ORIGINAL, (b"Content-Location", b"/5eQcxJa"))
    assert found == Memento(URI_R, "http://aggregator.example/5eQcxJa", INSIDE_MOMENT)


def test_an_originals_content_location_names_no_memento() -> None:
    found = interpret(OPAQUE, 200, [INSIDE, ORIGINAL, (b"Content-Location", b"/story.html")], AIM)
    assert found == Memento(URI_R, OPAQUE, INSIDE_MOMENT)


def test_a_rewritten_view_is_no_memento_its_raw_bytes_are_asked_for() -> None:
    view = f"{ARCHIVE}/20080404120000mp_/{URI_R}"
    raw = f"{ARCHIVE}/20080404120000id_/{URI_R}"
    assert gate(200, INSIDE, (b"Content-Location", view.encode())) == Redirect(raw, INSIDE_MOMENT)


def test_the_frame_of_a_viewer_names_the_memento_in_its_link() -> None:
    view = f"{ARCHIVE}/20080404120000mp_/{URI_R}"
    links = f'<{URI_R}>; rel="original", <{view}>; rel="memento"; datetime="{INSIDE[1].decode()}"'
    found = gate(200, (b"Link", links.encode()))
    assert found == Redirect(view.replace("mp_", "id_"), INSIDE_MOMENT)


def test_of_mementos_in_a_link_the_nearest_is_taken_and_of_two_as_near_the_older() -> None:
    dates = ("Thu, 03 Apr 2008 13:54:00 GMT", "Sat, 05 Apr 2008 13:54:00 GMT")
    older = datetime(2008, 4, 3, 13, 54, tzinfo=UTC)
    assert gate(200, named(*dates)) == Redirect("http://aggregator.example/m/0", older)
    assert gate(300, named(*reversed(dates))) == Redirect("http://aggregator.example/m/1", older)
    assert isinstance(gate(200, named("Sun, 05 Apr 2009 13:54:00 GMT", "yesterday")), Missing)


def test_without_an_anchor_the_latest_of_a_link_is_taken() -> None:
    fields = [named("Thu, 03 Apr 2008 13:54:00 GMT", "Sat, 05 Apr 2008 13:54:00 GMT")]
    found = interpret(GATE, 200, fields, Aim(URI_R, None, timedelta(0)))
    assert isinstance(found, Redirect)
    assert found.uri_m == "http://aggregator.example/m/1"


def test_what_calls_itself_a_memento_is_not_asked_again() -> None:
    links = f'<{URI_R}>; rel="original", <{GATE}>; rel="memento"; datetime="{INSIDE[1].decode()}"'
    assert isinstance(gate(200, (b"Link", links.encode())), Missing)
