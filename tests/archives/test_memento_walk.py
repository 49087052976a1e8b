"""``scrapy crawl memento`` as a process against a real pywb: what it follows, and what it writes."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord
from warcio.warcwriter import WARCWriter

ROOT = Path(__file__).parents[2]
NEWS = ROOT.parent / "shared" / "archive" / "news-2000-2015.warc.gz"
SITE = "http://news.example"
pytestmark = pytest.mark.slow


def page(title: str, *related: str) -> bytes:
    items = "".join(
        f'<li><a href="/{name}.html">The ferry and the harbour, part {name}</a></li>' for name in related
    )
    story = "<p>The ferry did not leave the harbour on Friday, and nobody could say why.</p>" * 8
    block = f"<div class='related'><h3>See also</h3><ul>{items}</ul></div>" if related else ""
    html = f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{story}{block}</body></html>"
    return html.encode()


Archived = tuple[str, str, str, list[tuple[str, str]], bytes]
"""Name of the page, WARC-Date, status line without its version, fields, body."""


class Archive:
    """A WARC file of hand-made captures."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.digests: dict[str, str] = {}

    def write(self, *captures: Archived) -> None:
        with self.path.open("wb") as file:
            writer = WARCWriter(file, gzip=True, warc_version="1.1")
            for name, date, status, fields, body in captures:
                lines = "".join(f"{key}: {value}\r\n" for key, value in fields)
                raw = f"HTTP/1.1 {status}\r\n{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body
                uri, about = f"{SITE}/{name}.html", {"WARC-Date": date}
                record = writer.create_warc_record(
                    uri, "response", io.BytesIO(raw), len(raw), warc_headers_dict=about
                )
                writer.write_record(record)
                self.digests[uri] = record.rec_headers.get_header("WARC-Payload-Digest")


HTML = [("Date", "Fri, 04 Apr 2008 12:00:00 GMT"), ("Content-Type", "text/html")]


def captures() -> list[Archived]:
    start = page("The ferry", "zipped", "late", "none", "moved", "busy")
    return [
        ("start", "2003-04-04T12:00:00Z", "200 OK", HTML, page("Long before", "none")),
        ("start", "2008-04-04T12:00:00Z", "200 OK", HTML, start),
        ("late", "2010-01-01T12:00:00Z", "200 OK", HTML, page("Years later")),
        ("moved", "2008-04-05T12:00:00Z", "301 Moved", [("Location", "/target.html")], b""),
        ("target", "2008-04-06T12:00:00Z", "200 OK", HTML, page("Moved here", "start")),
        ("busy", "2008-04-06T12:00:00Z", "503 Busy", HTML, b"archived when it was busy"),
        (
            "zipped",
            "2008-04-30T12:00:00Z",
            "200 OK",
            [*HTML, ("Content-Encoding", "gzip")],
            gzip.compress(page("Zipped", "start"), mtime=0),
        ),
    ]


def crawl(folder: Path, *words: str, **settings: object) -> subprocess.CompletedProcess[str]:
    given = {"COLLECTIONS_DIR": folder, "ALLOW_PRIVATE_ADDRESSES": "127.0.0.0/8"}
    given |= {"DOWNLOAD_DELAY": 0.02, "REQUISITES": False} | settings
    command = [sys.executable, "-m", "scrapy", "crawl", "memento", "-a", "collection=walk"]
    command += [piece for word in words for piece in ("-a", word)]
    command += [piece for item in given.items() for piece in ("-s", "{}={}".format(*item))]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)


def records(folder: Path) -> Iterator[ArcWarcRecord]:
    for path in (folder / "walk" / "archive").glob("*.warc.gz"):
        with path.open("rb") as file:
            yield from ArchiveIterator(file)


def mementos(folder: Path) -> dict[str, dict[str, str]]:
    """Fields of the reconstructed captures by target URI; each must be there once."""
    found: dict[str, dict[str, str]] = {}
    for record in records(folder):
        fields = dict(record.rec_headers.headers)
        if "WARC-Source-URI" in fields:
            assert fields["WARC-Target-URI"] not in found
            found[fields["WARC-Target-URI"]] = fields
    return found


def targets(folder: Path) -> list[tuple[str, str]]:
    """Type and target URI of every record."""
    return [(r.rec_type, r.rec_headers.get_header("WARC-Target-URI")) for r in records(folder)]


