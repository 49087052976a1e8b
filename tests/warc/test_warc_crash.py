"""Nothing that was promised is lost: kills, torn tails, full disks, late calls."""

import asyncio
import fcntl
import gzip
import json
import os
import random
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest

from crawler.config import Config
from crawler.errors import DiskFull
from crawler.model.collection import Collection
from crawler.model.log import LogLine, Outcome
from pipelines.check import Counts, check
from pipelines.records import read_records
from pipelines.repair import mend
from pipelines.sink import CollectionSink
from pipelines.warc.repair import repair

HERE = Path(__file__).parent
HOST = socket.gethostname()


def uris(collection):
    """The URIs of all responses of finished files."""
    return {
        record.get("WARC-Target-URI")
        for path in collection.archive.glob("*.warc.gz")
        for record in read_records(path)
        if record.type == "response"
    }


def log_lines(collection):
    texts = (path.read_text() for path in sorted(collection.logs.iterdir()))
    return [json.loads(line) for text in texts for line in text.splitlines() if line]


@pytest.mark.parametrize("seed", range(3))
def test_what_was_synced_outlives_a_kill(collection, seed):
    command = [sys.executable, HERE / "killed_writer.py", collection.root]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout.readline()
        time.sleep(random.Random(seed).uniform(0, 0.3))
        writer.send_signal(signal.SIGKILL)
        promised = max([5, *(int(line) for line in writer.stdout if line.endswith("\n"))])
    mend(collection, HOST)
    assert not list(collection.archive.glob("*.open"))
    expected = {f"http://news.example/{n}" for n in range(1, promised + 1)}
    assert expected <= uris(collection)
    assert expected <= {line["url"] for line in log_lines(collection)}
    assert list(check(collection, Counts())) == []


@pytest.fixture
def left_open(sink, page, collection):
    """An ``.open`` file of three captures as a killed process leaves it, in another collection."""
    for number in range(3):
        sink.capture(page(number))
    (path,) = collection.archive.glob("*.open")
    other = Collection(collection.root, "killed")
    other.make_folders()
    return other, Path(shutil.copy(path, other.archive / path.name))


def test_a_torn_exchange_is_cut_at_every_byte(left_open):
    """No record of it stays: not a response whose WARC-Concurrent-To would lead nowhere."""
    collection, path = left_open
    whole = path.read_bytes()
    begun, _request, metadata = [record.offset for record in read_records(path)][-3:]
    finished = path.with_name(path.name.removesuffix(".open"))
    for size in range(begun, len(whole)):
        path.write_bytes(whole[:size])
        assert list(repair(collection, HOST)) == [finished]
        # Response and request, and a file that ends there: nothing dangles, nothing is torn.
        expected = metadata if size == metadata else begun
        assert finished.read_bytes() == whole[:expected], size
        finished.unlink()


def test_a_warc_in_a_torn_answer_is_not_taken_for_records(sink, make, page, collection):
    """Bytes that do not shrink stand in the file as they came: here a WARC, members and all."""
    sink.capture(page(1))
    (path,) = collection.archive.glob("*.open")
    size = path.stat().st_size
    elsewhere = CollectionSink(Collection(collection.root, "elsewhere"), Config())
    elsewhere.capture(page(2))
    inner = next(elsewhere.collection.archive.glob("*.open")).read_bytes()
    elsewhere.close()
    sink.capture(make("/w", b"HTTP/1.1 200 OK\r\n\r\n" + inner + bytes(5000)))
    answer = zlib.decompressobj(31).decompress(path.read_bytes()[size:])
    torn = path.read_bytes()[:size] + gzip.compress(answer, 0)[:-2000]
    assert inner in torn
    other = Collection(collection.root, "killed")
    other.make_folders()
    left = other.archive / path.name
    left.write_bytes(torn)
    (finished,) = repair(other, HOST)
    assert finished.read_bytes() == torn[:size]


def test_a_whole_file_is_kept_as_it_is(left_open):
    collection, path = left_open
    whole = path.read_bytes()
    (finished,) = mend(collection, HOST)
    assert finished.read_bytes() == whole
    assert list(check(collection, Counts())) == []


def test_a_file_of_nothing_but_warcinfo_is_removed(left_open):
    collection, path = left_open
    _, second, *_ = read_records(path)
    path.write_bytes(path.read_bytes()[: second.offset + 9])
    assert list(repair(collection, HOST)) == []
    assert list(collection.archive.iterdir()) == []


def test_a_file_with_a_living_writer_is_left_alone(left_open):
    collection, path = left_open
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert list(repair(collection, None)) == []
        assert path.exists()


def test_a_sink_locks_the_file_that_it_writes(sink, page, collection):
    ref = sink.capture(page(1))
    assert mend(collection, None) == []
    assert [p.name for p in collection.archive.iterdir()] == [ref.filename + ".open"]


