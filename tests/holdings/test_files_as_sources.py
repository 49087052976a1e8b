"""Captures read from WARC, ARC and WACZ files by their place; files made by hand."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.errors import SettingError
from crawler.model.capture import DigestCheck
from tests.holdings.made import BODY, NEW, OLD, PAGE, Made, Opened


@pytest.mark.parametrize("compressed", [True, False])
def test_an_answer_is_as_it_was_and_says_where_it_lay(tmp_path: Path, compressed: bool) -> None:
    warc = tmp_path / ("a.warc.gz" if compressed else "a.warc")
    made = Made(warc, compressed=compressed).response(PAGE, OLD, **{"WARC-IP-Address": "192.0.2.7"})
    made.response("http://news.example/other", OLD).done()
    capture = Opened(warc, tmp_path).read()
    assert (
        bytes(capture.response) == b"HTTP/1.1 200 Fine By Me\r\nContent-Type: text/html\r\n\r\n" + BODY
    )
    assert (capture.uri, capture.started) == (PAGE, datetime(2008, 4, 4, 10, tzinfo=UTC))
    assert (capture.request, capture.peer) == (b"", "192.0.2.7")
    assert capture.source is not None
    assert capture.source.uri == warc.as_uri()
    assert capture.source.digest_check is DigestCheck.VERIFIED
    offset, length = capture.source.range or (0, 0)
    data = warc.read_bytes()[offset : offset + length]
    assert (gzip.decompress(data) if compressed else data).count(b"WARC/1.0") == 1


def test_the_nearest_comes_first_and_at_one_distance_the_older(tmp_path: Path) -> None:
    made = Made(tmp_path / "a.warc.gz").response(PAGE, NEW).response(PAGE, OLD)
    holdings = Opened(made.done(), tmp_path).holdings
    between = datetime(2008, 4, 19, 10, tzinfo=UTC)
    months = [place.moment.month for place in holdings.find(PAGE, between)]
    assert months == [4, 5]
    assert [place.moment.month for place in holdings.find(PAGE, between.replace(day=20))] == [5, 4]
    assert [place.moment.month for place in holdings.find(PAGE, None)] == [5, 4]
    assert holdings.find("http://news.example/elsewhere", None) == []


def test_a_digest_that_does_not_fit_is_a_mismatch_and_none_is_unknown(tmp_path: Path) -> None:
    wrong = "sha1:" + "A" * 32
    made = Made(tmp_path / "a.warc", compressed=False)
    warc = made.response(PAGE, OLD, **{"WARC-Payload-Digest": wrong}).done()
    capture = Opened(warc, tmp_path).read()
    assert capture.source is not None
    assert capture.source.digest_check is DigestCheck.MISMATCH
    warc.write_bytes(warc.read_bytes().replace(wrong.encode(), b"md5:0000"))
    capture = Opened(warc, tmp_path / "again").read()
    assert capture.source is not None
    assert capture.source.digest_check is DigestCheck.UNKNOWN


def test_what_is_damaged_is_told_and_the_rest_is_there(tmp_path: Path) -> None:
    warc = Made(tmp_path / "a.warc.gz").response("http://news.example/1", OLD).response(PAGE, OLD).done()
    data = bytearray(warc.read_bytes())
    data[40:60] = bytes(20)
    warc.write_bytes(data)
    opened = Opened(warc, tmp_path)
    assert any("skipped" in line and "a.warc.gz" in line for line in opened.told)
    assert bytes(opened.read().response).endswith(BODY)


def test_an_index_that_is_there_is_taken_and_a_file_is_read_once_only(tmp_path: Path) -> None:
    warc = Made(tmp_path / "a.warc.gz").response(PAGE, OLD).done()
    assert Opened(warc, tmp_path).told == [f"{warc.as_uri()} has no index, so it is read once"]
    assert Opened(warc, tmp_path).told == []
    lines = (tmp_path / "sources" / "index.cdxj").read_text().replace(warc.as_uri(), warc.name)
    (tmp_path / "a.cdxj").write_text(lines)
    opened = Opened(warc, tmp_path / "elsewhere")
    assert opened.told == []
    assert bytes(opened.read().response).endswith(BODY)


def test_a_file_that_changed_is_indexed_anew(tmp_path: Path) -> None:
    warc = Made(tmp_path / "a.warc.gz").response(PAGE, OLD).done()
    Opened(warc, tmp_path)
    Made(warc).response("http://news.example/new", NEW).response(PAGE, NEW).done()
    assert Opened(warc, tmp_path).read("http://news.example/new").started.month == 5


@pytest.mark.parametrize("source", ["nowhere.warc.gz", "*.warc.gz", "", ","])
def test_a_source_that_names_nothing_says_what_to_name(tmp_path: Path, source: str) -> None:
    with pytest.raises(SettingError, match="name WARC, ARC or WACZ files"):
        Opened(str(tmp_path / source) if source.strip(",") else source, tmp_path)


def test_a_collection_is_a_source_with_the_index_that_it_has(tmp_path: Path) -> None:
    (tmp_path / "news" / "archive").mkdir(parents=True)
    Made(tmp_path / "news" / "archive" / "a.warc.gz").response(PAGE, OLD).done()
    assert bytes(Opened(tmp_path / "news", tmp_path).read().response).endswith(BODY)
