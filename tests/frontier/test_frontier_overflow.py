"""A long queue lies in files, in order, and nothing of it is lost whoever dies at whichever moment."""

import asyncio
import errno
import logging
import os
import subprocess

import msgspec
import pytest

from crawler.frontier import errand
from crawler.frontier.lease import Verdict
from crawler.frontier.segment_folder import SegmentFolder
from crawler.scheduler import leftovers
from crawler.scheduler import overflow as scheduler_overflow
from crawler.scheduler.background import end
from crawler.scheduler.grace import Grace
from crawler.scheduler.overflow import Overflow

CAP, BLOCK = 8, 4


@pytest.fixture(autouse=True)
def _no_gathering(monkeypatch):
    monkeypatch.setattr(errand, "GATHER", 0)


@pytest.fixture
def overflow():
    """``overflow(frontier, folder=None)``: the task of a worker, not yet running."""

    def make(frontier, folder=None):
        return Overflow(frontier, folder or SegmentFolder(frontier.folder), Grace(5.0), lambda: None)

    return make


@pytest.fixture
def opened(crawl):
    """``await opened(**settings)``: a worker with a small QUEUE_MOST; its folder as ``.folder``."""

    async def open_(**settings):
        frontier = await crawl.open(**{"queue_most": CAP} | settings)
        frontier.folder = crawl.collection.frontier
        return frontier

    return open_


async def look(task):
    """Do what there is to do."""
    place = task.folder.place()
    while any([await task.look(partition, place) for partition in task.partitions]):
        pass


async def drain(frontier, acked, task=None, most=3):
    """Claim and acknowledge until nothing comes; the URIs in their order."""
    got, empty = [], 0
    while empty < 2:
        leased = (await frontier.claim(most, most)).leased
        got += [lease.item.uri for lease in leased]
        await frontier.commit([], acked(leased))
        empty = 0 if leased else empty + 1
        if task is not None:
            await look(task)
    return got


async def length(frontier, name):
    return await frontier.store.command("LLEN", frontier.store.keys(f"queue:{name}"))


async def in_redis(frontier):
    """Entries that lie in the lists of queues and in loose segments."""
    store, total = frontier.store, 0
    for pattern in ("queue:*:[0-9]*", "loose:*"):
        for key in await store.command("KEYS", store.keys(pattern).replace("{", "\\{")):
            if not key.endswith(b":outside"):
                total += await store.command("LLEN", key)
    return total


def uris(host, n):
    return [f"http://{host}/{i}" for i in range(n)]


async def test_a_long_queue_keeps_its_order_through_files_and_back(opened, overflow, page, acked):
    frontier = await opened()
    task = overflow(frontier)
    for i in range(60):
        await frontier.commit([page(f"a/{i}")], [])
        await look(task)
    assert len(task.folder.files()) == 13
    assert await in_redis(frontier) <= CAP + BLOCK
    assert await drain(frontier, acked, task) == uris("a", 60)
    assert (await frontier.finished(), (await frontier.counts()).outside) == (True, 0)


async def test_additions_during_the_drain_go_behind_what_lies_outside(opened, overflow, page, acked):
    frontier = await opened()
    task, got, added = overflow(frontier), [], 0
    while len(got) < 200:
        more = [page(f"a/{n}") for n in range(added, min(added + 5, 200))]
        added += len(more)
        await frontier.commit(more, [])
        leased = (await frontier.claim(2 if added < 200 else 7, 7)).leased
        got += [lease.item.uri for lease in leased]
        await frontier.commit([], acked(leased))
        await look(task)
        assert await in_redis(frontier) <= 2 * CAP
    assert got == uris("a", 200)


async def test_without_a_worker_that_stores_the_queue_goes_on_in_redis(opened, page, acked):
    frontier = await opened()
    await frontier.commit([page(f"a/{i}") for i in range(60)], [])
    assert (await frontier.counts()).outside == 52
    assert await drain(frontier, acked) == uris("a", 60)
    assert await frontier.finished()


async def test_a_limit_of_0_is_none(opened, overflow, page, acked):
    frontier = await opened(queue_most=0)
    await frontier.commit([page(f"a/{i}") for i in range(60)], [])
    await look(task := overflow(frontier))
    assert task.folder.files() == []
    assert await length(frontier, "a:3") == 60


async def test_a_limit_that_is_lifted_brings_all_back(opened, overflow, page, acked):
    frontier = await opened()
    await frontier.commit([page(f"a/{i}") for i in range(60)], [])
    await look(overflow(frontier))
    free = await opened(queue_most=0)
    assert await drain(free, acked, overflow(free)) == uris("a", 60)


