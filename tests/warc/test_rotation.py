"""Files are finished by size and by age, by several writers at once, and no two have one name."""

from __future__ import annotations

import asyncio
import random
import re
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

import pipelines.warc.file as warc_file
from crawler.config import Config
from crawler.model.collection import Collection
from pipelines.sink import CollectionSink
from tests.warc.conftest import Maker, answer
from tests.warc.kill_round import Round, promises, read, run, verify
from tests.warc.random_writer import NAME, write

WRITERS, STEPS = 3, 25
PARTS = re.compile(r"kills-(?P<stamp>\d{17})-(?P<serial>\d{5})-(?P<host>.+)-(?P<pid>\d+)\.warc\.gz\Z")


def files_of_three_writers(root: Path, config: Config) -> dict[str, list[Path]]:
    """The files of each process, in the order in which they were begun; all are checked."""
    codes = run([(write, (str(root), seed, config, STEPS)) for seed in range(WRITERS)])
    assert codes == [0] * WRITERS
    outcome = Round()
    verify(Collection(root, NAME), promises(root), outcome)
    assert outcome.promised >= WRITERS * STEPS * 2
    files = defaultdict(list)
    for path in sorted(Collection(root, NAME).archive.glob("*.warc.gz")):
        match = PARTS.match(path.name)
        assert match, path.name
        files[match["pid"]].append(path)
    assert len(files) == WRITERS
    return files


def serials(paths: list[Path]) -> list[int]:
    return [int(path.name.split("-")[2]) for path in paths]


@pytest.mark.slow
def test_a_file_is_finished_at_its_size(tmp_path: Path) -> None:
    size = 50_000
    for paths in files_of_three_writers(tmp_path, Config(warc_size=size, disk_reserve=0)).values():
        assert serials(paths) == list(range(1, len(paths) + 1))
        assert all(path.stat().st_size >= size for path in paths[:-1])
        for path in paths:
            last = max(
                record.place[1] for record in read(path) if record.kind in ("response", "revisit")
            )
            assert last < size, "nothing is begun in a file that has its size"


@pytest.mark.slow
def test_a_file_is_finished_at_its_age(tmp_path: Path) -> None:
    files = files_of_three_writers(tmp_path, Config(warc_age=0.02, disk_reserve=0))
    assert max(map(len, files.values())) > 2
    for paths in files.values():
        assert serials(paths) == list(range(1, len(paths) + 1))


async def test_a_file_that_was_begun_later_has_its_age_too(collection: Collection, make: Maker) -> None:
    """Its age counts from its own beginning, although nothing more comes."""
    sink = CollectionSink(collection, Config(warc_age=0.3, warc_size=20_000))
    sink.capture(make("/1", answer(random.randbytes(20_000))))
    await asyncio.sleep(0.15)
    sink.capture(make("/2", answer(b"2")))
    async with asyncio.timeout(10):
        while len(list(collection.archive.glob("*.warc.gz"))) < 2:
            await asyncio.sleep(0.02)
    sink.close()


def test_two_writers_of_one_name_do_not_take_each_others_file(
    collection: Collection, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two crawls in one process have one host and process id, and may begin in the same millisecond."""
    monkeypatch.setattr(warc_file, "now", lambda: datetime(2026, 3, 1, tzinfo=UTC))
    sinks = [CollectionSink(collection, Config()) for _ in range(3)]
    for number, sink in enumerate(sinks):
        sink.capture(make(f"/{number}", answer(b"%d" % number)))
        if number == 1:
            sink.close()
    for sink in sinks:
        sink.close()
    uris = [r.uri for path in collection.archive.iterdir() for r in read(path) if r.kind == "response"]
    assert sorted(uris) == [f"http://news.example/{number}" for number in range(3)]
