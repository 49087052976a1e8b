"""The journal of a file that is being written: its lines are those that a reader makes later."""

import pytest

from crawler.model import digest
from crawler.model.cdxj import CdxjLine
from pipelines import cdxj
from pipelines.cdxj import sorting
from pipelines.cdxj.journal import IndexJournal
from pipelines.sink import CollectionSink


def told_lines(captures, warc):
    """What the writer of `captures` knows of each, without its records; places from the file."""
    places = {line.fields["url"]: line for line in cdxj.index_warc(warc)}
    for capture in captures:
        if not capture.response:
            continue
        place = places[capture.uri.replace(" ", "%20")].fields
        yield cdxj.line_of(
            capture.uri,
            capture.started,
            capture.status,
            capture.message.get(b"content-type"),
            digest.of(b"".join(capture.payload())),
            place.get("mime") == "warc/revisit",
            int(place["offset"]),
            int(place["length"]),
            warc.name,
        )


@pytest.fixture
def written(sink: CollectionSink, kinds, collection):
    """A finished WARC, its captures, and the index that was read back from it."""
    for capture in kinds.values():
        sink.capture(capture)
    sink.close()
    (warc,) = collection.archive.iterdir()
    (part,) = collection.indexes.glob("*.cdxj")
    return warc, list(kinds.values()), part.read_bytes()


@pytest.mark.parametrize("run_size", [1, 1000, 1 << 20])
def test_a_journal_becomes_the_index_that_a_reader_makes(written, collection, monkeypatch, run_size):
    warc, captures, index = written
    monkeypatch.setattr(sorting, "RUN_SIZE", run_size)
    monkeypatch.setattr(sorting, "FAN_IN", 3)
    journal = IndexJournal(collection, warc.name)
    for line in told_lines(captures, warc):
        journal.add(line)
    journal.later()()
    (path,) = collection.indexes.glob("*.open")
    assert path.name == warc.name.removesuffix(".warc.gz") + ".cdxj.open"
    assert len(path.read_bytes().splitlines()) == 12
    part = journal.finish()
    assert part.read_bytes() == index
    assert not path.exists()


ANSWERS = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=x\r\n\r\n1",
    b"HTTP/1.1 200 OK\r\nContent-Type: h\xe9/x\r\n\r\n2",
    b"HTTP/1.1 200 OK\r\ncontent-type:\r\n\r\n3",
    b"HTTP/1.0 2OO no\r\n\r\n4",
    b"<p>HTTP/0.9",
    b"HTTP/1.1 200 OK\r\nContent-Type: a/b",
)


def test_odd_uris_and_answers_have_the_same_line_from_writer_and_reader(sink, make, collection):
    paths = ("/a b", "/ü?é", "/%zz/../x", '/"a"\\', "/?b&a=1", "/A#frag")
    captures = [make(path, answer) for path, answer in zip(paths, ANSWERS, strict=True)]
    for capture in captures:
        sink.capture(capture)
    sink.close()
    (warc,) = collection.archive.iterdir()
    read = list(cdxj.index_warc(warc))
    assert len(read) == len(captures)
    for capture, line in zip(captures, read, strict=True):
        (told,) = told_lines([capture], warc)
        assert str(told) == str(line)


def test_each_line_is_on_the_disk_at_once(collection):
    collection.make_folders()
    journal = IndexJournal(collection, "a.warc.gz")
    line = CdxjLine("org,e)/", "20260301120000", {"url": "http://e.org/"})
    journal.add(line)
    assert (collection.indexes / "a.cdxj.open").read_text() == f"{line}\n"
    finished = journal.finish()
    assert list(collection.indexes.iterdir()) == [finished]


def test_a_journal_that_another_took_for_left_is_finished_all_the_same(collection):
    """`collection index` may have read the file in the moment before its writer indexed it."""
    collection.make_folders()
    journal = IndexJournal(collection, "a.warc.gz")
    journal.add(CdxjLine("org,e)/", "20260301120000", {"url": "http://e.org/"}))
    (collection.indexes / "a.cdxj.open").unlink()
    assert journal.finish().read_text() == 'org,e)/ 20260301120000 {"url": "http://e.org/"}\n'


def test_a_journal_that_a_crash_left_goes_when_its_file_is_indexed(written, collection):
    warc, _, index = written
    (collection.indexes / (warc.name.removesuffix(".warc.gz") + ".cdxj.open")).write_bytes(b"torn")
    path = cdxj.write_index(collection, warc)
    assert path.read_bytes() == index
    assert list(collection.indexes.iterdir()) == [path]
