"""A segment's file is read as it was written, or recognised as damaged; it is written whole or not at all."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from crawler.errors import MalformedRecord
from crawler.frontier import segment
from crawler.frontier.item import Item
from crawler.frontier.segment import Segment
from crawler.frontier.segment_folder import SegmentFolder

WRITER = """
import sys
from pathlib import Path
from crawler.frontier.segment import Segment
from crawler.frontier.segment_folder import SegmentFolder
folder = SegmentFolder(Path(sys.argv[1]))
print("begun", flush=True)
while True:
    for n in range(20):
        folder.write(0, [Segment(f"0-boot-{n}", "news.example", 3, [b"\\0\\0" + bytes([n]) * 300] * 2000)])
"""


def made(entries=40, name="0-0123456789ab-7"):
    rng = random.Random(entries)
    items = [
        Item(f"http://news.example/{rng.random()}", via="http://news.example/") for _ in range(entries)
    ]
    return Segment(name, "news.example:8080", 3, [b"\x01\x00" + item.encode() for item in items])


@pytest.mark.parametrize("entries", [0, 1, 40, 2500])
def test_a_segment_is_read_as_it_was_written(entries, tmp_path):
    folder = SegmentFolder(tmp_path)
    segments = [made(entries, f"0-0123456789ab-{n}") for n in range(3)]
    slices = folder.write(0, segments)
    assert folder.files() == [slices[0].file]
    assert [
        folder.read(one.name, where) for one, where in zip(segments, slices, strict=True)
    ] == segments


def test_an_octet_more_less_or_other_is_recognised():
    data = segment.encode(made(8))
    for place in range(len(data)):
        for damaged in (
            data[:place],
            data[:place] + data[place + 1 :],
            data[:place] + bytes([data[place] ^ 1 << place % 8]) + data[place + 1 :],
            data[:place] + b"\0" + data[place:],
        ):
            with pytest.raises(MalformedRecord):
                segment.decode(damaged)
    with pytest.raises(MalformedRecord):
        segment.decode(data + b"\0")


def test_a_slice_that_is_another_s_is_not_taken_for_it(tmp_path):
    folder = SegmentFolder(tmp_path)
    (where,) = folder.write(0, [made(name="0-a-1")])
    with pytest.raises(MalformedRecord, match="0-a-1"):
        folder.read("0-a-2", where)


def test_a_writer_that_is_killed_leaves_whole_files(tmp_path):
    folder = SegmentFolder(tmp_path)
    for pause in (0.003, 0.011, 0.02, 0.05, 0.08):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE)
        writer.stdout.readline()
        time.sleep(pause)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        for file in folder.files():
            assert len(segment.decode((folder.path / f"{file}.seg").read_bytes()).entries) == 2000


def test_what_a_killed_writer_left_goes_after_an_hour(tmp_path):
    folder = SegmentFolder(tmp_path)
    (where,) = folder.write(0, [made()])
    drafts = [folder.path / f".0-a-{n}.seg.host-1.tmp" for n in range(2)]
    for draft in drafts:
        draft.touch()
    os.utime(drafts[0], (time.time() - 4000,) * 2)
    assert folder.files() == [where.file]
    assert [draft.exists() for draft in drafts] == [False, True]


def test_whoever_shares_a_folder_has_its_place(tmp_path):
    ways = [SegmentFolder(tmp_path / "shared"), SegmentFolder(tmp_path / "shared")]
    assert ways[0].place() == ways[1].place() != SegmentFolder(tmp_path / "other").place()


def test_of_two_who_enter_a_new_folder_at_once_the_first_names_it(tmp_path):
    script = "import sys; from pathlib import Path; from crawler.frontier.segment_folder import SegmentFolder; print(SegmentFolder(Path(sys.argv[1])).place())"
    command = [sys.executable, "-c", script, str(tmp_path)]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    places = {worker.communicate(timeout=20)[0] for worker in workers}
    assert len(places) == 1
    assert places != {""}
