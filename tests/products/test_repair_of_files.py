"""A repair keeps every whole record, says where the holes were, and loses nothing however it ends."""

from __future__ import annotations

import fcntl
import gzip
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.records import read_records
from pipelines.repair import repair_file

HERE = Path(__file__).parent


def zipped(records):
    return [gzip.compress(record, mtime=0) for record in records]


def blocks(path):
    """Every record of a file, byte for byte."""
    return [r.head + b"".join(r.block()) + b"\r\n\r\n" for r in read_records(path)]


def mend(path, **more):
    return repair_file(path, lambda *_: None, **more)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def path(tmp_path):
    return tmp_path / "some file.warc.gz"


def flipped(data, start, end):
    middle = (start + end) // 2
    return data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :]


DAMAGE = {
    "flipped byte": flipped,
    "zeros": lambda data, start, end: data[: start + 9] + bytes(end - start - 9) + data[end:],
    "zeros, head and all": lambda data, start, end: data[:start] + bytes(end - start) + data[end:],
    "piece missing": lambda data, start, end: data[: start + 300] + data[end - 300 :],
    "piece too much": lambda data, start, end: data[: start + 300] + b"more" * 99 + data[start + 300 :],
}


@pytest.mark.parametrize(
    ("why", "number"),
    [(why, number) for why in DAMAGE for number in ([3] if "piece" in why else [0, 3, 6])],
)
def test_whole_records_before_and_behind_a_hole_are_kept(path, records, why, number):
    members = zipped(records)
    start = sum(map(len, members[:number]))
    end = start + len(members[number])
    data = DAMAGE[why](b"".join(members), start, end)
    path.write_bytes(data)
    done = mend(path)
    assert blocks(path) == records[:number] + records[number + 1 :]
    (hole,) = done.holes
    assert (hole.offset, hole.length) == (start, len(data) - len(b"".join(members)) + end - start)
    assert done.kept.name == "some file.warc.gz.damaged"
    assert done.kept.read_bytes() == data
    assert mend(path).became is None
    assert names(path.parent) == [path.name, done.kept.name]


@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_plain_file_goes_on_at_the_next_version_line(tmp_path, records, number):
    path = tmp_path / "plain.warc"
    start, size = len(b"".join(records[:number])), len(records[number])
    data = bytearray(b"".join(records))
    data[start : start + size - 9] = bytes(size - 9)
    path.write_bytes(data)
    assert len(mend(path).holes) == 1
    assert blocks(path) == records[:number] + records[number + 1 :]


def test_a_torn_tail_is_cut(path, records):
    members = zipped(records[:3])
    ends = [len(b"".join(members[:n])) for n in range(4)]
    sizes = {*range(1, ends[-1], 97), *(end + n for end in ends[1:-1] for n in (-1, 0, 1))}
    for size in sorted(sizes):
        path.write_bytes(b"".join(members)[:size])
        done = mend(path)
        whole = sum(end <= size for end in ends) - 1
        if whole:
            assert blocks(path) == records[:whole]
        else:
            assert done.left == "there is no whole record in it"
            assert path.stat().st_size == size
        for kept in path.parent.glob("*.damaged*"):
            kept.unlink()


def test_records_that_share_a_member_get_one_each(path, records):
    for data in (
        gzip.compress(b"".join(records)),
        b"".join(zipped([records[0] + records[1], records[2], b"".join(records[3:])])),
    ):
        path.write_bytes(data)
        done = mend(path)
        assert (done.records, done.kept) == (7, None)
        assert blocks(path) == records
        assert all(record.inside == 0 for record in read_records(path))
        assert path.read_bytes().count(b"\x1f\x8b\x08") >= 7
        assert names(path.parent) == [path.name]


@pytest.mark.parametrize("size", [50, 3000])
def test_a_record_spread_over_members_gets_one(path, records, size):
    data = b"".join(records)
    path.write_bytes(b"".join(zipped([data[i : i + size] for i in range(0, len(data), size)])))
    mend(path)
    assert blocks(path) == records
    assert [r.inside for r in read_records(path)] == [0] * 7
    assert mend(path).became is None


def test_damage_in_a_member_of_many_records_keeps_those_before_and_in_other_members(path, records):
    first, second = gzip.compress(b"".join(records[:5]), 0), gzip.compress(b"".join(records[5:]), 0)
    start = gzip.compress(b"".join(records[:3]), 0)[:-20]
    path.write_bytes(flipped(first, len(first) - 3, len(first)) + second)
    mend(path)
    assert blocks(path) == records
    middle = len(start)
    path.write_bytes(first[:middle] + bytes(len(first) - middle) + second)
    mend(path)
    assert blocks(path)[:2] == records[:2]
    assert blocks(path)[-2:] == records[5:]


