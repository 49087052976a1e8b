"""What another index tells of is looked at before a revisit refers to it."""

from __future__ import annotations

import os
import random
from collections.abc import Container, Sequence
from pathlib import Path

import pytest

from crawler.config import Config
from crawler.model.capture import Capture, Source
from crawler.model.collection import Collection
from crawler.model.original import Original, Visit
from pipelines.records import read_records
from pipelines.sink import CollectionSink
from tests.warc.conftest import BEGUN, PAGE, SITE, answer, chunked

PICTURE = random.Random(1).randbytes(5000)


class Told:
    """An `OriginalIndex` in memory."""

    def __init__(self) -> None:
        self.originals: dict[str, Original] = {}

    async def find(self, digest: str, length: int) -> Original | None:
        return self.originals.get(digest)

    async def visit(self, uri: str) -> Visit | None:
        return None

    async def add(
        self,
        originals: Sequence[tuple[str, int, Original]],
        visits: Sequence[tuple[str, Visit]],
        replace: Container[str] = (),
    ) -> None:
        for digest, _, original in originals:
            if digest not in self.originals or digest in replace:
                self.originals[digest] = original


async def written(folder: Path, index: Told, *captures: Capture) -> Path:
    """The WARC of a worker of its own, which has told `index` of its originals."""
    sink = CollectionSink(Collection(folder, "news"), Config())
    await sink.share(index)
    for capture in captures:
        ref = await sink.capture_once(capture)
    await sink.sync()
    sink.close()
    return sink.collection.archive / ref.filename


def kinds(path: Path) -> list[str]:
    return [record.type for record in read_records(path) if record.type in ("response", "revisit")]


async def test_a_record_that_a_repair_put_in_the_originals_place_is_none(tmp_path, make):
    index = Told()
    pages = [answer(letter * 500) for letter in (b"a", b"b")]
    path = await written(tmp_path, index, *(make(f"/{n}", page) for n, page in enumerate(pages)))
    first, second = (record.offset for record in read_records(path) if record.type == "response")
    data = path.read_bytes()
    path.write_bytes(data[:first] + data[second:])
    again = await written(tmp_path, index, *(make(f"/{n}", page) for n, page in enumerate(pages)))
    assert kinds(again) == ["response", "response"], "one is gone, and the other stands elsewhere"
    once_more = await written(tmp_path, index, *(make(f"/{n}", page) for n, page in enumerate(pages)))
    assert kinds(once_more) == ["revisit", "revisit"], "the index was told of the new ones"


async def test_others_are_told_only_of_what_is_on_disk(tmp_path, make, monkeypatch):
    index, reached = Told(), []
    monkeypatch.setattr(os, "fsync", lambda fd: reached.append(dict(index.originals)))
    sink = CollectionSink(Collection(tmp_path, "news"), Config())
    await sink.share(index)
    await sink.capture_once(make("/a", answer(PICTURE)))
    await sink.sync()
    sink.close()
    assert reached[0] == {}
    assert len(index.originals) == 1


@pytest.mark.parametrize("cut", [1, 60, 2000])
async def test_an_original_that_is_cut_anywhere_is_none(tmp_path, make, cut):
    index = Told()
    path = await written(tmp_path, index, make("/a", answer(PICTURE)))
    end = [record.offset for record in read_records(path)][2]
    path.write_bytes(path.read_bytes()[: end - cut])
    again = await written(tmp_path, index, make("/a", answer(PICTURE)))
    assert kinds(again) == ["response"]


@pytest.mark.parametrize(
    ("by_one_worker_each", "expected"),
    [
        (["live made exchange made"], "response response revisit revisit"),
        (["live", "made", "made", "exchange"], "response response response revisit"),
    ],
)
async def test_a_reconstructed_capture_refers_to_its_like_alone(
    tmp_path, make, by_one_worker_each, expected
):
    """The shared index has one original of a payload: here the live one, which no memento refers to."""
    source = Source("http://archive.example/2008/" + SITE, BEGUN)
    index, found = Told(), []
    for names in by_one_worker_each:
        captures = [
            make("/", answer(PAGE), source=source if name == "made" else None) for name in names.split()
        ]
        found += kinds(await written(tmp_path, index, *captures))
    assert found == expected.split()


async def test_an_answer_without_chunks_refers_to_none_that_has_them(tmp_path, make):
    """pywb plays the chunks where the revisit's head does not name them."""
    index = Told()
    await written(tmp_path, index, make("/a", chunked(PAGE)))
    plain = await written(tmp_path, index, make("/b", answer(PAGE)), make("/c", chunked(PAGE)))
    assert kinds(plain) == ["response", "revisit"]
    later = await written(tmp_path, index, make("/d", answer(PAGE)), make("/e", chunked(PAGE)))
    assert kinds(later) == ["revisit", "revisit"], "the plain one took the place of the chunked one"


async def test_nor_within_one_process(tmp_path, make):
    path = await written(
        tmp_path, Told(), *(make("/", block) for block in (chunked(PAGE), answer(PAGE)))
    )
    assert kinds(path) == ["response", "response"]


async def test_a_long_head_that_names_chunks_at_its_end_is_read_to_there(tmp_path, make):
    index = Told()
    first, _, rest = chunked(PAGE).partition(b"\r\n")
    fields = b"".join(
        b"X-%d: %s\r\n" % (n, random.Random(n).randbytes(500).hex().encode()) for n in range(300)
    )
    await written(tmp_path, index, make("/a", first + b"\r\n" + fields + rest))
    assert kinds(await written(tmp_path, index, make("/b", answer(PAGE)))) == ["response"]