async def test_the_better_class_goes_first(opened, overflow, page, acked):
    frontier = await opened()
    task = overflow(frontier)
    await frontier.commit([page(f"a/{c}/{i}", priority=c) for i in range(30) for c in (5, 1)], [])
    await look(task)
    classes = [uri.split("/")[3] for uri in await drain(frontier, acked, task)]
    assert classes == ["1"] * 30 + ["5"] * 30


async def test_a_host_of_which_all_is_outside_is_not_ready_and_the_crawl_not_over(
    opened, overflow, page, acked
):
    frontier = await opened()
    await frontier.commit([page(f"a/{i}") for i in range(40)], [])
    await look(task := overflow(frontier))
    got = await drain(frontier, acked)
    claim = await frontier.claim(9, 9)
    assert (claim.leased, claim.wait) == ([], None)
    counts = await frontier.counts()
    assert (await frontier.finished(), counts.queued, counts.outside) == (False, 32, 32)
    await look(task)
    assert got + await drain(frontier, acked, task) == uris("a", 40)


async def test_hosts_that_share_a_clock_take_turns_after_a_refill_too(opened, overflow, page, acked):
    frontier = await opened()
    task = overflow(frontier)
    pages = [page(f"{host}/{i}") for i in range(30) for host in "ab"]
    await frontier.commit([msgspec.structs.replace(one, clock="x@1") for one in pages], [])
    await look(task)
    got = await drain(frontier, acked, task, most=1)
    assert sorted(got) == sorted(uris("a", 30) + uris("b", 30))
    assert [uri for uri in got if "/a/" in uri] == uris("a", 30)


async def test_what_comes_back_goes_to_the_head_and_a_retry_to_the_end(opened, overflow, page, acked):
    frontier = await opened()
    task = overflow(frontier)
    await frontier.commit([page(f"a/{i}") for i in range(30)], [])
    await look(task)
    first, second = (await frontier.claim(2, 2)).leased
    await frontier.commit([], [*acked([first], Verdict.RETRY), *acked([second], Verdict.BACK)])
    expected = uris("a", 30)[1:] + uris("a", 1)
    assert await drain(frontier, acked, task) == expected


# -- whoever dies


async def test_a_worker_that_dies_after_writing_a_file_loses_nothing(opened, overflow, page, acked):
    frontier = await opened()
    await frontier.commit([page(f"a/{i}") for i in range(60)], [])
    task = overflow(frontier)
    (partition,) = frontier.partitions
    errands = await errand.take(partition, task.folder.place())
    assert len(errands.loose) == 13
    task.folder.write(0, await errand.entries(partition, errands.loose))  # and then the worker dies
    assert await drain(frontier, acked, overflow(frontier)) == uris("a", 60)


async def test_an_errand_whose_worker_died_is_another_s_after_its_patience(
    opened, overflow, page, acked, monkeypatch
):
    monkeypatch.setattr(errand, "PATIENCE", 50)
    frontier = await opened()
    await frontier.commit([page(f"a/{i}") for i in range(16)], [])
    (partition,) = frontier.partitions
    taken = (await errand.take(partition, "x")).loose
    assert len(taken) == 2
    assert (await errand.take(partition, "x")).loose == []
    await asyncio.sleep(0.06)
    assert (await errand.take(partition, "x")).loose == taken


async def test_two_workers_that_refill_at_once_bring_a_segment_once(opened, overflow, page, acked):
    frontier = await opened()
    other = await opened()
    await frontier.commit([page(f"a/{i}") for i in range(12)], [])
    await look(task := overflow(frontier))
    got = await drain(frontier, acked)
    (only,) = await errand.outside(frontier.partitions[0], "a", 3)
    segment = task.folder.read(only.name, only.where)
    both = [errand.refill(worker.partitions[0], segment) for worker in (frontier, other)]
    assert sorted(await asyncio.gather(*both)) == [False, True]
    assert got + await drain(frontier, acked, task) == uris("a", 12)


async def test_two_workers_that_store_at_once_do_no_harm(opened, overflow, page, acked):
    frontier, other = await opened(), await opened()
    await frontier.commit([page(f"a/{i}") for i in range(60)], [])
    await asyncio.gather(*(look(overflow(worker)) for worker in (frontier, other)))
    assert await drain(other, acked, overflow(other)) == uris("a", 60)


async def test_a_segment_that_its_queue_took_back_is_not_stored(opened, overflow, page, acked):
    frontier = await opened()
    await frontier.commit([page(f"a/{i}") for i in range(16)], [])
    (partition,) = frontier.partitions
    task = overflow(frontier)
    errands = await errand.take(partition, "x")
    segments = await errand.entries(partition, errands.loose)
    where = list(zip(segments, task.folder.write(0, segments), strict=True))
    assert len(segments) == 2
    got = await drain(frontier, acked)
    assert await errand.entries(partition, errands.loose) == []
    assert await errand.stored(partition, errands.moment, "x", where) == 0
    assert got == uris("a", 16)


