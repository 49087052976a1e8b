"""One round of the random kills: writers, SIGKILL, repair, and everything read back with warcio."""

from __future__ import annotations

import base64
import hashlib
import json
import multiprocessing
import os
import random
import signal
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from crawler.config import Config
from crawler.model.collection import Collection
from pipelines import cdxj
from pipelines.check import Counts, check
from pipelines.repair import mend
from tests.warc import random_writer
from tests.warc.bad_systems import cut_power

WRITERS = 3
_HOST = socket.gethostname()
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.warc.random_writer"])


@dataclass
class Round:
    """What a round came to, for those who count."""

    promised: int = 0
    records: int = 0
    files: int = 0
    torn: int = 0
    """Files that were cut, or removed since they had no capture."""

    def __add__(self, other: Round) -> Round:
        return Round(
            self.promised + other.promised,
            self.records + other.records,
            self.files + other.files,
            self.torn + other.torn,
        )

    def __str__(self) -> str:
        kept = f"{self.promised} captures were safe and are there; {self.records} records in {self.files} files"
        return f"{kept}, {self.torn} were torn"


@dataclass
class Record:
    """One record as warcio reads it; `block` is its SHA-1."""

    place: tuple[str, int]
    kind: str
    record_id: str
    concurrent: str
    uri: str
    block: bytes
    filename: str


def play(root: Path, seed: int) -> Round:
    """Run a round in the empty folder `root`. Raises AssertionError where a promise was broken."""
    rng = random.Random(seed)
    _write_and_kill(root, seed, rng)
    collection = Collection(root, random_writer.NAME)
    before = _sizes(collection)
    _repair(collection, rng)
    after = _sizes(collection)
    outcome = Round(torn=sum(after.get(name, 0) < size for name, size in before.items()))
    verify(collection, promises(root), outcome)
    return outcome


def _write_and_kill(root: Path, seed: int, rng: random.Random) -> None:
    """A round ends at random moments, or at a random system call or within it, or by a power cut there."""
    config = _any_rotation(rng)
    jobs = [(root, seed * 10 + number, config) for number in range(WRITERS)]
    end = rng.choice(("moment", "call", "power"))
    if end == "moment":
        _kill([_start(random_writer.write, *job) for job in jobs], rng)
        return
    last = random_writer.write_and_die if end == "call" else random_writer.write_and_lose_power
    assert (
        run([(last, (*job, int(10 ** rng.uniform(0, 3)))) for job in jobs])
        == [-signal.SIGKILL] * WRITERS
    )
    if end == "power":
        cut_power(root / random_writer.NAME, sorted(root.glob("ledger-*")), rng)


def _any_rotation(rng: random.Random) -> Config:
    """Files that are finished by size or by age, often or never."""
    size = int(10 ** rng.uniform(5, 8))
    return Config(warc_size=size, warc_age=rng.choice((0.02, 0.2, 1000.0)), disk_reserve=0)


def _start(target: Any, *words: Any) -> BaseProcess:
    process = _PROCESSES.Process(target=target, args=tuple(map(str, words[:1])) + words[1:])
    process.start()
    return process


def run(writers: Sequence[tuple[Any, tuple[Any, ...]]]) -> list[int | None]:
    """Run functions with their arguments as processes, all at once; their exit codes."""
    processes = [_start(target, *words) for target, words in writers]
    for process in processes:
        process.join(60)
    return [process.exitcode for process in processes]


def _kill(writers: list[BaseProcess], rng: random.Random) -> None:
    """Each at a moment of its own, or all at once; some before they have written anything."""
    patience = rng.choice((0.05, 0.2, 0.6))
    together = rng.random() < 0.3
    for writer in writers:
        time.sleep(0 if together and writer is not writers[0] else rng.uniform(0, patience))
        writer.kill()
    for writer in writers:
        writer.join()


def _sizes(collection: Collection) -> dict[str, int]:
    """The size of each file by the name that it has when it is finished."""
    return {
        path.name.removesuffix(".open"): path.stat().st_size
        for path in collection.archive.glob("*.warc.gz*")
    }


def _repair(collection: Collection, rng: random.Random) -> None:
    """By the command's own function, or by three workers that start at once, or are killed at that."""
    if rng.random() < 0.5:
        collection.make_folders()
        mend(collection, _HOST)
        return
    if rng.random() < 0.5:
        _kill(_start_idle(collection), rng)
    for process in _start_idle(collection):
        process.join()
        assert process.exitcode == 0


def _start_idle(collection: Collection) -> list[BaseProcess]:
    return [_start(random_writer.start_and_stop, collection.root) for _ in range(WRITERS)]


