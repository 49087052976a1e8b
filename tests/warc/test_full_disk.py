"""A full disk at any point: what was safe stays whole, nothing is half written, and room lets it go on.

Three disks: a file system of a few MB (root only), RLIMIT_FSIZE, and system calls that fail one by one.
"""

from __future__ import annotations

import asyncio
import errno
import os
import random
import resource
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from crawler.config import Config
from crawler.errors import DiskFull
from crawler.model.collection import Collection
from pipelines.repair import mend
from pipelines.sink import CollectionSink
from tests.warc.bad_systems import FailingSystem
from tests.warc.kill_round import Round, promises, run, verify
from tests.warc.random_writer import NAME, any_capture, start_and_stop, write

pytestmark = pytest.mark.slow
STRIDE = int(os.environ.get("DISK_STRIDE", "11"))
"""Every how many calls one is made to fail; 1 takes two minutes."""
FULL = 3
ROTATING = Config(warc_size=6_000, disk_reserve=0)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 6 MB for the collection in `tmp_path`; the notes of its writers are elsewhere."""
    folder = tmp_path / NAME
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)]
    mounted = subprocess.run(mount, check=False, capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no file system of our own: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def assert_all_is_there(root: Path) -> int:
    """Repair, read everything back, and count what had been safe."""
    run([(start_and_stop, (str(root),))])
    outcome = Round()
    verify(Collection(root, NAME), promises(root), outcome)
    return outcome.promised


@pytest.mark.parametrize("reserve", [1_000_000, 0], ids=["reserve", "nothing left"])
def test_three_writers_fill_a_disk_and_go_on_when_there_is_room(
    tmp_path: Path, disk: Path, reserve: int
) -> None:
    config = Config(warc_size=1_000_000, disk_reserve=reserve)
    assert run([(write, (str(tmp_path), seed, config)) for seed in range(3)]) == [FULL] * 3
    state = os.statvfs(disk)
    assert state.f_bavail * state.f_frsize >= reserve / 2, "only logs and index go beyond it"
    subprocess.run(["mount", "-o", "remount,size=60m", disk], check=True)
    safe = assert_all_is_there(tmp_path)
    assert run([(write, (str(tmp_path), seed, config, 5)) for seed in range(3, 6)]) == [0] * 3
    assert assert_all_is_there(tmp_path) >= safe + 3 * 5


def limited(root: str, seed: int, config: Config, size: int) -> None:
    """A writer whose files cannot grow beyond `size`: a write that does not fit goes in half."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    write(root, seed, config)


@pytest.mark.parametrize("size", [900, 70_001, 1_000_003])
def test_a_file_that_cannot_grow_ends_after_its_last_whole_exchange(tmp_path: Path, size: int) -> None:
    config = Config(disk_reserve=0)
    codes = run([(limited, (str(tmp_path), seed, config, size)) for seed in range(3)])
    assert codes == [FULL] * 3
    assert_all_is_there(tmp_path)


def refuse(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def on_a_failing_system(root: str, calls: range, error: int) -> None:
    """A short crawl of which those calls fail; an error that no command expects gives exit code 1."""
    system = FailingSystem(calls, error)
    try:
        write(root, 1, ROTATING, 3)
    finally:
        Path(root, "calls").write_text(str(system.calls))


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO], ids=["full", "broken"])
@pytest.mark.parametrize("last", [1, 1_000_000], ids=["one call", "all calls from one on"])
def test_wherever_the_disk_fails_what_was_safe_is_whole(tmp_path: Path, last: int, error: int) -> None:
    for first in count(1, STRIDE):
        root = tmp_path / str(first)
        root.mkdir()
        (code,) = run([(on_a_failing_system, (str(root), range(first, first + last), error))])
        if int((root / "calls").read_text()) < first:
            assert first > 40
            break
        assert code in (0, FULL), f"call {first}"
        assert_all_is_there(root)


@pytest.fixture
def failing_fsync(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Any]:
    """A context in which every fsync fails, as it does once when the system could not write back."""

    @contextmanager
    def failing() -> Iterator[None]:
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", refuse)
            yield

    return failing


def one_capture(sink: CollectionSink, number: int) -> None:
    sink.capture(any_capture(random.Random(number), 3, f"http://kills.example/{number}"))


def test_after_a_failed_fsync_a_later_one_promises_nothing(
    tmp_path: Path, failing_fsync: Callable[[], Any]
) -> None:
    """The system tells of a lost write once; the next fsync succeeds, and the bytes are gone all the same."""

    async def crawl(sink: CollectionSink) -> None:
        one_capture(sink, 1)
        with failing_fsync(), pytest.raises(DiskFull):
            await sink.sync()
        with pytest.raises(DiskFull):
            await sink.sync()

    sink = CollectionSink(Collection(tmp_path, NAME), Config())
    asyncio.run(crawl(sink))
    assert sink.synced == 0
    sink.close()
    assert sink.synced == 0


def test_a_file_that_could_not_be_finished_is_not_forgotten(
    tmp_path: Path, failing_fsync: Callable[[], Any]
) -> None:
    async def crawl(sink: CollectionSink) -> None:
        one_capture(sink, 1)
        with failing_fsync(), pytest.raises(DiskFull):
            one_capture(sink, 2)
        with pytest.raises(DiskFull):
            await sink.sync()

    collection = Collection(tmp_path, NAME)
    sink = CollectionSink(collection, Config(warc_size=1))
    asyncio.run(crawl(sink))
    sink.close()
    assert sink.synced == 0
    assert len(mend(collection, socket.gethostname())) == 1, "nobody holds its lock any more"


def test_a_file_that_fails_while_it_is_synced_is_not_safe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two descriptors of one open file share its error: whichever asks first is told, and only that."""
    failed = threading.Event()

    def fsync(_: int) -> None:
        if threading.current_thread() is threading.main_thread():
            refuse()
        assert failed.wait(10)

    async def crawl(sink: CollectionSink) -> None:
        one_capture(sink, 1)
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", fsync)
            syncing = asyncio.ensure_future(sink.sync())
            await asyncio.sleep(0)
            with pytest.raises(DiskFull):
                one_capture(sink, 2)
            failed.set()
            with pytest.raises(DiskFull):
                await syncing

    sink = CollectionSink(Collection(tmp_path, NAME), Config(warc_size=1))
    asyncio.run(crawl(sink))
    sink.close()
    assert sink.synced == 0


def test_a_name_that_cannot_be_given_is_a_full_disk_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = CollectionSink(Collection(tmp_path, NAME), Config(warc_size=1))
    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", refuse)
        with pytest.raises(DiskFull):
            one_capture(sink, 1)
    assert list(sink.collection.archive.iterdir()) == []
    one_capture(sink, 1)
    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", refuse)
        with pytest.raises(DiskFull):
            one_capture(sink, 2)
    sink.close()
    assert sink.synced == 0
