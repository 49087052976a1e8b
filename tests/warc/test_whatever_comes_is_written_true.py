"""Whatever a server sends, the records of it keep every rule that `check` knows, and the index every line."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from crawler.download.framing import ResponseReader
from crawler.download.reading import readable
from crawler.model.capture import Capture, Truncation
from crawler.model.collection import Collection
from crawler.model.octets import Spool, SpoolLimits
from pipelines import cdxj
from pipelines.check import Counts, check
from pipelines.sink import CollectionSink
from tests.warc.conftest import Maker

STARTS = [b"HTTP/1.1 200 OK", b"HTTP/1.0 301 M", b"HTTP/1.1 304 N", b"HTTP/1.1 103 E", b"ICY 200"]
PARTS = [
    *STARTS, b"garbage", b"HTTP/9 2xx", b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"\n\n",
    b"Content-Length: 5", b"Content-Length: x", b"Content-Length: 5, 5", b"Transfer-Encoding: chunked",
    b"Transfer-Encoding: gzip, chunked", b"transfer-encoding : chunked", b"Content-Encoding: gzip",
    b"Content-Encoding: br, gzip", b"Content-Type: text/html; charset=\xff\xfe", b"ETag: \"a\"",
    b" folded", b"\tfolded", b":", b": x", b"X\0: y", b"5\r\nhello\r\n", b"0\r\n\r\n", b"0\r\n",
    b"5;x\nabcde\n", b"ffffffffffffffffff\r\n", b"hello", b"\x1f\x8b\x08", b"WARC/1.1\r\n", b"\xe2\x80\xa8",
]  # fmt: skip
ANSWERS = 600


def pieces(dice: random.Random) -> Iterator[bytes]:
    """An answer as it might come, in pieces of 1 to 12 bytes."""
    parts = [dice.choice(STARTS), b"\r\n"] if dice.random() < 0.8 else []
    for _ in range(dice.randrange(12)):
        parts += [dice.choice(PARTS), b"\r\n" * (dice.random() < 0.6)]
    answer = b"".join(parts)
    while answer:
        size = dice.randint(1, 12)
        yield answer[:size]
        answer = answer[size:]


def captured(dice: random.Random, make: Maker, collection: Collection) -> Capture:
    method = dice.choice(["GET", "GET", "HEAD", "POST"])
    spool = Spool(SpoolLimits(dice.choice([3, 1000]), collection.path))
    reader = ResponseReader(method, spool, dice.choice([0, 0, 7]))
    for piece in pieces(dice):
        if not reader.done:
            reader.feed(piece)
    if dice.random() < 0.3:
        reader.silence()
    reader.eof(clean=dice.random() < 0.7)
    short = Truncation.DISCONNECT if spool.length and not reader.whole else None
    path = f"/{dice.randrange(100)}"
    return make(path, spool.octets(), method=method, interim=tuple(reader.interim), truncated=short)


@pytest.mark.parametrize("seed", range(3))
def test_a_check_finds_no_fault(sink: CollectionSink, make: Maker, seed: int) -> None:
    dice, collection = random.Random(seed), sink.collection
    captures = [captured(dice, make, collection) for _ in range(ANSWERS)]
    for capture in captures:
        sink.capture(capture)
        assert len(readable(capture, 1000).body) <= 1000
    sink.close()
    cdxj.merge(collection)
    counts = Counts()
    assert [str(fault) for fault in check(collection, counts) if not fault.note] == []
    assert counts.index_lines == sum(bool(capture.response) for capture in captures)