async def test_a_file_that_is_told_of_too_late_counts_for_nothing(opened, overflow, page, acked):
    frontier = await opened()
    await frontier.commit([page(f"a/{i}") for i in range(16)], [])
    (partition,) = frontier.partitions
    task = overflow(frontier)
    errands = await errand.take(partition, "x")
    segments = await errand.entries(partition, errands.loose)
    where = list(zip(segments, task.folder.write(0, segments), strict=True))
    assert await errand.stored(partition, errands.moment - 30_001, "x", where) == 0
    assert await errand.stored(partition, errands.moment - 29_000, "x", where) == 2


async def test_segments_wait_for_each_other_to_share_a_file(opened, overflow, page, acked, monkeypatch):
    monkeypatch.setattr(errand, "GATHER", 60_000)
    frontier = await opened()
    task = overflow(frontier)
    hosts = [f"h{n}" for n in range(64)]
    await frontier.commit([page(f"{host}/{i}") for host in hosts[1:] for i in range(12)], [])
    await look(task)
    assert task.folder.files() == []
    await frontier.commit([page(f"{hosts[0]}/{i}") for i in range(12)], [])
    await look(task)
    assert len(task.folder.files()) == 1
    got = await drain(frontier, acked, task)
    assert {host: [uri for uri in got if f"/{host}/" in uri] for host in hosts} == {
        host: uris(host, 12) for host in hosts
    }
    monkeypatch.setattr(leftovers, "KEPT", 0.0)
    await task.leftovers.delete()
    assert task.folder.files() == []


async def test_a_crawl_with_much_in_redis_keeps_less_of_each_queue_there(opened, overflow, page, acked):
    frontier = await opened(queue_most=1000, queue_room=2000)
    await frontier.commit([page(f"a/{i}") for i in range(400)], [])
    await frontier.commit([page(f"b/{i}") for i in range(600)], [])
    assert (await frontier.counts()).outside == 0, "half of the room"
    await frontier.commit([page(f"c/{i}") for i in range(900)], [])
    await frontier.commit([page(f"d/{i}") for i in range(900)], [])
    assert await length(frontier, "c:3") == 501, "seen at its second 500"
    assert await length(frontier, "d:3") == 350
    task = overflow(frontier)
    await look(task)
    got = await drain(frontier, acked, task, most=50)
    assert [uri for uri in got if "/d/" in uri] == uris("d", 900)


# -- files


async def test_a_file_outlives_its_segment_as_long_as_a_power_cut_may_bring_that_back(
    opened, overflow, page, acked, monkeypatch
):
    frontier = await opened()
    await frontier.commit([page(f"a/{i}") for i in range(30)], [])
    task = overflow(frontier)
    await look(task)
    names = set(task.folder.files())
    await drain(frontier, acked, task)
    await task.leftovers.delete()
    assert set(task.folder.files()) == names
    monkeypatch.setattr(leftovers, "KEPT", 0.0)
    await frontier.store.command("HSET", frontier.store.keys("crawl"), "boot", "another")
    await task.leftovers.delete()
    assert set(task.folder.files()) == names, "the server was restarted: another minute"
    await task.leftovers.delete()
    assert task.folder.files() == []


async def test_a_segment_that_a_restart_brought_back_keeps_its_file(
    opened, overflow, page, acked, monkeypatch
):
    monkeypatch.setattr(leftovers, "KEPT", 0.0)
    frontier = await opened()
    await frontier.commit([page(f"a/{i}") for i in range(12)], [])
    task = overflow(frontier)
    await look(task)
    (file,) = task.folder.files()
    await drain(frontier, acked, task)
    await frontier.store.command("HSET", frontier.store.keys("files"), file, 1)
    await task.leftovers.delete()
    assert task.folder.files() == [file]


async def test_what_former_workers_left_is_swept_and_what_is_known_stays(
    opened, overflow, page, monkeypatch
):
    monkeypatch.setattr(leftovers, "KEPT", 0.0)
    frontier = await opened()
    await frontier.commit([page(f"a/{i}") for i in range(12)], [])
    task = overflow(frontier)
    await look(task)
    known = task.folder.files()
    (only,) = await errand.outside(frontier.partitions[0], "a", 3)
    segment = task.folder.read(only.name, only.where)
    task.folder.write(0, [segment])
    (other,) = task.folder.write(7, [segment])
    await task.leftovers.look()
    await task.leftovers.delete()
    assert set(task.folder.files()) == {*known, other.file}, "partition 7 is not ours to judge"


