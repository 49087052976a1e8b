"""The index: cdxj-indexer's lines, merged as sorted streams, and none lost by a crash."""

import os
import subprocess
import zlib
from pathlib import Path

import pytest

from crawler.config import Config
from crawler.model.cdxj import CdxjLine
from pipelines import cdxj
from pipelines.check import Counts, check
from pipelines.repair import mend
from pipelines.sink import CollectionSink


@pytest.fixture
def warc(sink, kinds, collection):
    for capture in kinds.values():
        sink.capture(capture)
    sink.close()
    (path,) = collection.archive.iterdir()
    return path


def index_lines(collection):
    return [
        line
        for path in sorted(collection.indexes.glob("*.cdxj"))
        for line in path.read_text().splitlines()
    ]


def test_a_finished_file_has_a_sorted_index_of_its_captures(warc, collection):
    lines = index_lines(collection)
    assert lines == sorted(lines)
    assert len(lines) == 12
    revisit = next(CdxjLine.parse(line) for line in lines if "/again" in line)
    assert revisit.urlkey == "example,news)/again"
    assert revisit.timestamp == "20260301120011"
    assert revisit.fields["mime"] == "warc/revisit"
    assert revisit.fields["status"] == "200"


def test_offset_and_length_cut_out_one_member(warc, collection):
    size = 0
    for line in index_lines(collection):
        fields = CdxjLine.parse(line).fields
        start, length = int(fields["offset"]), int(fields["length"])
        member = warc.read_bytes()[start : start + length]
        inflate = zlib.decompressobj(31)
        assert inflate.decompress(member).startswith(b"WARC/1.1\r\n")
        assert inflate.eof
        assert not inflate.unused_data
        size += length
    assert size < warc.stat().st_size


def test_lines_are_those_of_cdxj_indexer(warc, collection):
    python = os.environ.get("CHECK_PYTHON")
    if not python or not (program := Path(python).with_name("cdxj-indexer")).exists():
        pytest.skip("no CHECK_PYTHON with cdxj-indexer")
    theirs = subprocess.run([program, "--sort", warc], capture_output=True, text=True, check=True).stdout
    captures = [CdxjLine.parse(line) for line in theirs.splitlines() if not line.startswith("urn:")]
    ours = [CdxjLine.parse(line) for line in index_lines(collection)]
    assert ours == captures


def test_merging_twice_changes_nothing(collection, page):
    for start in (0, 3):
        sink = CollectionSink(collection, Config())
        for number in range(start, start + 3):
            sink.capture(page(number))
        sink.close()
    before = sorted(index_lines(collection))
    assert len(list(collection.indexes.iterdir())) == 2
    for _ in range(2):
        merged = cdxj.merge(collection)
        assert list(collection.indexes.glob("*.cdxj")) == [merged]
        assert merged.read_text().splitlines() == before


def test_a_part_that_outlived_its_merge_adds_no_line(collection, page, sink):
    sink.capture(page(1))
    sink.close()
    (part,) = collection.indexes.iterdir()
    text = part.read_bytes()
    merged = cdxj.merge(collection)
    part.write_bytes(text)
    cdxj.merge(collection)
    assert merged.read_bytes() == text


def test_a_file_that_was_renamed_but_not_indexed_is_indexed_at_the_end(collection, page, sink):
    sink.capture(page(1))
    sink.close()
    (part,) = collection.indexes.iterdir()
    lines = part.read_bytes()
    part.unlink()
    mend(collection, host=None)
    assert part.read_bytes() == lines


def test_a_strange_uri_is_indexed_all_the_same(collection, sink, make):
    ok = b"HTTP/1.1 200 OK\r\nContent-Type: text/html;charset=x\r\n\r\nx"
    for path in ("/a%ZZ", "/?q=http://[::1", "/;x=1?y=%FF&&", "/http://["):
        sink.capture(make(path, ok + path.encode()))
    sink.close()
    assert len(index_lines(collection)) == 4
    assert list(check(collection, Counts())) == []
