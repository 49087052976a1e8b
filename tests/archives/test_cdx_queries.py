"""Queries of CDX servers: read as users write them, and applied to lines here as the servers do."""

import pytest

from crawler.errors import UsageError
from crawler.model.cdx import CdxCapture, CdxFilter, CdxQuery, Collapse, Collapser, MatchType
from crawler.model.surt import surt


def line(
    uri_r: str = "http://news.example/a",
    timestamp: str = "20080404135400",
    *,
    mime: str = "text/html",
    status: int | None = 200,
    digest: str = "sha1:AAA",
) -> CdxCapture:
    return CdxCapture(surt(uri_r), timestamp, uri_r, mime, status, digest)


@pytest.mark.parametrize(
    ("text", "url", "match"),
    [
        ("cdx:news.example/a", "news.example/a", MatchType.EXACT),
        ("cdx:http://news.example/a/*", "http://news.example/a/", MatchType.PREFIX),
        ("cdx:*.news.example", "news.example", MatchType.DOMAIN),
        ("cdx:url=news.example&matchType=host", "news.example", MatchType.HOST),
        ("cdx:matchType=prefix&url=news.example/?a=1%26b=2", "news.example/?a=1&b=2", MatchType.PREFIX),
        ("cdx:news.example/?url=x", "news.example/?url=x", MatchType.EXACT),
    ],
)
def test_a_query_is_read_as_users_write_it(text: str, url: str, match: MatchType) -> None:
    query = CdxQuery.parse(text)
    assert (query.url, query.match) == (url, match)
    assert CdxQuery.parse(str(query)) == query


def test_all_words_survive_writing_and_reading() -> None:
    text = (
        "cdx:url=news.example/%26&matchType=prefix&from=2008&to=20091231"
        "&filter=!mimetype:application/rss+xml&filter=statuscode:[23]..&collapse=timestamp:8&limit=7"
    )
    query = CdxQuery.parse(text)
    assert query == CdxQuery(
        "news.example/&",
        MatchType.PREFIX,
        "2008",
        "20091231",
        (CdxFilter("!mimetype:application/rss+xml"), CdxFilter("statuscode:[23]..")),
        (Collapse("timestamp:8"),),
        7,
    )
    assert CdxQuery.parse(str(query)) == query


@pytest.mark.parametrize(
    "text",
    [
        "cdx:",
        "cdx:from=2008",
        "cdx:url=a.example&matchType=some",
        "cdx:url=a.example&from=08",
        "cdx:url=a.example&b=2",
        "cdx:url=a.example&filter=nothing:a",
        "cdx:url=a.example&filter=mimetype:[",
        "cdx:url=a.example&collapse=timestamp:x",
        "cdx:url=a.example&limit=some",
    ],
)
def test_what_is_no_query_is_one_clear_line(text: str) -> None:
    with pytest.raises(UsageError, match=" - "):
        CdxQuery.parse(text)


@pytest.mark.parametrize(
    ("text", "held", "dropped"),
    [
        ("cdx:news.example/a", "https://www.news.example:443/A", "http://news.example/ab"),
        ("cdx:news.example/a*", "http://news.example/ab", "http://news.example/b"),
        ("cdx:news.example/a/*", "http://news.example/a/b", "http://news.example/ab"),
        ("cdx:url=news.example&matchType=host", "http://news.example/x?y", "http://m.news.example/"),
        ("cdx:*.news.example", "http://m.news.example:8080/", "http://bignews.example/"),
    ],
)
def test_the_url_of_a_line_fits(text: str, held: str, dropped: str) -> None:
    query = CdxQuery.parse(text)
    assert query.holds(line(held))
    assert not query.holds(line(dropped))


@pytest.mark.parametrize(
    ("span", "timestamps"),
    [
        ("&from=2008&to=2008", ["20080101000000", "20081231235959"]),
        ("&from=20080601", ["20081231235959", "20090101000000"]),
        ("&to=200801", ["20071231235959", "20080101000000"]),
    ],
)
def test_both_ends_of_a_span_are_included(span: str, timestamps: list[str]) -> None:
    query = CdxQuery.parse("cdx:news.example/a" + span)
    every = ["20071231235959", "20080101000000", "20081231235959", "20090101000000"]
    assert [one for one in every if query.holds(line(timestamp=one))] == timestamps


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("statuscode:200", [200]),
        ("status:[23]..", [200, 301]),
        ("!statuscode:200", [301, None]),
        ("statuscode:-", [None]),
        ("statuscode:2", []),  # the whole field, as at the Wayback Machine
        ("~statuscode:2", [200]),  # its beginning, as pywb says
        ("!~statuscode:2", [301, None]),
        ("=statuscode:2.0", []),  # no expression
    ],
)
def test_a_filter_holds_what_the_servers_hold(text: str, held: list[int | None]) -> None:
    one = CdxFilter(text)
    assert [status for status in (200, 301, None) if one.holds(line(status=status))] == held


def test_of_neighbours_alike_the_first_stays_whatever_page_they_come_on() -> None:
    lines = [line(timestamp=one) for one in ("2008010100", "2008010123", "2008010200", "2008010201")]
    collapser = Collapser([Collapse("timestamp:8")])
    assert [collapser.keeps(one) for one in lines[:3]] == [True, False, True]
    assert not Collapser([Collapse("timestamp:8")], collapser.last).keeps(lines[3])


def test_neighbours_are_alike_only_in_all_fields_named() -> None:
    collapser = Collapser([Collapse("timestamp:8"), Collapse("digest")])
    assert collapser.keeps(line())
    assert collapser.keeps(line(digest="sha1:BBB"))
    assert not collapser.keeps(line(digest="sha1:BBB", timestamp="20080404235959"))


def test_a_digest_is_filtered_as_cdx_lines_spell_it() -> None:
    assert CdxFilter("digest:AAA").holds(line())