def test_a_plain_file_stays_plain_unless_asked(tmp_path, records):
    path = tmp_path / "plain.warc"
    path.write_bytes(b"".join(records))
    assert mend(path).became is None
    done = mend(path, compress=True)
    assert done.became.name == "plain.warc.gz"
    assert blocks(done.became) == records
    assert names(tmp_path) == ["plain.warc.gz"]
    path.write_bytes(b"".join(records))
    assert "is there already" in mend(path, compress=True).left
    assert path.exists()


def test_a_plain_file_that_is_called_gz_becomes_one(path, records):
    path.write_bytes(b"".join(records))
    assert mend(path).became == path
    assert blocks(path) == records
    assert path.read_bytes()[:2] == b"\x1f\x8b"


@pytest.mark.parametrize("data", [b"", b"no warc", bytes(900), b"\x28\xb5\x2f\xfd" + bytes(9)])
def test_what_has_no_whole_record_is_left_as_it_is(path, data):
    path.write_bytes(data)
    assert mend(path).left
    assert path.read_bytes() == data
    assert names(path.parent) == [path.name]


def test_a_file_that_is_written_is_left_alone(path, records):
    path.write_bytes(b"".join(zipped(records))[:-9])
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert mend(path).left == "it is being written"


def test_a_repair_again_keeps_the_first_damaged_file(path, records):
    for number, size in enumerate((-9, -9)):
        path.write_bytes(b"".join(zipped(records[number:]))[:size])
        mend(path)
    assert names(path.parent) == [path.name, path.name + ".damaged", path.name + ".damaged-2"]


def test_random_damage_never_costs_an_unharmed_record(path, records):
    members = zipped(records)
    starts = [len(b"".join(members[:n])) for n in range(8)]
    for seed in range(150):
        dice = random.Random(seed)
        data, hit = bytearray(b"".join(members)), set()
        for _ in range(dice.randrange(1, 4)):
            at, length = dice.randrange(len(data)), dice.choice([1, 5, 400, 3000])
            data[at : at + length] = dice.randbytes(len(data[at : at + length]))
            hit |= {n for n in range(7) if starts[n] < at + length and at < starts[n + 1]}
        path.write_bytes(data)
        done = mend(path)
        unharmed = [record for n, record in enumerate(records) if n not in hit]
        got = blocks(path) if not done.left else []
        assert [record for record in got if record in unharmed] == unharmed, seed
        for kept in path.parent.glob("*.damaged*"):
            kept.unlink()


@pytest.mark.parametrize("step", range(7))
def test_killed_at_any_step_it_leaves_the_old_file_or_the_new_one(path, records, step):
    members = zipped(records)
    data = b"".join(members[:3]) + bytes(len(members[3])) + b"".join(members[4:])
    path.write_bytes(data)
    run = subprocess.run([sys.executable, HERE / "killed_repair.py", path, str(step)], check=False)
    assert run.returncode == (9 if step < 5 else 0)
    assert path.read_bytes() in (data, b"".join(members[:3] + members[4:]))
    mend(path)
    assert path.read_bytes() == b"".join(members[:3] + members[4:])
    assert path.with_name(path.name + ".damaged").read_bytes() == data
    assert names(path.parent) == [path.name, path.name + ".damaged"]


def test_the_command_says_what_it_did(tmp_path, path, records, scrapy):
    members = zipped(records)
    start, size = len(b"".join(members[:3])), len(members[3])
    path.write_bytes(b"".join(members[:3]) + bytes(size) + b"".join(members[4:]))
    done = scrapy("collection", "repair", str(path))
    assert (done.returncode, done.stderr) == (0, "")
    assert f"damaged at offset {start}, {size} bytes" in done.stdout
    assert f"6 whole records written to {path.name}; the damaged file is {path.name}.dam" in done.stdout
    assert scrapy("collection", "check", str(path)).returncode == 0
    done = scrapy("collection", "repair", str(path), "--json")
    assert json.loads(done.stdout)["files"][0]["became"] is None
    (tmp_path / "x").write_bytes(b"no warc")
    done = scrapy("collection", "repair", os.fspath(tmp_path / "x"))
    assert (done.returncode, len(done.stderr.splitlines())) == (9, 1)
    assert "left as it is" in done.stdout
