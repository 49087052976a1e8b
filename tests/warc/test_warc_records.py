"""The records of every kind of capture, read back with warcio and with our own check."""

import json
import os
import re
import subprocess
import zlib
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.config import Config
from crawler.model import digest
from crawler.model.capture import Truncation
from pipelines.check import Counts, check
from pipelines.sink import CollectionSink
from pipelines.warc import file as warc_file

REPO = Path(__file__).parents[2]
CHECKER = REPO.parent / "shared" / "tools" / "verify_warc.py"
EXPECTED = {
    # A reconstructed memento was never asked for at its origin, so it has no request and no address.
    "no-request": 1,
    "missing-ip-address": 1,
}


class Read:
    """One record as warcio sees it."""

    def __init__(self, record):
        self.headers = record.rec_headers
        self.type = record.rec_type
        self.block = record.raw_stream.read()

    def __getitem__(self, name):
        return self.headers.get_header(name)

    def all(self, name):
        return [value for key, value in self.headers.headers if key == name]


def read(collection):
    records = []
    for path in sorted(collection.archive.glob("*.warc.gz")):
        with path.open("rb") as file:
            records += [Read(r) for r in ArchiveIterator(file, no_record_parse=True)]
    return records


@pytest.fixture
def written(sink, kinds, collection):
    """Every kind, written: name -> (capture, its reference, its records by type)."""
    refs = {name: sink.capture(capture) for name, capture in kinds.items()}
    sink.close()
    records = read(collection)
    by_uri = {}
    for record in records:
        uri = (record["WARC-Target-URI"] or "").removeprefix("urn:clew:interim:")
        by_uri.setdefault(uri, []).append(record)
    return {name: (kinds[name], refs[name], by_uri[kinds[name].uri]) for name in kinds}


def only(records, kind):
    found = [record for record in records if record.type == kind]
    assert len(found) == 1, [record.type for record in records]
    return found[0]


def about(records):
    return only([r for r in records if r["Content-Type"] == "application/warc-fields"], "metadata").block


FULL = ["plain", "chunked", "gzip", "head", "unchanged", "cut", "interim", "tls", "redacted", "memento"]


@pytest.mark.parametrize("name", FULL)
def test_the_block_is_what_was_on_the_wire(written, name):
    capture, ref, records = written[name]
    response = only(records, "response")
    assert response.block == capture.response
    assert response["WARC-Record-ID"] == ref.record_id
    assert response["WARC-Payload-Digest"] == digest.of(b"".join(capture.payload())) == ref.digest
    assert response["WARC-Block-Digest"] == digest.of(bytes(capture.response))
    assert response["WARC-Date"] == capture.started.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@pytest.mark.parametrize("name", [n for n in FULL if n != "memento"] + ["again", "exchange"])
def test_request_and_answer_name_each_other(written, name):
    capture, ref, records = written[name]
    request = only(records, "request")
    response = next(r for r in records if r.type in ("response", "revisit"))
    assert request.block == capture.request
    assert request["WARC-Concurrent-To"] == response["WARC-Record-ID"] == ref.record_id
    assert response["WARC-Concurrent-To"] == request["WARC-Record-ID"]
    assert request["WARC-Date"] == response["WARC-Date"]
    assert request["WARC-IP-Address"] == response["WARC-IP-Address"] == capture.peer.lower()


def test_the_digest_is_over_the_payload_without_its_chunks(written):
    capture, ref, _ = written["chunked"]
    assert b"\r\n0\r\n\r\n" in bytes(capture.response)
    body = bytes(capture.response)[len(capture.message.head) :]
    assert ref.digest == digest.of(b"".join(capture.payload())) != digest.of(body)


def test_a_short_answer_is_marked(written):
    assert only(written["cut"][2], "response")["WARC-Truncated"] == "disconnect"
    assert b"failure: closed before the end\r\n" in about(written["cut"][2])


def test_the_session_is_told(written):
    for record in written["tls"][2][:2]:
        assert record.all("WARC-Protocol") == ["http/1.1", "tls/1.3"]
        assert record["WARC-Cipher-Suite"] == "TLS_AES_128_GCM_SHA256"


def test_an_interim_answer_stands_beside_under_a_name_of_its_own(written):
    capture, ref, records = written["interim"]
    interim = next(r for r in records if r["WARC-Target-URI"].startswith("urn:"))
    assert interim["WARC-Target-URI"] == "urn:clew:interim:" + capture.uri
    assert (interim.type, interim.block) == ("metadata", capture.interim[0])
    assert interim["WARC-Concurrent-To"] == ref.record_id


def test_a_secret_is_named(written):
    assert only(written["redacted"][2], "request").all("WARC-Clew-Redacted") == ["Cookie"]


def test_an_exchange_without_an_answer_keeps_its_request(written):
    _, ref, records = written["nothing"]
    assert {record.type for record in records} == {"request", "metadata"}
    assert only(records, "request")["WARC-Record-ID"] == ref.record_id
    assert b"failure: closed without an answer\r\n" in about(records)


@pytest.mark.parametrize(("name", "original"), [("again", "plain"), ("exchange", "memento")])
def test_a_payload_met_before_is_a_revisit(written, name, original):
    capture, _, records = written[name]
    first, ref, _ = written[original]
    revisit = only(records, "revisit")
    assert revisit.block == capture.message.head
    assert revisit["WARC-Profile"].endswith("/1.1/revisit/identical-payload-digest")
    assert revisit["WARC-Refers-To"] == ref.record_id
    assert revisit["WARC-Refers-To-Target-URI"] == first.uri
    assert revisit["WARC-Refers-To-Date"] == first.started.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert revisit["WARC-Truncated"] == "length"
    assert revisit["WARC-Payload-Digest"] == ref.digest


