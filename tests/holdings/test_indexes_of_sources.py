"""Indexes of files: made once for each, taken where they are there, believed only as far as they fit."""

from __future__ import annotations

import gzip
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from crawler.errors import MalformedRecord, SettingError
from crawler.model.cdx import CdxQuery
from pipelines.cdxj import index_warc
from tests.holdings.made import BODY, NEW, OLD, PAGE, Made, Opened


def lines_of(warc: Path, name: str = "") -> str:
    lines = "".join(f"{line}\n" for line in index_warc(warc))
    return lines.replace(f'"{warc.name}"', f'"{name or warc.name}"')


def test_a_file_more_is_one_files_work(tmp_path: Path) -> None:
    Made(tmp_path / "a.warc.gz").response(PAGE, OLD).done()
    Opened(tmp_path, tmp_path)
    more = Made(tmp_path / "b.warc.gz").response("http://news.example/more", NEW).done()
    opened = Opened(tmp_path, tmp_path)
    assert opened.told == [f"{more.as_uri()} has no index, so it is read once"]
    assert [opened.read(uri).uri for uri in (PAGE, "http://news.example/more")] == [
        PAGE,
        "http://news.example/more",
    ]


def test_an_index_that_points_elsewhere_is_wrong_and_nothing_else_is_taken_for_the_page(
    tmp_path: Path,
) -> None:
    warc = (
        Made(tmp_path / "a.warc.gz")
        .response("http://news.example/other", OLD)
        .response(PAGE, OLD)
        .done()
    )
    other, page = lines_of(warc).splitlines()
    begin = page.partition('"length"')[0]
    swapped = begin + '"length"' + other.partition('"length"')[2]
    (tmp_path / "a.cdxj").write_text(f"{swapped}\n")
    with pytest.raises(MalformedRecord, match=r"the index is wrong, http://news\.example/other of 2008"):
        Opened(warc, tmp_path).read()


def test_an_index_of_another_moment_is_wrong_too(tmp_path: Path) -> None:
    warc = Made(tmp_path / "a.warc.gz").response(PAGE, OLD).done()
    (tmp_path / "a.cdxj").write_text(lines_of(warc).replace(" 20080404", " 20080504"))
    with pytest.raises(MalformedRecord, match="of 20080404100000 is there"):
        Opened(warc, tmp_path).read()


def test_keys_of_other_indexers_do_not_hide_a_capture(tmp_path: Path) -> None:
    warc = Made(tmp_path / "a.warc.gz").response("http://www.news.example/story", OLD).done()
    (tmp_path / "a.cdxj").write_text(
        "example,news,www)/story" + lines_of(warc)[len("example,news)/story") :]
    )
    opened = Opened(warc, tmp_path)
    assert opened.told == []
    assert bytes(opened.read("http://www.news.example/story").response).endswith(BODY)


def test_an_index_may_be_named_itself(tmp_path: Path) -> None:
    (tmp_path / "archive" / "more").mkdir(parents=True)
    (tmp_path / "indexes").mkdir()
    warc = Made(tmp_path / "archive" / "more" / "a.warc.gz").response(PAGE, OLD).done()
    index = tmp_path / "indexes" / "all.cdxj"
    index.write_text(lines_of(warc, "more/a.warc.gz"))
    opened = Opened(index, tmp_path)
    assert opened.told == []
    capture = opened.read()
    assert capture.source is not None
    assert capture.source.uri == warc.as_uri()


@pytest.mark.parametrize(
    "name",
    ["../../a.warc.gz", "/etc/a.warc.gz", "https://else.example/a.warc.gz", "x/../../a.warc.gz", ""],
)
def test_an_index_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    warc = Made(tmp_path / "a.warc.gz").response(PAGE, OLD).done()
    (tmp_path / "sub").mkdir()
    index = tmp_path / "sub" / "all.cdxj"
    lines = "".join(f"{line}\n" for line in index_warc(warc))
    index.write_text(lines.replace('"a.warc.gz"', f'"{name}"'))
    assert Opened(index, tmp_path).holdings.find(PAGE, None) == []


