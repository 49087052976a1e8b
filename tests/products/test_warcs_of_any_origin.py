"""Every way in which WARC files of other tools look is read, and what is wrong with one is said."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import threading
import tracemalloc
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pipelines.check import Counts, check_files
from pipelines.records import read_records, walk


@pytest.fixture
def checked(tmp_path):
    """What the check says of a file of these bytes: faults, notes, and what it counted."""

    def run(data, name="any.warc.gz"):
        path = tmp_path / name
        path.write_bytes(data)
        counts = Counts()
        found = list(check_files([path], counts))
        assert len(found) == counts.faults + counts.notes
        faults = [str(fault) for fault in found if not fault.note]
        return faults, [str(fault) for fault in found if fault.note], counts

    return run


def zipped(*pieces):
    return b"".join(gzip.compress(piece, mtime=0) for piece in pieces)


def changed(record, pattern, by):
    """The record with the line of its head that fits changed; its block and length stay."""
    head, mark, block = record.partition(b"\r\n\r\n")
    return re.sub(pattern, by, head, flags=re.M) + mark + block


def test_one_member_a_record_and_no_compression(checked, records):
    for data, name in ((zipped(*records), "any.warc.gz"), (b"".join(records), "any.warc")):
        faults, notes, counts = checked(data, name)
        assert (faults, notes, counts.records, counts.captures) == ([], [], 7, 3)


@pytest.mark.parametrize("name", ["x.warc.gz", "no-name-of-clews.gz", "x.warc.gz.open", "bytes"])
def test_any_name_will_do(checked, records, name):
    assert checked(zipped(*records), name)[0] == []


def test_many_records_in_a_member_are_read_and_the_fault_is_told_once(checked, records):
    faults, _, counts = checked(gzip.compress(b"".join(records)))
    assert counts.records == 7
    assert len(faults) == 1
    assert "not one gzip member each" in faults[0]


@pytest.mark.parametrize("size", [1, 7, 100, 2000, 4096])
def test_a_record_may_be_spread_over_members(tmp_path, records, size):
    data = b"".join(records)
    path = tmp_path / "spread.warc.gz"
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    path.write_bytes(zipped(*pieces))
    got = [record.head + b"".join(record.block()) + b"\r\n\r\n" for record in read_records(path)]
    assert got == records


READ = {
    "WARC/1.0": (rb"WARC/1.1", b"WARC/1.0"),
    "odd case": (rb"^WARC-Type", b"wArC-tYPE"),
    "type in capitals": (rb"response$", b"RESPONSE"),
    "a folded line": (rb"^WARC-Type: ", b"WARC-Type:\r\n "),
    "a field of no standard": (rb"^WARC-Type", b"X-Any: thing\r\nWARC-Type"),
    "coarse date": (rb"2008-04-04T12:00:00Z", b"2008-04-04"),
    "fine date": (rb"12:00:00Z", b"12:00:00.123456789Z"),
    "unknown digest": (rb"sha1:[^\r]*", b"blake9:abc"),
    "digest label in capitals": (rb"sha1:", b"SHA1:"),
}


@pytest.mark.parametrize("why", READ)
def test_what_writers_do_is_no_fault(checked, records, why):
    records[1] = changed(records[1], *READ[why])
    faults, _, counts = checked(zipped(*records))
    assert (faults, counts.captures) == ([], 3)


def test_uris_in_angle_brackets(tmp_path, checked, records):
    """As the grammar of WARC 1.0 has them, and GNU wget writes them."""
    records[1] = changed(records[1], rb"WARC/1.1", b"WARC/1.0")
    records[1] = changed(records[1], rb"Target-URI: (.*)\r$", rb"Target-URI: <\1>\r")
    assert checked(zipped(*records))[0] == []
    assert {record.uri for record in read_records(tmp_path / "any.warc.gz")} == {
        "",
        "https://news.example/a",
    }


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha512"])
@pytest.mark.parametrize("spell", ["hex", "HEX", "base32"])
def test_digests_of_any_algorithm_and_spelling(checked, raw, algorithm, spell):
    import base64

    block = b"anything"
    octets = hashlib.new(algorithm, block).digest()
    value = {
        "hex": octets.hex(),
        "HEX": octets.hex().upper(),
        "base32": base64.b32encode(octets).decode(),
    }
    for good in (True, False):
        told = value[spell] if good else ("A" if value[spell][0] != "A" else "B") + value[spell][1:]
        record = changed(
            raw("metadata", block), rb"Digest: .*$", f"Digest: {algorithm}:{told}\r".encode()
        )
        assert (checked(zipped(record))[0] == []) is good


FAULTS = {
    "LF in the head": (rb"\r\nWARC-Date", b"\nWARC-Date", "without CR"),
    "bare id": (rb"ID: <(.*)>", rb"ID: \1", "no URI in angle brackets"),
    "no id": (rb"^WARC-Record-ID: .*\n", b"", "no WARC-Record-ID"),
    "no type": (rb"^WARC-Type: .*\n", b"", "no WARC-Type"),
    "no date": (rb"^WARC-Date: .*\n", b"", "no WARC-Date"),
    "no URI": (rb"^WARC-Target-URI: .*\n", b"", "no WARC-Target-URI"),
    "bad URI": (rb"example/a", b"example/a b", "no URI"),
    "bad date": (rb"2008-04-04T12:00:00Z", b"04 Apr 2008", "no date"),
    "a field twice": (rb"^(WARC-Date.*\n)", rb"\1\1", "more than once"),
    "a field of others": (rb"^WARC-Type", b"WARC-Filename: x\r\nWARC-Type", "may not have"),
    "a bad address": (rb"^WARC-Type", b"WARC-IP-Address: here\r\nWARC-Type", "no address"),
    "wrong message": (rb"msgtype=response", b"msgtype=request", "other kind of message"),
    "wrong block digest": (rb"Block-Digest: sha1:.", b"Block-Digest: sha1:=", "not that of the block"),
    "wrong payload digest": (rb"Payload-Digest: sha1:.", b"Payload-Digest: sha1:=", "of the payload"),
    "a line without colon": (rb"^WARC-Type", b"nonsense\r\nWARC-Type", "without a colon"),
    "too short": (rb"Length: (\d+)", lambda m: b"Length: %d" % (int(m[1]) - 3), "does not end"),
    "too long": (rb"Length: (\d+)", lambda m: b"Length: %d" % (int(m[1]) + 3000), "shorter than"),
}


@pytest.mark.parametrize("why", FAULTS)
def test_a_broken_rule_is_one_fault_and_reading_goes_on(checked, records, why):
    pattern, by, word = FAULTS[why]
    records[3] = changed(records[3], pattern, by)
    faults, _, counts = checked(zipped(*records))
    assert any(word in fault for fault in faults), faults
    assert counts.records == (6 if why == "too long" else 7)


@pytest.mark.parametrize("why", ["too short", "too long"])
@pytest.mark.parametrize("name", ["any.warc", "any.warc.gz"])
def test_a_wrong_length_where_no_member_ends_costs_one_record(checked, records, why, name):
    records[3] = changed(records[3], *FAULTS[why][:2])
    data = b"".join(records)
    faults, _, counts = checked(gzip.compress(data) if name.endswith("gz") else data, name)
    assert counts.records == 6
    assert any("does not end" in fault and "no whole record" in fault for fault in faults)


def test_bytes_between_records(checked, records):
    for data in (b"\r\n".join(records), b"\r\n\r\n\r\n".join(records)):
        faults, _, counts = checked(data, "any.warc")
        assert counts.records == 7
        assert len(faults) == 6
        assert "two line ends" in faults[0]
    faults, _, counts = checked(b"garbage!".join(records), "any.warc")
    assert counts.records + sum("no whole record" in fault for fault in faults) >= 7
    faults, _, counts = checked(zipped(*records[:3]) + b"garbage!" * 5 + zipped(*records[3:]))
    assert (counts.records, len(faults)) == (7, 1)
    assert "no whole record in 40 bytes" in faults[0]
    faults, _, counts = checked(zipped(*records[:3], b"\r\n", b"", *records[3:]))
    assert (counts.records, faults) == (7, [])


def test_ids_that_come_twice_and_links_that_lead_nowhere(checked, records):
    faults, _, _ = checked(zipped(*records, records[1]))
    assert [fault.partition(": ")[2][:37] for fault in faults] == [
        "WARC-Record-ID is that of another rec"
    ]
    lost = b"WARC-Concurrent-To: <urn:uuid:0>\r\nWARC-Warcinfo-ID: <urn:uuid:1>\r\nWARC-Type"
    records[1] = changed(records[1], rb"^WARC-Type", lost)
    faults, notes, _ = checked(zipped(*records))
    assert any("Concurrent-To names no record: urn:uuid:0" in fault for fault in faults)
    assert any("Warcinfo-ID names no warcinfo: urn:uuid:1" in note for note in notes)


def test_the_records_of_one_exchange_agree(checked, records):
    own = re.search(rb"Record-ID: (<.*>)", records[1])[1]
    link = b"WARC-Concurrent-To: " + own + b"\r\nWARC-Type"
    records[2] = changed(records[2], rb"^WARC-Type", link)
    assert checked(zipped(*records))[0] == []
    for pattern, by in ((rb"12:00:00Z", b"12:00:01Z"), (rb"example/a", b"example/b")):
        there = [*records[:2], changed(records[2], pattern, by), *records[3:]]
        (fault,) = checked(zipped(*there))[0]
        assert "differ in" in fault


def test_a_digest_over_the_chunks_is_a_note(checked, raw):
    body = b"5\r\nhello\r\n0\r\n\r\n"
    block = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body
    faults, notes, _ = checked(zipped(raw("response", block)))
    assert faults == []
    assert any("covers the transfer coding too" in note for note in notes)
    true = changed(raw("response", block), rb"Payload-Digest: .*$", b"Payload-Digest: " + sha1(b"hello"))
    faults, notes, _ = checked(zipped(true))
    assert [note for note in notes if "Digest" in note] == faults == []


def sha1(data):
    return b"sha1:" + hashlib.sha1(data).hexdigest().encode() + b"\r"


ANSWERS = {
    "short": (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", "short and not marked"),
    "no last chunk": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "short and",
    ),
    "not chunked": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello", "chunked is not"),
    "not gzip": (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nhello", "gzip is not"),
    "no status line": (b"hello\r\n\r\n", "without a status line"),
}


@pytest.mark.parametrize("why", ANSWERS)
def test_an_answer_that_does_not_keep_its_word_is_a_note(checked, raw, why):
    block, word = ANSWERS[why]
    faults, notes, _ = checked(zipped(raw("response", block)))
    assert any(word in note for note in notes), (faults, notes)


NO_WARC = {
    "empty": (b"", "no whole record"),
    "text": (b"<html>hello</html>\n" * 500, "no WARC/1.0 or 1.1 record"),
    "zeros": (bytes(5000), "no WARC/1.0 or 1.1 record"),
    "gzip": (gzip.compress(b"hello\n" * 500), "no WARC/1.0 or 1.1 record"),
    "zstd": (b"\x28\xb5\x2f\xfd" + bytes(99), "Zstandard (.warc.zst) is not read"),
    "zstd with a dictionary": (b"\x5d\x2a\x4d\x18" + bytes(99), "Zstandard (.warc.zst) is not read"),
    "ARC": (b"filedesc://x.arc 0.0.0.0 20080404 text/plain 77\n", "an ARC file"),
    "ARC.gz": (gzip.compress(b"filedesc://x.arc 0.0.0.0 20080404 text/plain 77\n"), "an ARC file"),
}


@pytest.mark.parametrize("why", NO_WARC)
def test_what_is_no_warc_is_said_in_a_line(checked, why):
    data, word = NO_WARC[why]
    for name in ("x.warc", "x.warc.gz", "x"):
        faults, _, counts = checked(data, name)
        assert counts.records == 0
        assert word in faults[0] or "bad gzip data" in faults[0]
        assert len(faults) <= 2


class Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"5\r\nhello\r\n0\r\n\r\n")

    def log_message(self, *_):
        pass


@pytest.fixture
def site():
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("more", [[], ["--no-warc-compression"]], ids=["gzip", "plain"])
def test_a_file_of_gnu_wget(tmp_path, site, more):
    if not shutil.which("wget"):
        pytest.skip("GNU wget is not installed")
    command = ["wget", "-q", "--warc-file=w", *more, f"{site}/a", f"{site}/b"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=30)
    (path,) = tmp_path.glob("w.warc*")
    counts = Counts()
    found = list(check_files([path], counts))
    assert [str(fault) for fault in found if not fault.note] == []
    assert {fault.what for fault in found} == {"WARC-Payload-Digest covers the transfer coding too"}
    assert counts.captures == 2


@pytest.mark.parametrize("zip_it", [True, False], ids=["gzip", "plain"])
def test_a_file_of_warcio(tmp_path, site, zip_it):
    python = os.environ.get("CHECK_PYTHON")
    if not python:
        pytest.skip("no CHECK_PYTHON: a Python with warcio and requests")
    script = (
        "from warcio.capture_http import capture_http\nimport requests, sys\n"
        "from warcio.warcwriter import WARCWriter\n"
        f"with open('w.warc', 'wb') as f, capture_http(WARCWriter(f, gzip={zip_it})):\n"
        "    requests.get(sys.argv[1])"
    )
    subprocess.run([python, "-c", script, site], cwd=tmp_path, check=True, timeout=60)
    counts = Counts()
    found = list(check_files([tmp_path / "w.warc"], counts))
    faults = [fault.what for fault in found if not fault.note]
    assert faults == (["the file is compressed, and its name says otherwise"] if zip_it else [])
    assert (counts.records, counts.captures) == (2, 1)


HOSTILE = {
    "a length of many digits": (rb"Length: \d+", b"Length: " + b"9" * 5000, "no Content-Length"),
    "a length below nothing": (rb"Length: \d+", b"Length: -1", "no Content-Length"),
    "a length of all there is": (rb"Length: \d+", b"Length: " + b"9" * 18, "shorter than"),
    "a head without end": (
        rb"WARC-Type",
        b"X-Y: " + b"y" * (3 << 20) + b"\r\nWARC-Type",
        "without a head",
    ),
    "a head of nothing but folds": (
        rb"WARC-Type",
        b"X-Y:\r\n" + b" f\r\n" * 200_000 + b"WARC-Type",
        None,
    ),
}


@pytest.mark.parametrize("why", HOSTILE)
@pytest.mark.timeout(30)
def test_a_hostile_head_costs_its_own_record_alone(checked, records, why):
    pattern, by, word = HOSTILE[why]
    records[3] = changed(records[3], pattern, by)
    faults, _, counts = checked(zipped(*records))
    assert counts.records == (6 if word else 7)
    assert any(word in fault for fault in faults) if word else not faults


@pytest.mark.timeout(30)
def test_a_head_in_as_many_members_as_bytes_is_searched_once(tmp_path):
    path = tmp_path / "spread.warc.gz"
    head = b"WARC/1.1\r\nX: " + b"y" * 150_000
    members = {byte: gzip.compress(bytes([byte])) for byte in set(head)}
    path.write_bytes(b"".join(members[byte] for byte in head))
    (hole,) = walk(path)
    assert (hole.offset, hole.torn) == (0, True)


def test_a_bomb_is_read_in_pieces(tmp_path, raw):
    path = tmp_path / "bomb.warc.gz"
    path.write_bytes(gzip.compress(raw("response", b"HTTP/1.1 200 OK\r\n\r\n" + bytes(200 << 20)), 1))
    tracemalloc.start()
    counts = Counts()
    assert all(fault.note for fault in check_files([path], counts))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 << 20
    assert counts.captures == 1


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path):
    (tmp_path / "folder.warc.gz").mkdir()
    for name in ("none.warc.gz", "folder.warc.gz"):
        (fault,) = check_files([tmp_path / name], Counts())
        assert fault.what == "the file cannot be read"


def test_the_command_takes_files_and_says_what_they_are(tmp_path, scrapy, records):
    good, bad = tmp_path / "good.warc.gz", tmp_path / "bad.warc.gz"
    good.write_bytes(zipped(*records))
    bad.write_bytes(zipped(*records)[:-5])
    done = scrapy("collection", "check", str(good))
    assert (done.returncode, done.stderr) == (0, "")
    assert "7 records, 3 captures, 0 index lines, 0 faults" in done.stdout
    done = scrapy("collection", "check", str(bad), str(good), "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["files"]) == (9, 2)
    assert document["first_faults"][0]["what"] == "the file ends inside a record"
    assert "clew: " in done.stderr
    for words, line in (
        ([str(tmp_path)], "is a folder"),
        ([str(good), str(tmp_path / "none")], "there is no file"),
    ):
        done = scrapy("collection", "check", *words)
        assert (done.returncode, len(done.stderr.splitlines())) == (4, 1), done.stderr
        assert line in done.stderr
