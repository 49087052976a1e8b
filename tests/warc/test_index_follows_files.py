"""The index follows the WARC files: new, replaced, deleted, damaged, and whenever it was interrupted."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time

import pytest

from crawler.config import Config
from crawler.errors import MalformedRecord
from pipelines import cdxj
from pipelines.cdxj import merging
from pipelines.records import read_records
from pipelines.sink import CollectionSink


@pytest.fixture
def files(collection, page):
    """Three WARCs of two captures each, merged; their paths."""
    for start in (0, 2, 4):
        sink = CollectionSink(collection, Config())
        sink.capture(page(start))
        sink.capture(page(start + 1))
        sink.close()
    cdxj.merge(collection)
    return sorted(collection.archive.iterdir())


def index(collection):
    return (collection.indexes / "index.cdxj").read_text().splitlines()


def update(collection):
    """What `scrapy collection index` does; the names of the files that were read."""
    read = [warc.name for warc, _ in cdxj.index_missing(collection)]
    cdxj.merge(collection)
    return read


def named(collection, warc):
    return [line for line in index(collection) if warc.name in line]


def test_files_that_are_indexed_are_not_read_again(files, collection, monkeypatch):
    before = (collection.indexes / "index.cdxj").stat()
    monkeypatch.setattr(merging, "lines_for", None)
    assert update(collection) == []
    after = (collection.indexes / "index.cdxj").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_file_without_a_capture_is_read_once(files, collection):
    empty = collection.archive / "empty.warc.gz"
    empty.write_bytes(files[0].read_bytes()[: next(iter(read_records(files[0]))).finish()])
    assert update(collection) == [empty.name]
    assert update(collection) == []
    assert len(index(collection)) == 6


@pytest.mark.parametrize("merged", [True, False])
def test_a_file_that_was_replaced_has_its_new_lines_only(files, collection, merged):
    """As by `repair`, before the part was merged or after."""
    first, second, _ = files
    lines = named(collection, second)
    if not merged:
        cdxj.write_index(collection, first)
    time.sleep(0.01)
    first.write_bytes(second.read_bytes())
    assert update(collection) == [first.name]
    assert named(collection, second) == lines
    assert sorted(line.replace(first.name, second.name) for line in named(collection, first)) == lines
    assert len(index(collection)) == 6


def test_the_lines_of_a_deleted_file_leave_the_index(files, collection):
    lines = index(collection)
    files[1].unlink()
    assert update(collection) == []
    assert index(collection) == [line for line in lines if files[1].name not in line]
    assert len(index(collection)) == 4


def test_a_part_whose_file_was_deleted_adds_no_line(files, collection):
    cdxj.write_index(collection, files[1])
    files[1].unlink()
    update(collection)
    assert len(index(collection)) == 4
    assert not list(collection.indexes.glob("news-*"))


def test_a_file_that_is_indexed_again_has_its_new_lines_only(files, collection):
    part = cdxj.write_index(collection, files[0])
    part.write_text(part.read_text().replace("news.example", "new.example"))
    update(collection)
    assert len(index(collection)) == 6
    assert all("new.example" in line for line in named(collection, files[0]))


def test_a_file_that_was_replaced_is_noticed_without_the_list(files, collection):
    (collection.indexes / "index.files").unlink()
    time.sleep(0.01)
    files[0].write_bytes(files[1].read_bytes())
    assert update(collection) == [files[0].name]
    assert len(named(collection, files[0])) == 2
    assert len(index(collection)) == 6


@pytest.mark.parametrize("lost", ["index.files", "index.cdxj"])
def test_what_was_lost_is_made_again(files, collection, lost):
    lines = index(collection)
    path = collection.indexes / lost
    path.unlink()
    read = update(collection)
    assert read == ([] if lost == "index.files" else [warc.name for warc in files])
    assert index(collection) == lines
    assert path.exists()
    assert update(collection) == []


def test_an_index_that_others_changed_is_read_anew(files, collection):
    """Without the lines of a file: it is indexed again. Out of order: all are."""
    path = collection.indexes / "index.cdxj"
    lines = index(collection)
    path.write_text("".join(f"{line}\n" for line in lines if files[0].name not in line))
    assert update(collection) == [files[0].name]
    assert index(collection) == lines
    path.write_text("".join(f"{line}\n" for line in reversed(lines)))
    assert len(update(collection)) == 3
    assert index(collection) == lines


def test_what_is_whole_of_a_damaged_file_is_indexed_and_the_others_as_well(files, collection):
    lines = index(collection)
    _, response, *_ = read_records(files[1])
    with files[1].open("r+b") as file:
        # Behind the member's head of 10 octets; no block of deflate has type 3 (RFC 1951, 3.2.3), so
        # this is bad data whatever the record holds.
        file.seek(response.offset + 10)
        file.write(b"\xff\xff\xff\xff")
    told = dict(cdxj.index_missing(collection))
    assert list(told) == [files[1]]
    error = told[files[1]]
    assert isinstance(error, MalformedRecord)
    assert f"{files[1]}, offset {response.offset}: bad gzip data" in str(error)
    assert len(str(error).splitlines()) == 1
    cdxj.merge(collection)
    damaged = [line for line in lines if f'"offset": "{response.offset}", ' in line]
    assert index(collection) == [
        line for line in lines if not (line in damaged and files[1].name in line)
    ]
    assert len(index(collection)) == 5


def test_what_killed_processes_left_is_swept_away(files, collection):
    mine, theirs, fresh = (collection.indexes / f".x.cdxj.{number}.tmp" for number in range(3))
    journal = collection.indexes / (files[0].name.removesuffix(".warc.gz") + ".cdxj.open")
    of_none = collection.indexes / "none.cdxj.open"
    of_open = collection.indexes / "live.cdxj.open"
    (collection.archive / "live.warc.gz.open").touch()
    for path in (mine, theirs, fresh, journal, of_none, of_open):
        path.touch()
    for path in (mine, theirs):
        os.utime(path, (0, 0))
    with mine.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        cdxj.merge(collection)
    assert {path for path in (mine, theirs, fresh, journal, of_none, of_open) if path.exists()} == {
        mine,
        fresh,
        of_open,
    }


STEP = """
import os, sys
from pathlib import Path
from crawler.model.collection import Collection
from pipelines import cdxj
left = int(sys.argv[2])
def step(event, args):
    global left
    if event in ("open", "os.rename", "os.remove", "os.mkdir"):
        left -= 1
        if not left:
            os.kill(os.getpid(), 9)
sys.addaudithook(step)
collection = Collection(Path(sys.argv[1]), "news")
for _ in cdxj.index_missing(collection):
    pass
cdxj.merge(collection)
"""


def test_an_index_killed_at_any_step_is_finished_by_the_next_run(files, collection):
    """Killed at each opening, renaming and removing of a file in turn."""
    lines = index(collection)
    for step in range(1, 200):
        (collection.indexes / ("index.cdxj", "index.files")[step % 2]).unlink()
        files[step % 3].touch()
        command = [sys.executable, "-c", STEP, str(collection.root), str(step)]
        done = subprocess.run(command, timeout=30, check=False)
        update(collection)
        assert index(collection) == lines
        assert update(collection) == []
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
    assert step > 12
