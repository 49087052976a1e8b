"""What the address of an archive tells, and what a frontier item carries of what is sought."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.archives.archive import Archive, ArchiveKind
from crawler.archives.memento import Aim
from crawler.archives.sought import Sought
from crawler.errors import UsageError
from crawler.model.cdx import CdxCapture

URI_R = "http://news.example/story?a=1"
AIM = Aim(URI_R, datetime(2008, 4, 4, 13, 54, tzinfo=UTC), timedelta(days=30))
GATE = "http://a.example/timegate/"
JSON, CDXJ = "http://a.example/timemap/json/", "http://a.example/x/timemap/cdxj/"
WAYBACK, PYWB = "https://web.archive.org/web/", "http://127.0.0.1:8080/news/"


@pytest.mark.parametrize(
    ("text", "asked", "timemap", "cdx"),
    [
        (
            WAYBACK,
            f"{WAYBACK}20080404135400id_/{URI_R}",
            f"{WAYBACK}timemap/link/{URI_R}",
            "https://web.archive.org/cdx/search/cdx",
        ),
        (
            PYWB,
            f"{PYWB}20080404135400id_/{URI_R}",
            f"{PYWB}timemap/link/{URI_R}",
            "http://127.0.0.1:8080/news/cdx",
        ),
        (GATE, GATE + URI_R, f"http://a.example/timemap/link/{URI_R}", ""),
        (JSON, JSON + URI_R, JSON + URI_R, ""),
        (CDXJ, CDXJ + URI_R, CDXJ + URI_R, ""),
    ],
)
@pytest.mark.parametrize("slash", ["/", ""])
def test_an_address_tells_how_the_archive_is_asked(
    text: str, asked: str, timemap: str, cdx: str, slash: str
) -> None:
    archive = Archive.parse(text.rstrip("/") + slash)
    assert archive.aim_uri(AIM) == asked
    assert archive.timemap_uri(URI_R) == timemap
    assert archive.cdx == cdx


def test_the_latest_memento_has_digits_that_every_memento_lies_before() -> None:
    aim = Aim(URI_R, None, timedelta(0))
    assert Archive.parse(WAYBACK).aim_uri(aim) == f"{WAYBACK}99991231235959id_/{URI_R}"


def test_several_archives_each_with_its_cdx_server() -> None:
    first, second = Archive.parse_all(
        "http://a.example/timegate/,https://b.example/web/", "http://a.example/index?x=1,2"
    )
    assert (first.kind, first.cdx) == (ArchiveKind.TIMEGATE, "http://a.example/index?x=1,2")
    assert (second.kind, second.cdx) == (ArchiveKind.REPLAY, "https://b.example/cdx/search/cdx")
    assert second.host == "b.example"


@pytest.mark.parametrize("text", ["", "news", "ftp://a.example/"])
def test_what_is_no_address_is_refused_with_the_way_out(text: str) -> None:
    with pytest.raises(UsageError, match=r"is no URL - write -a archive=https"):
        Archive.parse(text)


def test_a_comma_within_an_address_parts_no_archives() -> None:
    assert [one.base for one in Archive.parse_all("http://a.example/b,c")] == ["http://a.example/b,c/"]


def test_a_login_is_not_shown() -> None:
    with pytest.raises(UsageError) as refused:
        Archive.parse("ftp://me:secret@a.example/")
    assert "secret" not in str(refused.value)


def test_more_cdx_servers_than_archives() -> None:
    with pytest.raises(UsageError, match="2 CDX servers for 1 archives"):
        Archive.parse_all(WAYBACK, "http://a.example/,http://b.example/")


@pytest.mark.parametrize(
    "sought",
    [
        Sought(URI_R, "20080404135400"),
        Sought(URI_R, "http://seed.example/", "20080404135400", "20080405000000", source="memento"),
        Sought(URI_R, "x", archive=2, left=("memento:1", "live"), exact="20080404135400", status="301"),
    ],
)
def test_what_is_sought_comes_back_from_the_data(sought: Sought) -> None:
    data = sought.to_data()
    assert all(isinstance(value, str) and value for value in data.values())
    assert Sought.of({**data, "failures": "2"}) == sought


def test_what_an_index_said_is_of_one_memento_only() -> None:
    line = CdxCapture("example,news)/", "20080404135400", URI_R, "", 301, "sha1:" + "A" * 32)
    sought = Sought(URI_R, "w").named(line)
    expected = Sought.of(sought.to_data()).expected
    assert expected is not None
    assert (expected.timestamp, expected.status, expected.digest) == (
        line.timestamp,
        line.status,
        line.digest,
    )
    child = sought.leads_to("http://news.example/b", "20080405000000")
    assert (child.expected, child.anchor, child.walk) == (None, "20080405000000", "w")


def test_what_has_its_default_takes_no_room() -> None:
    assert Sought(URI_R, "20080404135400").to_data() == {"uri_r": URI_R, "walk": "20080404135400"}
