"""A revisit keeps the head and refers to the payload: an answer that has more than those is kept whole."""

from __future__ import annotations

import pytest

from pipelines.records import read_record_at
from tests.warc.conftest import PAGE, answer, chunked

TRAILERS = chunked(PAGE)[:-2] + b"X-Checksum: 1f2e\r\nX-Late: yes\r\n\r\n"
SURPLUS = chunked(PAGE) + b"HTTP/1.1 200 OK\r\n\r\n0\r\n\r\n"
ODD = {"anomaly": "22 bytes after the answer"}


def kind_of_second(sink, first, second):
    """How the second of two captures is written."""
    sink.capture(first)
    ref = sink.capture(second)
    sink.close()
    return read_record_at(sink.collection.archive / ref.filename, ref.offset).type


@pytest.mark.parametrize(
    ("block", "notes"),
    [
        (TRAILERS, {}),
        (SURPLUS, ODD),
        (b"\r\n" + answer(PAGE), {"anomaly": "a blank line before the status line"}),
    ],
    ids=["trailers", "bytes after the last chunk", "a blank line before the head"],
)
def test_what_a_revisit_would_lose_is_kept(sink, make, block, notes):
    first, second = make("/a", answer(PAGE)), make("/b", block, notes=notes)
    assert kind_of_second(sink, first, second) == "response"


@pytest.mark.parametrize("block", [answer(PAGE), chunked(PAGE)], ids=["length", "chunked"])
def test_an_answer_of_head_and_payload_alone_becomes_a_revisit(sink, make, block):
    assert kind_of_second(sink, make("/a", answer(PAGE, "X: 1")), make("/b", block)) == "revisit"
