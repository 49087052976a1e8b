"""``scrapy collection index`` as people run it, on files that are damaged."""

import gzip
import json

from pipelines.check import Counts, check

A, B = "https://news.example/a", "https://news.example/b"


def test_a_damaged_file_is_named_in_one_line_and_the_others_are_indexed(maker, scrapy):
    maker.capture(A)
    maker.capture(B)
    collection = maker.done()
    lines = (collection.indexes / "index.cdxj").read_text()
    (collection.indexes / "index.cdxj").unlink()
    torn = collection.archive / "a-torn.warc.gz"
    torn.write_bytes(maker.warc.read_bytes()[:-40])
    none = collection.archive / "none.warc.gz"
    none.write_bytes(gzip.compress(b"no record"))
    done = scrapy("collection", "index", "news", "--json")
    assert done.returncode == 9, done.stderr
    told = json.loads(done.stdout)
    assert told["newly_indexed"] == ["a-torn.warc.gz", maker.warc.name, "none.warc.gz"]
    damage = [line for line in done.stderr.splitlines() if "offset" in line]
    assert len(damage) == 2
    assert f"{torn}, offset " in damage[0]
    assert f"{none}, offset 0" in damage[1]
    assert "2 WARC files of 'news' damaged - `scrapy collection check`" in done.stderr.splitlines()[-1]
    index = (collection.indexes / "index.cdxj").read_text().splitlines(keepends=True)
    assert [line for line in index if maker.warc.name in line] == lines.splitlines(keepends=True)
    assert len([line for line in index if torn.name in line]) == 2
    again = scrapy("collection", "index", "news")
    assert again.returncode == 0, again.stderr
    assert "0 WARC files newly indexed" in again.stdout


def test_an_indexed_collection_has_no_fault(maker, scrapy):
    maker.capture(A)
    maker.capture(B, body=b"")
    collection = maker.done()
    for path in collection.indexes.iterdir():
        path.unlink()
    assert scrapy("collection", "index", "news").returncode == 0
    assert list(check(collection, Counts())) == []
