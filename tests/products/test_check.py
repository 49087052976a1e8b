"""The check is silent about a whole collection and names each planted fault."""

import gzip
import tracemalloc
from datetime import UTC, datetime

import pytest

from pipelines.check import Counts, check

NOON = datetime(2008, 4, 4, 12, tzinfo=UTC)
A, B = "https://news.example/a", "https://news.example/b"


@pytest.fixture
def collection(maker):
    maker.capture(A, body=b"a" * 5000)
    maker.capture(B, body=b"5\r\nhello\r\n0\r\n\r\n", transfer_encoding="identity")
    maker.capture(B + "/none", 304, body=b"")
    return maker.done()


def faults(collection):
    return [str(fault) for fault in check(collection, Counts())]


def change_member(maker, number, change):
    """Replace the text of one record by what `change` makes of it."""
    members = split_members(maker.warc.read_bytes())
    members[number] = gzip.compress(change(gzip.decompress(members[number])), mtime=0)
    maker.warc.write_bytes(b"".join(members))


def split_members(data):
    at = [i for i in range(len(data)) if data.startswith(b"\x1f\x8b\x08", i)]
    return [data[a:b] for a, b in zip(at, [*at[1:], len(data)], strict=True)]


def test_a_whole_collection_has_no_fault(collection):
    counts = Counts()
    assert list(check(collection, counts)) == []
    assert (counts.files, counts.records, counts.captures, counts.index_lines) == (1, 7, 3, 3)


FAULTS = [
    ("block", 1, lambda text: text.replace(b"aaaa\r\n\r\n", b"aaab\r\n\r\n"), "WARC-Block-Digest"),
    ("payload", 1, lambda t: t.replace(b"Payload-Digest: sha1:", b"Payload-Digest: sha1:X"), "WARC-P"),
    ("block too long", 1, lambda t: t.replace(b"Length: 5", b"Length: 6"), "shorter than"),
    ("bytes behind", 1, lambda text: text + b"more", "bytes inside its gzip"),
    ("no version", 1, lambda text: text.replace(b"WARC/1.1", b"WURC/1.1"), "no WARC/1.0 or 1.1"),
    ("no length", 1, lambda text: text.replace(b"Content-Le", b"Content-La"), "no Content-Length"),
    ("no date", 2, lambda text: text.replace(b"WARC-Date", b"WARC-Dade"), "no WARC-Date"),
    ("link", 2, lambda t: t.replace(b"To: <urn:uuid:", b"To: <urn:uuid:f"), "Concurrent-To"),
    ("warcinfo", 0, lambda text: text.replace(b"warcinfo", b"metadata"), "no warcinfo"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "number", "change", "word"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_a_fault_in_a_record_is_named(collection, maker, why, number, change, word):
    change_member(maker, number, change)
    found = faults(collection)
    assert any(word in fault for fault in found), found
    assert maker.warc.name in found[0]


def test_a_torn_file_is_named_at_every_length(collection, maker):
    whole = maker.warc.read_bytes()
    ends = {0}
    for member in split_members(whole):
        ends.add(max(ends) + len(member))
    for length in range(len(whole)):
        maker.warc.write_bytes(whole[:length])
        if length not in ends:
            assert "ends inside a record" in faults(collection)[0]


def test_one_flipped_bit_anywhere_is_found(collection, maker):
    whole = maker.warc.read_bytes()
    # What means nothing in gzip: time, extra flags and system in the head, bits that fill the last byte.
    idle, at = set(), 0
    for member in split_members(whole):
        idle |= {at + n for n in range(4, 10)} | {at + len(member) - 9}
        at += len(member)
    for at in range(0, len(whole), 3):
        if at not in idle:
            flipped = bytearray(whole)
            flipped[at] ^= 0x10
            maker.warc.write_bytes(flipped)
            assert faults(collection), at


INDEX = [
    ("offset", lambda text: text.replace('"offset": "', '"offset": "1', 1), "bad gzip data"),
    ("file", lambda text: text.replace("testhost-7.warc", "testhost-8.warc", 1), "which is not there"),
    ("url", lambda text: text.replace('example/a"', 'example/c"', 1), "its record"),
    ("time", lambda text: text.replace(" 2008", " 2009", 1), "its record"),
    ("digest", lambda text: text.replace("sha1:", "sha1:A", 1), "the line's digest"),
    ("a line too few", lambda text: text.split("\n", 1)[1], "3 captures, but 2 lines"),
    ("order", lambda text: "\n".join(text.splitlines()[::-1]) + "\n", "sorts before"),
    ("no line at all", lambda text: "nonsense\n" + text, "not a CDXJ line"),
]


@pytest.mark.parametrize(("why", "change", "word"), INDEX, ids=[fault[0] for fault in INDEX])
def test_a_fault_in_the_index_is_named(collection, why, change, word):
    path = collection.indexes / "index.cdxj"
    path.write_text(change(path.read_text()))
    found = faults(collection)
    assert any(word in fault for fault in found), found


def test_a_file_that_is_still_open_is_counted_and_is_no_fault(collection):
    (collection.archive / "x.warc.gz.open").write_bytes(b"half")
    counts = Counts()
    assert not list(check(collection, counts))
    assert counts.unfinished == ["x.warc.gz.open"]


def test_memory_does_not_grow_with_a_record(maker):
    maker.capture(A, body=b"x" * 30_000_000)
    collection = maker.done()
    tracemalloc.start()
    assert faults(collection) == []
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000
