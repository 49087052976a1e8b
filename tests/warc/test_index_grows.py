"""An index of any size in constant memory: what fits into it is sorted there, the rest on disk."""

import random
import resource
import tracemalloc
from collections.abc import Iterator

import pytest

from crawler.model.collection import Collection
from pipelines import cdxj
from pipelines.cdxj import sorting
from pipelines.cdxj.part import write_part
from pipelines.cdxj.sorting import SortedRuns


@pytest.fixture
def few(monkeypatch):
    """As if memory held three short lines, and a process three files."""
    monkeypatch.setattr(sorting, "RUN_SIZE", 20)
    monkeypatch.setattr(sorting, "FAN_IN", 3)


def test_lines_that_memory_does_not_hold_come_out_sorted(few, tmp_path):
    lines = [b"%d\n" % n for n in range(500)]
    random.Random(1).shuffle(lines)
    with SortedRuns(tmp_path) as runs:
        runs.add_unsorted(lines)
        assert list(runs.lines()) == sorted(lines)
    assert list(tmp_path.iterdir()) == []


def test_lines_that_come_one_by_one_are_sorted_on_disk_too(few, tmp_path):
    with SortedRuns(tmp_path) as runs:
        for n in range(500):
            runs.add_unsorted([b"%d\n" % n])
            assert len(runs._held) <= 10
        assert len(list(runs.lines())) == 500


def test_memory_does_not_grow_with_the_index(tmp_path, monkeypatch):
    monkeypatch.setattr(sorting, "RUN_SIZE", 1 << 18)
    collection = Collection(tmp_path, "news")
    lines = (b"org,e)/%d 20260301 {%s}\n" % (n * 7919 % 20_000, b"x" * 200) for n in range(20_000))
    tracemalloc.start()
    try:
        path = write_part(collection, "a.warc.gz", lines)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert path.stat().st_size > 4_000_000
    assert peak < 1_500_000


def test_few_files_are_open_and_each_line_is_written_a_few_times(few, tmp_path, monkeypatch):
    """81 parts with at most 3 open at once are 4 passes, since 3 ** 4 is 81."""
    open_now: set[int] = set()
    most = written = 0

    def part(number: int) -> Iterator[bytes]:
        nonlocal most
        open_now.add(number)
        most = max(most, len(open_now))
        yield b"%02d\n" % number
        open_now.remove(number)

    def counted(self, lines):
        nonlocal written
        held = list(lines)
        written += len(held)
        return write(self, held)

    write = SortedRuns._write
    monkeypatch.setattr(SortedRuns, "_write", counted)
    with SortedRuns(tmp_path) as runs:
        for number in range(81):
            runs.add(part(number))
        assert list(runs.lines()) == [b"%02d\n" % n for n in range(81)]
    assert most == 3
    assert written == 81 * 4


@pytest.fixture
def parts(tmp_path):
    """A collection of 300 files, each with the part of an index."""
    collection = Collection(tmp_path, "many")
    collection.make_folders()
    for number in range(300):
        (collection.archive / f"{number}.warc.gz").touch()
        line = f'a{999 - number} 2026 {{"filename": "{number}.warc.gz"}}\n'
        (collection.indexes / f"{number}.cdxj").write_text(line)
    return collection


def test_more_parts_than_files_may_be_open(parts):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (250, hard))
    try:
        lines = cdxj.merge(parts).read_text().splitlines()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert [line.partition(" ")[0] for line in lines] == [f"a{n}" for n in range(700, 1000)]
    assert [path.name for path in parts.indexes.glob("*.cdxj")] == ["index.cdxj"]