def test_a_memento_says_where_it_is_from(written):
    capture, _, records = written["memento"]
    response = only(records, "response")
    assert response["WARC-Source-URI"] == capture.source.uri
    assert response["WARC-Creation-Date"] == "2026-03-01T12:00:00.123456Z"
    assert response["WARC-IP-Address"] is response["WARC-Concurrent-To"] is None
    assert b"archiveHeader: Memento-Datetime: Fri, 04 Apr 2008 13:54:00 GMT\r\n" in about(records)
    assert b"digestCheck: verified\r\n" in about(records)


def test_what_is_known_of_a_capture(written):
    told = about(written["plain"][2]).decode().splitlines()
    assert told == ["via: http://news.example/", "hopsFromSeed: L", "fetchTimeMs: 12"]


def test_each_file_begins_with_warcinfo(written, collection):
    first, *others = read(collection)
    (path,) = collection.archive.iterdir()
    assert (first.type, first["WARC-Filename"]) == ("warcinfo", path.name)
    assert {other["WARC-Warcinfo-ID"] for other in others} == {first["WARC-Record-ID"]}
    text = first.block.decode()
    assert re.search(r"^software: clew/\S+ scrapy/2\.", text, re.M)
    assert "\r\noperator: A. Tester (mailto:a@example.org)\r\n" in text
    assert "\r\nisPartOf: news\r\n" in text


def test_a_line_break_in_a_value_makes_no_field(sink, make, collection):
    ok = b"HTTP/1.1 200 OK\r\n\r\n"
    sink.capture(make("/a", ok, notes={"anomaly": "x\r\nforged: yes"}, via="http://b/\r\nforged: 1"))
    sink.close()
    assert b"\nforged" not in about(read(collection))


def test_our_own_check_finds_no_fault(written, collection):
    assert list(check(collection, Counts())) == []


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_the_strict_checker_is_silent(collection, kinds, algorithm):
    python = os.environ.get("CHECK_PYTHON")
    if not CHECKER.exists() or not python:
        pytest.skip("no shared checker, or no CHECK_PYTHON: a Python with warcio and fastwarc")
    sink = CollectionSink(collection, Config(warc_digest=algorithm))
    for capture in kinds.values():
        sink.capture(capture)
    sink.close()
    (path,) = collection.archive.iterdir()
    done = subprocess.run(
        [python, CHECKER, "--strict", path], check=False, capture_output=True, text=True
    )
    assert json.loads(done.stdout)["summary"]["error"] == EXPECTED


SAME = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nthe same!"


@pytest.mark.parametrize(
    ("response", "more"),
    [
        (SAME, {"truncated": Truncation.LENGTH}),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", {}),
        (SAME, {"method": "HEAD"}),
    ],
    ids=["truncated", "empty", "HEAD"],
)
def test_what_never_becomes_a_revisit_nor_feeds_one(sink, make, collection, response, more):
    for path in ("/1", "/2"):
        sink.capture(make(path, response, **more))
    sink.close()
    assert [r.type for r in read(collection)].count("response") == 2


def test_a_third_visit_refers_to_the_first(sink, make, collection):
    refs = [sink.capture(make(f"/{n}", SAME)) for n in range(3)]
    sink.close()
    revisits = [r for r in read(collection) if r.type == "revisit"]
    assert [r["WARC-Refers-To"] for r in revisits] == [refs[0].record_id] * 2


GOLDEN = """\
WARC/1.1\r
WARC-Type: response\r
WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>\r
WARC-Target-URI: http://news.example/plain\r
WARC-Date: 2026-03-01T12:00:01.123456Z\r
WARC-IP-Address: 192.0.2.7\r
WARC-Protocol: http/1.1\r
WARC-Concurrent-To: <urn:uuid:00000000-0000-4000-8000-000000000002>\r
WARC-Payload-Digest: sha1:PKC7I5SLXVW26HBVIXX3X4HSPGTNYC7L\r
WARC-Warcinfo-ID: <urn:uuid:00000000-0000-4000-8000-000000000004>\r
WARC-Block-Digest: sha1:ZHKUACKKXNKSVS2J3EYPPHPV7DFMFDGE\r
Content-Type: application/http; msgtype=response\r
Content-Length: 40\r
\r
HTTP/1.1 200 OK\r
Content-Length: 2\r
\r
ok\r
\r
"""


def test_the_bytes_of_a_record(collection, make, monkeypatch):
    """Two seams: the ids and the clock."""
    ids = (f"00000000-0000-4000-8000-{n:012d}" for n in range(1, 99))
    monkeypatch.setattr("uuid.uuid4", lambda: next(ids))
    capture = make("/plain", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    monkeypatch.setattr(warc_file, "now", lambda: capture.started)
    sink = CollectionSink(collection, Config())
    ref = sink.capture(capture)
    sink.close()
    path = collection.archive / ref.filename
    assert path.name.startswith("news-20260301120001123-00001-")
    assert inflate_first(path.read_bytes()[ref.offset :]) == GOLDEN.encode()


def inflate_first(data):
    return zlib.decompressobj(31).decompress(data)
