"""What is rare: a file damaged in its middle, one that cannot be read, a payload that came another way."""

from __future__ import annotations

import logging

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.errors import DiskFull
from crawler.model.story import LinkClass, StoryEdge, StoryPage
from pipelines import appending
from pipelines.records import read_records
from pipelines.sink import CollectionSink, StoryPipeline


def records_of(collection):
    records = []
    for path in sorted(collection.archive.glob("*.warc.gz")):
        with path.open("rb") as file:
            records += [(r.rec_type, r.rec_headers) for r in ArchiveIterator(file, no_record_parse=True)]
    return records


@pytest.fixture
def abandoned(sink, page, collection):
    """A file of three captures as a killed worker leaves it, and the offset of each record."""
    for number in range(3):
        sink.capture(page(number))
    sink.close()
    (path,) = collection.archive.glob("*.warc.gz")
    offsets = [record.offset for record in read_records(path)]
    left = path.rename(path.with_name(path.name + ".open"))
    for part in collection.indexes.iterdir():
        part.unlink()
    return left, offsets


def test_a_file_damaged_in_its_middle_keeps_every_other_record(abandoned, collection, sink, caplog):
    path, offsets = abandoned
    whole = path.read_bytes()
    data = bytearray(whole)
    data[offsets[2] + 40 : offsets[2] + 44] = b"XXXX"
    path.write_bytes(data)
    with caplog.at_level(logging.ERROR):
        CollectionSink(collection, sink.config).close()
    finished = path.with_suffix("")
    assert finished.read_bytes() == whole[: offsets[2]] + whole[offsets[3] :]
    assert path.with_name(path.name + ".damaged").read_bytes() == data
    assert f"damaged at offset {offsets[2]}, {offsets[3] - offsets[2]} bytes" in caplog.text


def test_zeros_behind_the_last_record_are_cut_off(abandoned, collection, sink):
    path, _ = abandoned
    data = path.read_bytes()
    path.write_bytes(data + bytes(5000))
    CollectionSink(collection, sink.config).close()
    assert path.with_suffix("").read_bytes() == data


def test_a_finished_file_that_cannot_be_read_does_not_stop_the_end(sink, page, collection, caplog):
    sink.capture(page(1))
    sink.close()
    (collection.archive / "damaged.warc.gz").write_bytes(b"no gzip")
    sink.finish({}, "finished")
    assert (collection.reports / "crawl.json").exists()
    assert "damaged.warc.gz" in caplog.text


def test_where_no_byte_went_either_way_the_log_alone_tells(sink, make, collection):
    ref = sink.capture(make("/", b"", request=b"", peer=None, failure="refused"))
    sink.close()
    assert (ref.number, ref.record_id, ref.filename) == (1, "", "")
    assert records_of(collection) == []
    (log,) = collection.logs.iterdir()
    assert '"outcome": "failed"' in log.read_text()


def test_a_memento_is_no_revisit_of_an_exchange_with_the_archive(sink, kinds, collection):
    """It stands for what the origin said; the archive's exchange has its own address and time."""
    for name in ("exchange", "memento", "exchange"):
        sink.capture(kinds[name])
    sink.close()
    answers = [(kind, h) for kind, h in records_of(collection) if kind in ("response", "revisit")]
    assert [kind for kind, _ in answers] == ["response", "response", "revisit"]
    assert answers[2][1].get_header("WARC-Refers-To") == answers[1][1].get_header("WARC-Record-ID")


async def test_a_story_that_finds_no_room_holds_back_the_acknowledgement(sink, make, kinds, monkeypatch):
    capture = kinds["plain"]
    sink.capture(capture)
    edge = StoryEdge(
        capture.uri,
        capture.started,
        capture.uri + "b",
        "b",
        "Related",
        0,
        1.0,
        LinkClass.RELATED,
        "1",
        "story",
    )
    page = StoryPage(capture.uri, capture.started, edges=(edge,))

    def full(*_):
        raise DiskFull("no room")

    with monkeypatch.context() as patch:
        patch.setattr(appending, "keep_reserve", full)
        patch.setattr(sink._warc, "_look", 0)
        assert StoryPipeline(sink).process_item(page) is page
    with pytest.raises(DiskFull):
        await sink.sync()
    assert sink.synced == 0