def test_an_index_that_is_older_than_its_file_is_not_taken(tmp_path: Path) -> None:
    warc = Made(tmp_path / "a.warc.gz").response("http://news.example/other", OLD).done()
    (tmp_path / "a.cdxj").write_text(lines_of(warc))
    Made(warc).response(PAGE, OLD).done()
    os.utime(tmp_path / "a.cdxj", (1, 1))
    opened = Opened(warc, tmp_path)
    assert opened.told == [f"{warc.as_uri()} has no index, so it is read once"]
    assert bytes(opened.read().response).endswith(BODY)


def test_of_files_that_one_index_covers_the_one_that_it_leaves_out_is_read(tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    (tmp_path / "indexes").mkdir()
    uris = [f"http://news.example/{name}" for name in "abc"]
    warcs = [Made(tmp_path / "archive" / f"{uri[-1]}.warc.gz").response(uri, OLD).done() for uri in uris]
    (tmp_path / "indexes" / "index.cdxj").write_text(lines_of(warcs[0]) + lines_of(warcs[2]))
    opened = Opened(tmp_path, tmp_path)
    assert opened.told == [f"{warcs[1].as_uri()} has no index, so it is read once"]
    assert [opened.read(uri).uri for uri in uris] == uris


def test_lines_that_are_none_are_counted(tmp_path: Path) -> None:
    warc = Made(tmp_path / "a.warc.gz").response(PAGE, OLD).done()
    index = tmp_path / "a.cdxj"
    index.write_text("a.warc.gz\nx 2008 {a.warc.gz\n" + lines_of(warc))
    opened = Opened(warc, tmp_path)
    assert opened.told == [f"{index.as_uri()}: 2 lines are none of a CDXJ index and were left out"]
    assert bytes(opened.read().response).endswith(BODY)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("cdx:news.example/*", ["/", "/a", "/a/1", "/ab", "/b"]),
        ("cdx:news.example/a*", ["/a", "/a/1", "/ab"]),
        ("cdx:url=news.example/a", ["/a"]),
        ("cdx:*.example", ["/", "/a", "/a/1", "/ab", "/b"]),
        ("cdx:url=news.example&matchType=host&from=2009", []),
        ("cdx:url=news.example&matchType=host&filter=urlkey:.*b", ["/ab", "/b"]),
        ("cdx:elsewhere.example/*", []),
    ],
)
def test_queries(tmp_path: Path, query: str, found: list[str]) -> None:
    made = Made(tmp_path / "a.warc.gz")
    for path in ("/b", "/ab", "/a/1", "/a", "/"):
        made.response(f"http://news.example{path}", OLD)
    holdings = Opened(made.done(), tmp_path).holdings
    lines = list(holdings.lines(CdxQuery.parse(query)))
    assert [line.uri_r.removeprefix("http://news.example") for _, line in lines] == found
    for at, (after, _) in enumerate(lines):
        assert list(holdings.lines(CdxQuery.parse(query), after)) == lines[at + 1 :]


def test_an_index_that_breaks_off_is_no_traceback(tmp_path: Path) -> None:
    warc = Made(tmp_path / "a.warc.gz").response(PAGE, OLD).done()
    (tmp_path / "all.cdxj.gz").write_bytes(gzip.compress(lines_of(warc).encode() * 100)[:-20])
    with pytest.raises(SettingError, match=r"all\.cdxj\.gz: the index in it is damaged.* make it anew"):
        Opened(tmp_path / "all.cdxj.gz", tmp_path)


def test_of_several_workers_one_makes_the_index(tmp_path: Path) -> None:
    made = Made(tmp_path / "a.warc.gz")
    for at in range(300):
        made.response(f"http://news.example/{at}", OLD)
    warc = made.response(PAGE, OLD).done()
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _: Opened(warc, tmp_path), range(4)))
    assert sum(len(one.told) for one in opened) == 1
    assert all(bytes(one.read().response).endswith(BODY) for one in opened)


def test_captures_are_read_by_several_threads_at_once(tmp_path: Path) -> None:
    uris = [f"http://news.example/{at}" for at in range(50)]
    made = Made(tmp_path / "a.warc.gz")
    for uri in uris:
        made.response(uri, OLD, uri.encode() * 1000).revisit(uri, NEW, **{"WARC-Payload-Digest": ""})
    opened = Opened(made.done(), tmp_path)
    with ThreadPoolExecutor(8) as pool:
        bodies = list(pool.map(lambda uri: b"".join(opened.read(uri).payload()), uris))
    assert bodies == [uri.encode() * 1000 for uri in uris]
