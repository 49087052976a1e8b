"""The package is what the WACZ specification says, and holds the collection as it is."""

import gzip
import hashlib
import json
import logging
import subprocess
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from crawler.errors import PackageError
from pipelines import report, wacz
from pipelines.graph import merge

NOON = datetime(2008, 4, 4, 12, tzinfo=UTC)
A, B = "https://news.example/a", "https://news.example/b"


@pytest.fixture
def collection(maker):
    maker.page(B, "The second", A, moment=NOON + timedelta(seconds=2))
    maker.page(A, "The first “quoted”", B, moment=NOON)
    maker.page(A, "The first “quoted”", B, moment=NOON + timedelta(days=1))
    maker.capture("https://news.example/robots.txt")
    collection = maker.done()
    merge(collection)
    report.write(collection, {A: "archived", "https://x.example/": "404"}, "finished")
    return collection


def read(path, name):
    with zipfile.ZipFile(path) as file:
        return file.read(name)


def json_lines(data):
    return [json.loads(line) for line in data.decode().splitlines()]


def test_the_wacz_tool_accepts_it(collection, wacz_tool):
    path = wacz.package(collection)
    done = subprocess.run(
        [wacz_tool, "validate", "-f", path], check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Validation succeeded" in done.stdout


def test_every_file_is_in_the_data_package_with_its_digest(collection):
    path = wacz.package(collection)
    described = json.loads(read(path, "datapackage.json"))
    assert described["wacz_version"] == "1.1.1"
    assert described["mainPageURL"] == A
    with zipfile.ZipFile(path) as file:
        names = set(file.namelist()) - {"datapackage.json", "datapackage-digest.json"}
    assert {resource["path"] for resource in described["resources"]} == names
    for resource in described["resources"]:
        data = read(path, resource["path"])
        assert resource["bytes"] == len(data)
        assert resource["hash"] == "sha256:" + hashlib.sha256(data).hexdigest()
    digest = json.loads(read(path, "datapackage-digest.json"))
    assert digest["hash"] == "sha256:" + hashlib.sha256(read(path, "datapackage.json")).hexdigest()


def test_warcs_and_index_are_stored_and_the_rest_deflated(collection, maker):
    with zipfile.ZipFile(wacz.package(collection)) as file:
        kinds = {info.filename: info.compress_type for info in file.infolist()}
    assert kinds.pop(f"archive/{maker.warc.name}") == zipfile.ZIP_STORED
    assert kinds.pop("indexes/index.cdx.gz") == zipfile.ZIP_STORED
    assert set(kinds.values()) == {zipfile.ZIP_DEFLATED}


def test_pages_stand_in_the_order_of_the_stories_under_their_titles(collection):
    header, *pages = json_lines(read(wacz.package(collection), "pages/pages.jsonl"))
    assert header["format"] == "json-pages-1.0"
    assert [(page["url"], page["title"]) for page in pages] == [
        (A, "The first “quoted”"),
        (A, "The first “quoted”"),
        (B, "The second"),
    ]
    assert pages[0]["ts"] == "2008-04-04T12:00:00Z"
    assert [page.get("seed") for page in pages] == [True, True, None]
    assert len({page["id"] for page in pages}) == 3


@pytest.mark.parametrize("count", [0, 1, 1024, 1025, 3000])
def test_every_line_is_found_through_index_idx(maker, count):
    maker.capture(A)
    collection = maker.done()
    lines = [f'example,news)/{n:05d} 20080404120000 {{"url": "x"}}' for n in range(count)]
    (collection.indexes / "index.cdxj").write_text("".join(line + "\n" for line in lines[::2]))
    (collection.indexes / "other.cdxj").write_text("".join(line + "\n" for line in lines[1::2]))
    (collection.indexes / "twice.cdxj").write_text("".join(line + "\n" for line in lines[:5]))
    path = wacz.package(collection)
    data = read(path, "indexes/index.cdx.gz")
    meta, *members = read(path, "indexes/index.idx").decode().splitlines()
    assert meta == '!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}'
    found = []
    for line in members:
        key, stamp, where = line.split(" ", 2)
        where = json.loads(where)
        member = data[where["offset"] : where["offset"] + where["length"]]
        assert where["digest"] == "sha256:" + hashlib.sha256(member).hexdigest()
        block = gzip.decompress(member).decode().splitlines()
        assert block[0].startswith(f"{key} {stamp} ")
        found += block
    assert found == lines


def test_two_packages_differ_by_their_date_only(collection, monkeypatch):
    monkeypatch.setattr("pipelines.wacz.now", lambda: NOON)
    first = wacz.package(collection).read_bytes()
    assert wacz.package(collection).read_bytes() == first


def test_a_file_that_is_still_open_is_left_out_with_a_word(collection, caplog):
    (collection.archive / "x.warc.gz.open").write_bytes(b"half")
    with caplog.at_level(logging.WARNING):
        path = wacz.package(collection)
    assert "x.warc.gz.open is still being written" in caplog.text
    with zipfile.ZipFile(path) as file:
        assert not [name for name in file.namelist() if "x.warc" in name]


def test_nothing_to_package_is_an_error_and_the_old_package_stays(collection, maker):
    path = wacz.package(collection)
    before = path.read_bytes()
    maker.warc.rename(maker.warc.with_suffix(".gz.open"))
    with pytest.raises(PackageError, match="no finished WARC"):
        wacz.package(collection)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]