def promises(root: Path) -> list[dict[str, Any]]:
    """The notes of all writers: what was safe."""
    texts = [path.read_text() for path in sorted(root.glob("notes-*.jsonl"))]
    return [json.loads(line) for text in texts for line in text[: text.rfind("\n") + 1].splitlines()]


def read(path: Path) -> list[Record]:
    """All records of a file, each with its digest checked; raises for what is torn or mixed up."""
    records = []
    with path.open("rb") as file:
        found = ArchiveIterator(file, no_record_parse=True)
        for record in found:
            fields = record.rec_headers
            block = record.raw_stream.read()
            assert len(block) == int(fields.get_header("Content-Length"))
            sha1 = hashlib.sha1(block)
            told = "sha1:" + base64.b32encode(sha1.digest()).decode()
            assert fields.get_header("WARC-Block-Digest") == told
            place = (path.name.removesuffix(".open"), found.get_record_offset())
            names = ("WARC-Type", "WARC-Record-ID", "WARC-Concurrent-To", "WARC-Target-URI")
            words = [fields.get_header(name) or "" for name in names]
            name = fields.get_header("WARC-Filename") or ""
            records.append(Record(place, *words, sha1.hexdigest(), name))
    return records


def verify(collection: Collection, promised: list[dict[str, Any]], outcome: Round) -> None:
    """Everything that was promised is there, whole, and nothing else is left behind."""
    _nothing_is_left(collection)
    files = [read(path) for path in sorted(collection.archive.glob("*.warc.gz"))]
    for records in files:
        _in_order(records)
    held = {record.place: record for records in files for record in records}
    requests = {r.concurrent: r for r in held.values() if r.kind == "request" and r.concurrent}
    logged = _log_lines(collection)
    for said in promised:
        _kept(said, held, requests)
        assert (said["warc"], said["offset"], said["uri"]) in logged
    _indexed(collection, held)
    assert [str(fault) for fault in check(collection, Counts())] == []
    outcome.promised, outcome.records, outcome.files = len(promised), len(held), len(files)


def _nothing_is_left(collection: Collection) -> None:
    """No file is open, and the next repair takes away drafts, once they are old enough to be dead."""
    opened = list(collection.archive.glob("*.open"))
    assert not opened, opened
    long_ago = time.time() - 3600
    for path in _strays(collection):
        os.utime(path, (long_ago, long_ago))
    mend(collection, _HOST)
    cdxj.merge(collection)
    assert not _strays(collection), _strays(collection)


def _strays(collection: Collection) -> list[Path]:
    """Files with a name that no finished file has."""
    files = [path for path in collection.path.rglob("*") if path.is_file()]
    return [path for path in files if path.name.startswith(".") or path.suffix in (".open", ".tmp")]


def _in_order(records: list[Record]) -> None:
    """warcinfo first and once; the records of one exchange stand together."""
    assert records[0].kind == "warcinfo"
    assert sum(record.kind == "warcinfo" for record in records) == 1
    assert records[0].filename == records[0].place[0]
    exchanges = [_exchange_of(record) for record in records[1:]]
    ids = {record.record_id for record in records}
    dangling = [record for record in records if record.concurrent and record.concurrent not in ids]
    assert not dangling, dangling
    runs = [one for at, one in enumerate(exchanges) if at == 0 or exchanges[at - 1] != one]
    assert len(runs) == len(set(runs)), "records of several exchanges are mixed"


def _exchange_of(record: Record) -> str:
    return (
        record.record_id
        if record.kind in ("response", "revisit")
        else record.concurrent or record.record_id
    )


def _kept(said: dict[str, Any], held: dict[Any, Record], requests: dict[str, Record]) -> None:
    record = held[said["warc"], said["offset"]]
    assert (record.uri, record.record_id) == (said["uri"], said["id"])
    if not said["response"]:
        assert (record.kind, record.block) == ("request", said["request"])
        return
    assert record.kind == "revisit" or record.block == said["response"]
    assert requests[record.record_id].block == said["request"]


def _log_lines(collection: Collection) -> set[tuple[str, int, str]]:
    """Place and URL of each line; only the last line of a log may be torn."""
    places = set()
    for path in collection.logs.iterdir():
        whole, _, _torn_line = path.read_text().rpartition("\n")
        lines = [json.loads(line) for line in whole.splitlines()]
        places |= {(line.get("warc", ""), line.get("offset", -1), line["url"]) for line in lines}
    return places


def _indexed(collection: Collection, held: dict[Any, Record]) -> None:
    lines = [
        json.loads(line.split(" ", 2)[2]) for line in cdxj.merge(collection).read_text().splitlines()
    ]
    places = sorted((line["filename"], int(line["offset"])) for line in lines)
    assert places == sorted(r.place for r in held.values() if r.kind in ("response", "revisit"))
