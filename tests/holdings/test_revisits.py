"""Revisits: their own head, their original's payload, wherever that lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.errors import MalformedRecord
from crawler.model.capture import DigestCheck
from tests.holdings.made import BODY, HEAD, NEW, OLD, PAGE, SEEN, Made, Opened

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)


def test_a_revisit_has_its_own_head_and_its_originals_payload(tmp_path: Path) -> None:
    warc = Made(tmp_path / "a.warc.gz").response(PAGE, OLD).revisit(PAGE, NEW).done()
    capture = Opened(warc, tmp_path).read()
    assert capture.started.month == 5
    assert bytes(capture.response).endswith(b"X-Seen: twice\r\n\r\n" + BODY)
    assert capture.source is not None
    assert capture.source.digest_check is DigestCheck.VERIFIED
    assert capture.notes["revisitOf"].startswith(f"{PAGE} urn:uuid:")


def test_a_revisit_of_another_address_in_another_file(tmp_path: Path) -> None:
    Made(tmp_path / "a.warc.gz").response("http://news.example/first", OLD).done()
    Made(tmp_path / "b.warc.gz").revisit(PAGE, NEW, of="http://news.example/first").done()
    assert bytes(Opened(tmp_path / "*.warc.gz", tmp_path).read().response).endswith(BODY)


def test_a_revisit_without_its_original_is_said_to_be_one(tmp_path: Path) -> None:
    warc = Made(tmp_path / "a.warc.gz").revisit(PAGE, NEW).done()
    with pytest.raises(MalformedRecord, match="the original of this revisit is not there"):
        Opened(warc, tmp_path).read()


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n",
        b"",
        CHUNKED,
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    ],
    ids=["not modified", "none", "chunked", "another length"],
)
def test_a_head_that_does_not_fit_the_body_gives_way_to_the_originals(
    tmp_path: Path, head: bytes
) -> None:
    warc = Made(tmp_path / "a.warc.gz").response(PAGE, OLD).revisit(PAGE, NEW, head=head).done()
    capture = Opened(warc, tmp_path).read()
    assert bytes(capture.response) == HEAD + BODY
    assert capture.started.month == 5
    assert capture.notes["revisitHead"] == "original"
    assert capture.source is not None
    assert capture.source.digest_check is DigestCheck.VERIFIED


def test_framing_of_the_original_is_kept_where_both_are_chunked(tmp_path: Path) -> None:
    made = Made(tmp_path / "a.warc.gz").answer(PAGE, OLD, CHUNKED + CHUNKS, BODY)
    head = CHUNKED.replace(b"OK", b"Again")
    capture = Opened(made.revisit(PAGE, NEW, head=head).done(), tmp_path).read()
    assert bytes(capture.response) == head + CHUNKS
    assert b"".join(capture.payload()) == BODY


@pytest.mark.parametrize(
    "named",
    [
        {"WARC-Refers-To-Date": "", "WARC-Refers-To-Target-URI": ""},
        {"WARC-Refers-To-Date": "2001-01-01T00:00:00Z"},
        {"WARC-Payload-Digest": ""},
        {"WARC-Payload-Digest": "sha256:" + "0" * 64},
    ],
    ids=["no reference", "another date", "no digest", "another algorithm"],
)
def test_old_and_odd_references(tmp_path: Path, named: dict[str, str]) -> None:
    warc = Made(tmp_path / "a.warc.gz").response(PAGE, OLD).revisit(PAGE, NEW, **named).done()
    assert bytes(Opened(warc, tmp_path).read().response) == SEEN + BODY


def test_another_payload_is_not_taken_for_the_originals(tmp_path: Path) -> None:
    made = Made(tmp_path / "a.warc.gz").response(PAGE, OLD, b"something else")
    with pytest.raises(MalformedRecord, match="the original of this revisit is not there"):
        Opened(made.revisit(PAGE, NEW).done(), tmp_path).read()


def test_a_revisit_of_a_revisit_comes_to_the_original(tmp_path: Path) -> None:
    made = Made(tmp_path / "a.warc.gz").response(PAGE, OLD).revisit(PAGE, NEW)
    warc = made.revisit(PAGE, "2008-06-04T10:00:00Z", when=NEW).done()
    capture = Opened(warc, tmp_path).read()
    assert (capture.started.month, bytes(capture.response)) == (6, SEEN + BODY)
