"""ARC files, of both versions, gzip members and plain, in order and damaged; made by hand."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.model.capture import DigestCheck
from tests.holdings.made import BODY, PAGE, Opened

OTHER = "http://news.example/other"
ANSWER = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + BODY
FIELDS = b"URL IP-address Archive-date Content-type "
ABOUT = {
    1: b"1 0 Archive\n" + FIELDS + b"Archive-length\n\n",
    2: b"2 0 Archive\n" + FIELDS + b"Result-code Checksum Location Offset Filename Archive-length\n\n",
}
SHAPES = pytest.mark.parametrize(
    ("version", "compressed"), [(1, False), (1, True), (2, False), (2, True)]
)


def record(version: int, uri: str, block: bytes = ANSWER, date: str = "20080404100000") -> bytes:
    more = " 200 - - 0 a.arc" if version == 2 else ""
    return f"{uri} 192.0.2.1 {date} text/html{more} {len(block)}\n".encode() + block + b"\n"


def arc(folder: Path, version: int, compressed: bool, records: Sequence[bytes]) -> Path:
    path = folder / ("a.arc.gz" if compressed else "a.arc")
    whole = [record(version, "filedesc://a.arc", ABOUT[version]), *records]
    path.write_bytes(b"".join(gzip.compress(one) if compressed else one for one in whole))
    return path


@SHAPES
def test_an_answer_is_as_it_was(tmp_path: Path, version: int, compressed: bool) -> None:
    records = [record(version, OTHER), record(version, "dns:news.example", b"A"), record(version, PAGE)]
    path = arc(tmp_path, version, compressed, records)
    opened = Opened(path, tmp_path)
    capture = opened.read()
    assert (capture.uri, bytes(capture.response), capture.peer) == (PAGE, ANSWER, "192.0.2.1")
    assert capture.started == datetime(2008, 4, 4, 10, tzinfo=UTC)
    assert capture.source is not None
    assert capture.source.digest_check is DigestCheck.UNKNOWN, "an ARC names none to compare with"
    offset, length = capture.source.range or (0, 0)
    data = path.read_bytes()[offset : offset + length]
    assert (gzip.decompress(data) if compressed else data) == record(version, PAGE)
    assert len(opened.told) == 1, "that it was read once"


@pytest.mark.parametrize("compressed", [True, False])
def test_another_reader_reads_the_same(tmp_path: Path, compressed: bool) -> None:
    answers = {f"http://news.example/{at}": ANSWER + bytes([at]) * 100_000 * at for at in range(4)}
    path = arc(tmp_path, 1, compressed, [record(1, *one) for one in answers.items()])
    with path.open("rb") as file:
        others = {
            one.rec_headers.get_header("uri"): one.raw_stream.read()
            for one in ArchiveIterator(file, no_record_parse=True)
        }
    opened = Opened(path, tmp_path)
    ours = {uri: bytes(opened.read(uri).response) for uri in answers}
    assert ours == answers == {uri: others[uri] for uri in answers}


@SHAPES
@pytest.mark.parametrize(
    ("uri", "date"),
    [
        ("http://news.example/a b c", "20080404100000"),
        ("http://news.example/caf\u00e9", "20080404100000"),
        (PAGE, "200804041000"),
    ],
)
def test_what_old_crawlers_wrote(
    tmp_path: Path, version: int, compressed: bool, uri: str, date: str
) -> None:
    arc(tmp_path, version, compressed, [record(version, uri, date=date)])
    capture = Opened(tmp_path, tmp_path).read(uri.replace(" ", "%20"))
    assert capture.uri == uri.replace(" ", "%20")
    assert capture.started == datetime(2008, 4, 4, 10, tzinfo=UTC)


@SHAPES
@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda one: one[:70] + b"\n", "the file ends|shorter|no ARC record"),
        (lambda one: b"what is this\n\n", "no ARC record"),
        (lambda one: one.replace(f" {len(ANSWER)}\n".encode(), b" 99999\n"), "the file ends|shorter"),
    ],
    ids=["torn", "garbage", "length"],
)
def test_what_is_damaged_is_told_and_the_rest_is_there(
    tmp_path: Path, version: int, compressed: bool, damage: Callable[[bytes], bytes], why: str
) -> None:
    records = [
        record(version, OTHER),
        damage(record(version, "http://news.example/bad")),
        record(version, PAGE),
    ]
    opened = Opened(arc(tmp_path, version, compressed, records), tmp_path)
    assert [bytes(opened.read(uri).response) for uri in (OTHER, PAGE)] == [ANSWER, ANSWER]
    assert opened.holdings.find("http://news.example/bad", None) == []
    assert len(opened.told) == 2
    assert any(one in opened.told[1] for one in why.split("|"))


@pytest.mark.parametrize("where", [0, 100])
def test_bad_gzip_data_are_passed_over(tmp_path: Path, where: int) -> None:
    noise = ANSWER + bytes(range(256)) * 100
    path = arc(tmp_path, 1, True, [record(1, "http://news.example/bad", noise), record(1, PAGE)])
    data = bytearray(path.read_bytes())
    at = len(gzip.compress(record(1, "filedesc://a.arc", ABOUT[1]))) + where
    data[at : at + 20] = b"\xff" * 20
    path.write_bytes(data)
    opened = Opened(path, tmp_path)
    assert bytes(opened.read().response) == ANSWER
    assert "skipped" in opened.told[1]