@pytest.mark.parametrize("how", ["missing", "damaged", "of another queue"])
async def test_a_lost_file_is_one_error_line_and_the_crawl_ends(
    how, opened, overflow, page, acked, caplog
):
    frontier = await opened()
    task = overflow(frontier)
    for numbers in (range(12), range(12, 16)):  # a file each
        await frontier.commit([page(f"a/{i}") for i in numbers], [])
        await look(task)
    first, second = (
        task.folder.path / f"{one.where.file}.seg"
        for one in await errand.outside(frontier.partitions[0], "a", 3)
    )
    if how == "missing":
        first.unlink()
    elif how == "damaged":
        first.write_bytes(first.read_bytes()[:-1])
    else:
        first.write_bytes(second.read_bytes())
    got = await drain(frontier, acked)
    await look(task)
    got += await drain(frontier, acked, task)
    assert got == uris("a", 8) + uris("a", 16)[12:]
    counts = await frontier.counts()
    assert (counts.dead, counts.lost, counts.outside) == (4, 4, 0)
    assert await frontier.finished()
    (line,) = [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]
    assert line.startswith(f"{first} is {'missing' if how == 'missing' else 'damaged'}")
    assert "4 URLs of a - `scrapy frontier rebuild`" in line
    assert str(task.error).startswith("4 URLs that waited on disk are lost")
    assert (how == "missing") != first.with_suffix(".damaged").exists()


async def test_a_file_of_another_folder_is_left_alone_and_told_of_once(
    opened, overflow, page, acked, tmp_path, caplog
):
    frontier = await opened()
    await frontier.commit([page(f"a/{i}") for i in range(30)], [])
    await look(here := overflow(frontier))
    there = overflow(frontier, SegmentFolder(tmp_path / "there"))
    got = await drain(frontier, acked, there)
    await look(there)
    assert got == uris("a", 8)
    lines = [r.getMessage() for r in caplog.records if "another folder" in r.getMessage()]
    assert len(lines) == 1
    assert ": 1 - let a worker run there" in lines[0]
    assert got + await drain(frontier, acked, here) == uris("a", 30)


class FullFolder(SegmentFolder):
    full = True

    def write(self, partition, segments):
        if self.full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(partition, segments)


async def test_on_a_full_disk_the_queue_stays_in_redis_and_one_warning_says_so(
    opened, overflow, page, acked, caplog, monkeypatch
):
    monkeypatch.setattr(errand, "PATIENCE", 0)
    monkeypatch.setattr(scheduler_overflow, "_DISK_REST", 0.0)
    frontier = await opened()
    await frontier.commit([page(f"a/{i}") for i in range(60)], [])
    task = overflow(frontier, folder := FullFolder(frontier.folder))
    for _ in range(5):
        await look(task)
    assert await in_redis(frontier) == 60
    assert len([r for r in caplog.records if "the disk is full" in r.getMessage()]) == 1
    folder.full = False
    await look(task)
    assert await in_redis(frontier) < 60
    assert await drain(frontier, acked, task) == uris("a", 60)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
async def test_a_disk_that_is_really_full_takes_nothing_and_later_all(
    opened, overflow, page, acked, tmp_path, caplog, monkeypatch
):
    monkeypatch.setattr(errand, "PATIENCE", 0)
    monkeypatch.setattr(scheduler_overflow, "_DISK_REST", 0.0)
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no file system of our own")
    try:
        frontier = await opened()
        task = overflow(frontier, SegmentFolder(disk))
        task.folder.place()
        await frontier.commit([page(f"a/{os.urandom(200).hex()}") for _ in range(60)], [])
        await look(task)
        assert task.folder.files() == []
        assert list(task.folder.path.iterdir()) == []
        assert len([r for r in caplog.records if "the disk is full" in r.getMessage()]) == 1
        subprocess.run(["mount", "-o", "remount,size=8m", str(disk)], check=True)
        await look(task)
        assert len(task.folder.files()) == 1
        assert len(await drain(frontier, acked, task)) == 60
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


async def test_the_running_task_stores_refills_and_wakes_the_claimer(opened, page, acked):
    frontier = await opened(queue_most=100)
    woken = asyncio.Event()
    task = Overflow(frontier, SegmentFolder(frontier.folder), Grace(5.0), woken.set)
    running = asyncio.create_task(task.run())
    await frontier.commit([page(f"a/{i}") for i in range(1000)], [])
    got = []
    async with asyncio.timeout(15):
        while len(got) < 1000:
            leased = (await frontier.claim(20, 20)).leased
            got += [lease.item.uri for lease in leased]
            await frontier.commit([], acked(leased))
            if not leased:
                await asyncio.sleep(0.01)
    assert got == uris("a", 1000)
    assert woken.is_set()
    await end([running])