def test_another_hosts_file_is_left_to_the_end_of_the_crawl(left_open):
    collection, path = left_open
    foreign = path.rename(path.with_name(path.name.replace(f"-{HOST}-", "-elsewhere-")))
    assert mend(collection, HOST) == []
    assert foreign.exists()
    assert len(mend(collection, None)) == 1


def test_a_starting_worker_finishes_what_a_dead_one_left(left_open):
    collection, path = left_open
    CollectionSink(collection, Config()).close()
    assert [p.name for p in collection.archive.iterdir()] == [path.name.removesuffix(".open")]
    assert list(check(collection, Counts())) == []


def test_a_file_is_open_while_it_is_written_and_renamed_when_it_is_done(sink, page, collection):
    ref = sink.capture(page(1))
    assert [p.name for p in collection.archive.iterdir()] == [ref.filename + ".open"]
    sink.close()
    sink.close()
    assert [p.name for p in collection.archive.iterdir()] == [ref.filename]


def test_no_capture_no_file(collection):
    CollectionSink(collection, Config()).close()
    assert list(collection.archive.iterdir()) == []


@pytest.mark.parametrize("limit", [{"warc_size": 6000}, {"warc_age": 0.0}], ids=["size", "age"])
def test_a_new_file_is_begun_at_the_limit(collection, page, limit):
    sink = CollectionSink(collection, Config(**limit))
    names = [sink.capture(page(n, size=4000)).filename for n in range(4)]
    sink.close()
    assert sorted(set(names)) == sorted(p.name for p in collection.archive.iterdir())
    assert len(set(names)) == (2 if "warc_size" in limit else 4)
    assert list(check(collection, Counts())) == []


def test_the_reserve_stops_before_anything_is_written(collection, page):
    sink = CollectionSink(collection, Config(disk_reserve=1 << 60))
    with pytest.raises(DiskFull, match="DISK_RESERVE"):
        sink.capture(page(1))
    sink.close()
    assert list(collection.archive.iterdir()) == []


def test_a_full_disk_leaves_whole_exchanges_and_the_next_one_finds_room_again(collection, page):
    """RLIMIT_FSIZE stands for the disk: a write that does not fit goes in half, then fails."""
    sink = CollectionSink(collection, Config())
    sink.capture(page(1))
    (path,) = collection.archive.iterdir()
    size = path.stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 5000, before[1]))
    try:
        with pytest.raises(DiskFull):
            sink.capture(page(2, size=20_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert path.stat().st_size == size
    ref = sink.capture(page(3))
    assert (ref.number, ref.offset) == (2, size)
    sink.close()
    assert uris(collection) == {"http://news.example/page/1", "http://news.example/page/3"}
    assert list(check(collection, Counts())) == []


def test_sync_covers_what_was_captured_before_it(sink, page):
    async def crawl():
        refs = [sink.capture(page(n)) for n in range(3)]
        assert sink.synced == 0
        waiting = asyncio.ensure_future(sink.sync())
        await asyncio.sleep(0)
        sink.capture(page(4))
        await waiting
        assert sink.synced == refs[-1].number == 3

    asyncio.run(crawl())


def test_a_file_may_be_finished_while_it_is_synced(collection, page):
    async def crawl():
        sink = CollectionSink(collection, Config(warc_size=1))
        for n in range(30):
            sink.capture(page(n))
            waiting = asyncio.ensure_future(sink.sync())
            await asyncio.sleep(0)
            sink.capture(page(100 + n))
            await waiting
        sink.close()

    asyncio.run(crawl())
    assert len(uris(collection)) == 60


def test_a_failed_fsync_promises_nothing(sink, page, monkeypatch):
    def fail(fd):
        raise OSError(28, "No space left on device")

    sink.capture(page(1))
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fail)
        with pytest.raises(DiskFull):
            asyncio.run(sink.sync())
    assert sink.synced == 0


def test_a_line_that_comes_after_the_end_is_kept(sink, page, collection):
    ref = sink.capture(page(1))
    sink.close()
    sink.log(LogLine(page(1).started, "http://late.example/", Outcome.DROPPED))
    late = sink.capture(page(2))
    sink.close()
    assert [line["url"] for line in log_lines(collection)][1] == "http://late.example/"
    assert {ref.filename, late.filename} == {p.name for p in collection.archive.iterdir()}


def test_a_torn_log_line_spoils_no_other(sink, page, collection):
    log = collection.logs / f"crawl-{HOST}-{os.getpid()}.log"
    log.write_text('{"ts": "2026')
    sink.capture(page(1))
    sink.close()
    assert json.loads(log.read_text().splitlines()[1])["outcome"] == "captured"
