"""What a server confirmed as unchanged plays as the page it confirmed: in pywb, and from a package."""

from __future__ import annotations

import gzip
import json
import urllib.request
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.config import Config
from crawler.model.capture import Capture
from crawler.model.collection import Collection
from crawler.model.octets import Octets
from crawler.model.original import Original, Visit
from pipelines import wacz
from pipelines.check import Counts, check
from pipelines.replay import serve
from pipelines.sink import CollectionSink

URI = "http://news.example/story"
BEGUN = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAGE = b"<html><title>Herring</title><p>the herring is back</p></html>"
HEAD = b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: "a"\r\nContent-Length: %d\r\n\r\n'
NOT_MODIFIED = b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n'


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    """A page, and a day later the word that it is still so, by two processes."""
    collection = Collection(tmp_path, "news")
    first = CollectionSink(collection, Config())
    request = b"GET /story HTTP/1.1\r\nHost: news.example\r\n\r\n"
    page = Capture(URI, "GET", request, Octets(HEAD % len(PAGE) + PAGE), BEGUN, 1, peer="192.0.2.7")
    ref = first.capture(page)
    first.close()
    visit = Visit(b'"a"', b"", ref.digest, Original(ref.record_id, URI, BEGUN, ref.filename, ref.offset))
    second = CollectionSink(collection, Config())
    later = BEGUN + timedelta(days=1)
    second.capture(
        Capture(URI, "GET", request, Octets(NOT_MODIFIED), later, 1, peer="192.0.2.7", unchanged=visit)
    )
    second.close()
    second.finish({}, "finished")
    return collection


def test_pywb_plays_the_page_at_the_moment_of_the_confirmation(collection, pywb):
    with serve(collection, 0, pywb) as (address, _process):
        base = address.partition("/news/")[0]
        with urllib.request.urlopen(f"{base}/news/20260302120000id_/{URI}", timeout=20) as answer:
            assert (answer.status, answer.read()) == (200, PAGE)


def test_the_package_has_the_page_alone_which_its_viewer_shows_for_both(collection):
    with zipfile.ZipFile(wacz.package(collection)) as package:
        text = gzip.decompress(package.read("indexes/index.cdx.gz")).decode()
    lines = [json.loads(line.split(" ", 2)[2]) for line in text.splitlines() if " 2026030" in line]
    assert [line["status"] for line in lines] == ["200"]


def test_the_check_knows_such_lines_and_what_is_wrong_with_them(collection):
    assert list(check(collection, Counts())) == []
    index = collection.indexes / "index.cdxj"
    text = index.read_text()
    at = json.loads(text.splitlines()[1].split(" ", 2)[2])["offset"]
    wrong = text.replace(f'"offset": "{at}"', '"offset": "0"', 2).replace(
        '"offset": "0"', f'"offset": "{at}"', 1
    )
    index.write_text(wrong)
    assert ["confirms is not" in str(fault) for fault in check(collection, Counts())] == [True]