def edges(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "walk" / "graph" / "edges.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    archive = Archive(tmp_path_factory.mktemp("made") / "made.warc.gz")
    archive.write(*captures())
    return archive


@pytest.fixture(scope="module")
def archive(serve: Any, made: Archive) -> str:
    """The URL of the hand-made captures' archive."""
    url: str = serve(made.path)
    return url


@pytest.mark.parametrize("config", ["", "redirect_to_exact: true\n"])
def test_the_walk_stays_near_its_anchor(serve: Any, made: Archive, tmp_path: Path, config: str) -> None:
    url = serve(made.path, config)
    ended = crawl(tmp_path / "c", f"archive={url}", f"seeds={SITE}/start.html")
    assert ended.returncode == 0, ended.stderr
    found = mementos(tmp_path / "c")
    expected = {
        f"{SITE}/start.html": "20080404120000",
        f"{SITE}/zipped.html": "20080430120000",
        f"{SITE}/moved.html": "20080405120000",
        f"{SITE}/target.html": "20080406120000",
        f"{SITE}/busy.html": "20080406120000",
    }
    assert set(found) == set(expected)
    for uri_r, digits in expected.items():
        fields = found[uri_r]
        date = f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}T12:00:00.000000Z"
        assert fields["WARC-Date"] == date
        assert fields["WARC-Source-URI"] == f"{url}{digits}id_/{uri_r}"
        assert fields["WARC-Creation-Date"] > date
        assert fields["WARC-Payload-Digest"] == made.digests[uri_r]
        assert "WARC-IP-Address" not in fields
    by_target = {
        edge["to"]: edge for edge in edges(tmp_path / "c") if edge["from"].endswith("start.html")
    }
    assert {edge["archive"] for edge in by_target.values()} == {urlsplit(url).netloc}
    statuses = {to.removeprefix(SITE): edge["status"] for to, edge in by_target.items()}
    assert statuses == {
        "/zipped.html": "captured",
        "/late.html": "missing",
        "/none.html": "missing",
        "/moved.html": "captured",
        "/busy.html": "dead",
    }
    assert by_target[f"{SITE}/zipped.html"]["skew_anchor"] == 26 * 86400
    assert {edge["anchor"] for edge in by_target.values()} == {"2008-04-04T12:00:00.000000Z"}


def test_drop_keeps_no_exchange_and_all_keeps_each(archive: str, tmp_path: Path) -> None:
    words = (f"archive={archive}", f"seeds={SITE}/start.html", "hops=1")
    for keep, requests in (("drop", 0), ("all", 7)):
        folder = tmp_path / keep
        assert crawl(folder, *words, ARCHIVE_EXCHANGES=keep).returncode == 0
        assert [kind for kind, _ in targets(folder)].count("request") == requests
        assert len(mementos(folder)) == 5


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("at=2012",), "nearest memento is of 20080404120000"),
        (("at=200804", "window=1h"), "nearest memento is of 20080404120000"),
    ],
)
def test_a_seed_outside_the_window_is_not_archived(
    archive: str, tmp_path: Path, words: tuple[str, ...], reason: str
) -> None:
    ended = crawl(tmp_path / "c", f"archive={archive}", f"seeds={SITE}/start.html", *words)
    assert ended.returncode == 9
    assert mementos(tmp_path / "c") == {}
    assert reason in (tmp_path / "c" / "walk" / "reports" / "seeds.txt").read_text()


class BusyOnce(BaseHTTPRequestHandler):
    """An archive that is busy when it is first asked."""

    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        if self.asked == 1:
            self.send_response(503)
            self.send_header("Retry-After", "1")
        else:
            self.send_response(200)
            self.send_header("Memento-Datetime", "Fri, 04 Apr 2008 12:00:00 GMT")
            self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words: Any) -> None:
        pass


def test_a_busy_archive_is_asked_again(tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BusyOnce) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/web/"
        ended = crawl(tmp_path / "c", f"archive={url}", f"seeds={SITE}/start.html", "hops=0")
        server.shutdown()
    assert ended.returncode == 0, ended.stderr
    assert BusyOnce.asked == 2
    assert set(mementos(tmp_path / "c")) == {f"{SITE}/start.html"}


def test_at_takes_the_memento_of_that_time(archive: str, tmp_path: Path) -> None:
    ended = crawl(tmp_path / "c", f"archive={archive}", f"seeds={SITE}/start.html", "at=200304")
    assert ended.returncode == 0
    (fields,) = mementos(tmp_path / "c").values()
    assert fields["WARC-Date"] == "2003-04-04T12:00:00.000000Z"


@pytest.mark.skipif(not NEWS.exists(), reason="the archive of real captures is not beside the checkout")
def test_real_pages_are_followed_along_their_related_links_only(serve: Any, tmp_path: Path) -> None:
    seeds = tmp_path / "seeds.txt"
    bbc = "http://news.bbc.co.uk"
    start = [f"{bbc}/hi/english/business/newsid_782000/782183.stm", f"{bbc}/2/hi/americas/8523319.stm"]
    seeds.write_text("\n".join(start))
    ended = crawl(tmp_path / "c", f"archive={serve(NEWS)}", f"seeds={seeds}")
    assert ended.returncode == 0, ended.stderr
    followed = {
        f"{bbc}/hi/english/business/newsid_781000/781834.stm",
        f"{bbc}/hi/english/business/newsid_781000/781964.stm",
        f"{bbc}/hi/english/business/newsid_782000/782000.stm",
        f"{bbc}/2/hi/americas/8523248.stm",
    }
    assert {*start, *followed} <= set(mementos(tmp_path / "c"))
    # The set holds these too, but only promo blocks lead there.
    promo = {f"{bbc}/2/hi/americas/8522732.stm", f"{bbc}/2/hi/africa/8523196.stm"}
    assert not promo & set(mementos(tmp_path / "c"))
    captured = {edge["to"] for edge in edges(tmp_path / "c") if edge["status"] == "captured"}
    assert followed <= captured
