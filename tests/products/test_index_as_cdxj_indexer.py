"""The lines of an index are cdxj-indexer's, on files of many tools; where not, the docs say why."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from crawler.model import digest
from crawler.model.surt import surt
from pipelines import cdxj

SHARED = Path(__file__).parents[2].parent / "shared"
DIGEST = "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\nhello"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type:"


@pytest.fixture(scope="module")
def check_python() -> str:
    """A Python that has cdxj-indexer beside it."""
    python = os.environ.get("CHECK_PYTHON", "")
    if not python or not Path(python).with_name("cdxj-indexer").exists():
        pytest.skip("no CHECK_PYTHON: a Python with cdxj-indexer beside it")
    return python


@pytest.fixture(scope="module")
def others(check_python):
    """The lines that cdxj-indexer writes for a file, in the order of its records."""

    def lines(warc: Path) -> list[str]:
        command = [Path(check_python).with_name("cdxj-indexer"), warc]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        return done.stdout.splitlines()

    return lines


def ours(warc: Path) -> list[str]:
    return [str(line) for line in cdxj.index_warc(warc)]


def record(uri, block=OK, kind="response", payload=DIGEST, version="1.1", **fields) -> bytes:
    named = {
        "WARC-Type": kind,
        "WARC-Record-ID": "<urn:uuid:0c8f9d2e-0000-4000-8000-000000000000>",
        "WARC-Date": "2026-03-01T12:00:00Z",
        "WARC-Target-URI": uri,
        "WARC-Payload-Digest": payload,
        "Content-Type": "application/http; msgtype=response",
        **{name.replace("_", "-"): value for name, value in fields.items()},
        "Content-Length": str(len(block)),
    }
    lines = (f"{name}: {value}\r\n" for name, value in named.items() if value is not None)
    head = f"WARC/{version}\r\n{''.join(lines)}\r\n".encode()
    return gzip.compress(head + block + b"\r\n\r\n", mtime=0)


E = "http://e.org/"
SAME = {
    "WARC/1.0": record(E, version="1.0"),
    "no digest": record(E, payload=None),
    "no digest, gzip": record(
        E, b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"a"), payload=None
    ),
    "no digest, no body": record(E, b"HTTP/1.1 200 OK\r\n\r\n", payload=None),
    "no digest, no block": record(E, b"", payload=None),
    "no digest, HTTP/0.9": record(E, b"<html>\n<p>old</p>", payload=None),
    "a digest without a label": record(E, payload="3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"),
    "SHA-256": record(E, payload="sha256:" + "ab" * 32),
    "revisit": record(E, OK[:-5], kind="revisit"),
    "revisit without a digest": record(E, OK[:-5], kind="revisit", payload=None),
    "revisit without a head": record(E, b"", kind="revisit"),
    "resource": record(E, b"data", kind="resource", Content_Type="text/plain; charset=x"),
    "resource without a digest": record(
        E, b"data", kind="resource", payload=None, Content_Type="image/png"
    ),
    "resource without a type": record(E, b"data", kind="resource", Content_Type=None),
    "fields of a resource": record(E, b"a: b", kind="resource", Content_Type="application/warc-fields"),
    "fields of a capture": record(E, b"a: b", kind="metadata", Content_Type="application/warc-fields"),
    "POST": record(E, b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\na=b", kind="request") + record(E),
    "conversion": record(E, b"x", kind="conversion"),
    "HTTP/0.9": record(E, b"<html>old</html>"),
    "ICY": record(E, b"ICY 200 OK\r\nContent-Type: audio/mpeg\r\n\r\nx"),
    "HTTP/2": record(E, b"HTTP/2 200\r\ncontent-type: text/html\r\n\r\nx"),
    "no reason phrase": record(E, b"HTTP/1.1 204\r\n\r\n"),
    "no status": record(E, b"HTTP/1.1\r\n\r\n"),
    "bare LF": record(E, OK.replace(b"\r\n", b"\n")),
    "a cut head": record(E, OK[:30]),
    "a line without a colon": record(E, OK.replace(b"Content", b"broken\r\nContent")),
    "type in Latin-1": record(E, HEAD + b" text/h\xe9\r\n\r\nx"),
    "type in UTF-8": record(E, HEAD + " text/hé\r\n\r\nx".encode()),
    "type with a quote": record(E, HEAD + b' "a\\b\r\n\r\nx'),
    "type with controls": record(E, HEAD + b" a\x01/b\x7f\r\n\r\nx"),
    "two types in one": record(E, HEAD + b" text/html,a/b\r\n\r\nx"),
    "empty type": record(E, HEAD + b"\r\n\r\nx"),
    "only parameters": record(E, HEAD + b" ;charset=x\r\n\r\nx"),
    "two types": record(E, HEAD + b" a/b\r\nContent-Type: c/d\r\n\r\nx"),
    "a folded type": record(E, HEAD + b"\r\n a/b\r\n\r\nx"),
    "a space before the colon": record(E, HEAD[:-1] + b" : a/b\r\n\r\nx"),
    "angle brackets": record("<http://e.org/a>"),
    "a space": record("http://e.org/a b"),
    "upper case": record("http://E.org/A"),
    "no ASCII": record("http://e.org/café?ü=é"),
    "IDN": record("http://bücher.example/x"),
    "userinfo": record("http://User:Pass@e.org/x"),
    "default port": record("https://e.org:443/x"),
    "other port": record("https://e.org:80/x"),
    "no port": record("https://e.org:99999/X"),
    "session ids": record("http://e.org/?a=1&jsessionid=0123456789abcdef0123456789abcdef&b=2"),
    "fragment": record("http://e.org/x#Frag"),
    "quotes": record('http://e.org/"a"?\\b'),
    "nanoseconds": record(E, WARC_Date="2026-03-01T12:00:00.123456789Z"),
    "minutes": record(E, WARC_Date="2026-03-01T12:00Z"),
    "a day": record(E, WARC_Date="2026-03-01"),
    "no Z": record(E, WARC_Date="2026-03-01T12:00:00"),
    "a name lookup": record("dns:e.org", b"x", kind="conversion"),
}


def test_odd_records_have_the_same_lines(tmp_path, others):
    """In one file, since the other program takes a while to start."""
    warc = tmp_path / "odd.warc.gz"
    warc.write_bytes(b"".join(SAME.values()))
    theirs = others(warc)
    assert ours(warc) == theirs
    assert len(theirs) > 40


OTHER = {
    "chunked without a digest": (
        record(
            E, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", payload=None
        ),
        {"digest": digest.of(b"a")},
    ),
    "a status that is none": (record(E, b"HTTP/1.1 2OO OK\r\n\r\n"), {"status": None}),
    "tabs in the status line": (record(E, b"HTTP/1.1\t200\tOK\r\n\r\n"), {"status": "200"}),
    "scheme in upper case": (
        record("HTTP://e.org/", OK),
        {"mime": "text/html", "status": "200"},
    ),
    "metadata": (record(E, b"{}", kind="metadata", Content_Type="application/json"), None),
    "another scheme": (record("urn:x:y", b"x", kind="resource"), None),
    "a name lookup": (record("dns:e.org", b"x", Content_Type="text/dns"), None),
}
"""What the docs list: what differs in our line (None: not there), or None where we have no line."""


@pytest.mark.parametrize("case", OTHER)
def test_what_differs_is_what_the_docs_say(tmp_path, others, case):
    data, difference = OTHER[case]
    warc = tmp_path / "other.warc.gz"
    warc.write_bytes(data)
    (theirs,) = others(warc)
    if difference is None:
        assert ours(warc) == []
        return
    (line,) = ours(warc)
    assert line != theirs
    fields, told = (json.loads(text.split(" ", 2)[2]) for text in (line, theirs))
    wanted = {**told, **difference}
    assert fields == {name: value for name, value in wanted.items() if value is not None}
    assert line.split(" ")[:2] == theirs.split(" ")[:2]


def test_what_stops_cdxj_indexer_is_named_and_the_others_are_indexed(tmp_path):
    warc = tmp_path / "rare.warc.gz"
    two = gzip.compress(gzip.decompress(record(E)) + gzip.decompress(record("http://e.org/second")))
    parts = [
        record(E, WARC_Date="2026"),
        two,
        record(E, WARC_Date="2026-03-01T12:00:00+01:00"),
        record(E),
    ]
    warc.write_bytes(b"".join(parts))
    told: list[str] = []
    lines = list(cdxj.index_warc(warc, lambda damage: told.append(str(damage))))
    assert [line.timestamp for line in lines] == ["20260101000000", "20260301120000", "20260301120000"]
    assert [f"offset {len(parts[0])}: " in told[0], f"offset {len(parts[0] + two)}: " in told[1]] == [
        True,
        True,
    ]
    assert "does not begin its gzip member" in told[0]
    assert "not a WARC-Date" in told[1]
    assert all(str(warc) in line and len(line.splitlines()) == 1 for line in told)


def test_files_of_other_tools_have_the_same_lines(tmp_path, others, check_python):
    tool = SHARED / "tools" / "make_samples.py"
    if not tool.exists() or not shutil.which("wget"):
        pytest.skip("no shared sample maker, or no wget")
    subprocess.run([check_python, tool, tmp_path], check=True, capture_output=True, timeout=60)
    for name in ("wget", "capture", "ref"):
        warc = tmp_path / f"{name}.warc.gz"
        # wget writes its own files under metadata: URIs.
        theirs = [line for line in others(warc) if '"url": "http' in line]
        assert len(theirs) > 10
        assert ours(warc) == theirs


def test_an_archive_of_fifteen_years_has_the_same_lines(others):
    warcs = sorted((SHARED / "archive").glob("*.warc.gz"))
    if not warcs:
        pytest.skip("no shared archive")
    for warc in warcs:
        assert ours(warc) == others(warc)


HOSTS = (
    "e.org",
    "www.e.org",
    "WWW2.E.org",
    "127.0.0.1",
    "127.1",
    "2130706433",
    "bücher.example",
    "e..org",
)
HOSTS += ("e%2eorg", "[::1]", "user:pass@e.org", "e org", "ß.de", "010.1.1.1", "1.2.3.4.5", "é.%zz")
PORTS = ("", "", "", ":", ":80", ":443", ":8080", ":99999", ":x")
PATHS = ("a", "B", "/", "//", "/./", "/../", "%41", "%2541", "%2F", "%zz", "é", "\u212a", "+", " ", "|")
PATHS += (";jsessionid=0123456789abcdef0123456789abcdef", "(S(0123456789abcdef01234567))/x.aspx", "\x7f")
QUERIES = (
    "a=1",
    "A=2",
    "b",
    "b=",
    "&",
    "=",
    "%26",
    "sid=0123456789abcdef0123456789abcdef",
    "?",
    "é",
    " ",
)
QUERIES += ("PHPSESSID=0123456789abcdef0123456789ABCDEF", "cfid=1&cftoken=2", "id=4", "#")
KEYS = """
import json, sys, surt
def key(uri):
    try: return surt.surt(uri)
    except Exception: return uri
json.dump([key(uri) for uri in json.load(sys.stdin)], sys.stdout)
"""


def test_keys_of_random_uris_are_those_of_the_surt_package(check_python):
    dice = random.Random(20080404)

    def some(of, most):
        return "".join(dice.choice(of) for _ in range(dice.randrange(most)))

    uris = [
        f"{dice.choice(('http', 'https'))}://{dice.choice(HOSTS)}{dice.choice(PORTS)}"
        f"/{some(PATHS, 6)}{dice.choice(('', '?'))}{some(QUERIES, 5)}"
        for _ in range(3000)
    ]
    done = subprocess.run(
        [check_python, "-W", "ignore", "-c", KEYS],
        input=json.dumps(uris),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert [(uri, surt(uri)) for uri in uris] == list(zip(uris, json.loads(done.stdout), strict=True))
