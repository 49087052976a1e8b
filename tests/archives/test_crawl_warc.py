"""``scrapy crawl warc`` as a process: what it follows in files, what it writes, and that it asks nobody."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.archives.test_memento_walk import (
    HTML,
    ROOT,
    SITE,
    Archive,
    captures,
    edges,
    mementos,
    page,
    targets,
)

pytestmark = pytest.mark.slow
NO_NETWORK = """
import socket
connect = socket.socket.connect
def guarded(self, address):
    if self.family != socket.AF_UNIX:
        raise AssertionError(f"connects to {address}")
    return connect(self, address)
def refuse(*words, **more):
    raise AssertionError(f"looks up {words}")
socket.socket.connect = socket.socket.connect_ex = guarded
socket.getaddrinfo = socket.gethostbyname = refuse
"""


def crawl(folder: Path, *words: str, **settings: object) -> subprocess.CompletedProcess[str]:
    """With a Python that knows no network; pages are read all the same."""
    blind = folder.parent / "blind"
    blind.mkdir(exist_ok=True)
    (blind / "sitecustomize.py").write_text(NO_NETWORK)
    given = {"COLLECTIONS_DIR": folder, "REQUISITES": False} | settings
    command = [sys.executable, "-m", "scrapy", "crawl", "warc", "-a", "collection=walk"]
    command += [piece for word in words for piece in ("-a", word)]
    command += [piece for item in given.items() for piece in ("-s", "{}={}".format(*item))]
    env = os.environ | {"PYTHONPATH": str(blind)}
    return subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=100, check=False
    )


def log(folder: Path) -> dict[str, dict[str, Any]]:
    """The log's last line of each URL."""
    files = (folder / "walk" / "logs").glob("crawl-*.log")
    lines = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    return {line["url"]: line for line in lines}


def abouts(folder: Path, name: str) -> list[str]:
    """The values of a field in the metadata records."""
    files = (folder / "walk" / "archive").glob("*.warc.gz")
    texts = [gzip.decompress(file.read_bytes()) for file in files]
    lines = b"".join(texts).decode("latin-1").splitlines()
    return [line.partition(": ")[2] for line in lines if line.startswith(f"{name}: ")]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    archive = Archive(tmp_path_factory.mktemp("held") / "made.warc.gz")
    archive.write(*captures())
    return archive


def test_the_walk_is_the_same_as_through_an_archive_and_asks_nobody(
    made: Archive, tmp_path: Path
) -> None:
    folder = tmp_path / "c"
    ended = crawl(folder, f"source={made.path}", f"seeds={SITE}/start.html", POLITENESS="address")
    assert ended.returncode == 0, ended.stderr
    assert "AssertionError" not in ended.stderr
    found = mementos(folder)
    assert {to.removeprefix(SITE): fields["WARC-Date"][:10] for to, fields in found.items()} == {
        "/start.html": "2008-04-04",
        "/zipped.html": "2008-04-30",
        "/moved.html": "2008-04-05",
        "/target.html": "2008-04-06",
        "/busy.html": "2008-04-06",
    }
    source = made.path.read_bytes()
    for uri_r, fields in found.items():
        assert fields["WARC-Source-URI"] == made.path.as_uri()
        assert fields["WARC-Payload-Digest"] == made.digests[uri_r]
        first, last = fields["WARC-Source-Range"].removeprefix("bytes=").split("-")
        record = gzip.decompress(source[int(first) : int(last) + 1])
        assert f"WARC-Target-URI: {uri_r}\r\n".encode() in record
    assert {kind for kind, _ in targets(folder)} == {"warcinfo", "response", "metadata"}
    assert abouts(folder, "digestCheck") == ["verified"] * 5
    by_target = {one["to"]: one for one in edges(folder) if one["from"].endswith("start.html")}
    told = {to.removeprefix(SITE): one["status"] for to, one in by_target.items()}
    assert told == {
        "/zipped.html": "captured",
        "/late.html": "missing",
        "/none.html": "missing",
        "/moved.html": "captured",
        "/busy.html": "dead",
    }
    zipped = by_target[f"{SITE}/zipped.html"]
    assert (zipped["source"], zipped["to_source"], zipped["archive"]) == ("warc", "warc", "made.warc.gz")
    assert zipped["skew_anchor"] == 26 * 86400
    assert str(26 * 86400) in abouts(folder, "skewAnchor")
    assert str(26 * 86400) in abouts(folder, "skewParent")
    assert "nearest memento is of 20100101120000" in by_target[f"{SITE}/late.html"]["reason"]
    line = log(folder)[f"{SITE}/zipped.html"]
    assert (line["outcome"], line["source"]) == ("copied", made.path.as_uri())
    report = (folder / "walk" / "reports" / "crawl.txt").read_text()
    assert "in 5 captures from files: " in report
    command = [sys.executable, "-m", "scrapy", "frontier", "check", f"{SITE}/none.html", "walk"]
    check = subprocess.run(
        [*command, "-s", f"COLLECTIONS_DIR={folder}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert check.stdout.startswith("in: "), check.stderr
    assert "robots.txt: not asked of an archive" in check.stdout


def test_at_chooses_and_a_seed_that_no_file_holds_is_told(made: Archive, tmp_path: Path) -> None:
    seeds = tmp_path / "seeds.txt"
    seeds.write_text(f"{SITE}/start.html\n{SITE}/unknown.html\n")
    ended = crawl(
        tmp_path / "c", f"source={made.path}", f"seeds={seeds}", "at=2003", "window=1y", "hops=0"
    )
    assert ended.returncode == 0, ended.stderr
    assert [f["WARC-Date"][:4] for f in mementos(tmp_path / "c").values()] == ["2003"]
    told = (tmp_path / "c" / "walk" / "reports" / "seeds.txt").read_text()
    assert "missing: no file holds a capture of it" in told


def test_a_broken_capture_gives_way_to_the_next_nearest(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "made.warc.gz")
    start, older, newer = page("Start", "a"), page("Older"), page("Newer")
    archive.write(
        ("start", "2008-04-04T12:00:00Z", "200 OK", HTML, start),
        ("a", "2008-04-02T12:00:00Z", "200 OK", HTML, older),
        ("a", "2008-04-05T12:00:00Z", "200 OK", HTML, newer),
    )
    assert (
        crawl(tmp_path / "first", f"source={archive.path}", f"seeds={SITE}/start.html").returncode == 0
    )
    place = mementos(tmp_path / "first")[f"{SITE}/a.html"]["WARC-Source-Range"]
    middle = sum(map(int, place.removeprefix("bytes=").split("-"))) // 2
    whole = bytearray(archive.path.read_bytes())
    whole[middle : middle + 20] = bytes(20)
    (tmp_path / "made.warc.gz").write_bytes(whole)
    os.utime(tmp_path / "made.warc.gz", (1e9, 1e9))
    # An index from before the damage names the broken record.
    index = (tmp_path / "first" / "walk" / "sources" / "index.cdxj").read_text()
    index = index.replace(archive.path.as_uri(), archive.path.name)
    (tmp_path / "made.warc.gz.cdxj").write_text(index)
    ended = crawl(tmp_path / "second", f"source={archive.path}", f"seeds={SITE}/start.html")
    assert ended.returncode == 0, ended.stderr
    assert mementos(tmp_path / "second")[f"{SITE}/a.html"]["WARC-Date"][:10] == "2008-04-02"
    assert f"{SITE}/a.html: " in ended.stderr


def test_a_redirect_to_the_other_scheme_leads_on(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "made.warc.gz")
    there = [("Location", f"{SITE}/a.html".replace("http:", "https:"))]
    archive.write(
        ("start", "2008-04-04T12:00:00Z", "200 OK", HTML, page("Start", "a")),
        ("a", "2008-04-04T12:00:00Z", "301 Moved", there, b""),
        ("a", "2008-04-05T12:00:00Z", "200 OK", HTML, page("The page itself")),
    )
    assert crawl(tmp_path / "c", f"source={archive.path}", f"seeds={SITE}/start.html").returncode == 0
    assert mementos(tmp_path / "c")[f"{SITE}/a.html"]["WARC-Date"][:10] == "2008-04-05"


def test_a_walk_aimed_at_the_parent_drifts_and_tells_how_far(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "made.warc.gz")
    days = ("2008-01-01", "2008-01-21", "2008-02-10")
    archive.write(
        *(
            (f"p{n}", f"{day}T12:00:00Z", "200 OK", HTML, page(f"Part {n}", f"p{n + 1}"))
            for n, day in enumerate(days)
        )
    )
    words = (f"source={archive.path}", f"seeds={SITE}/p0.html", "hops=9", "target=parent")
    assert crawl(tmp_path / "c", *words).returncode == 0
    captured = [one for one in edges(tmp_path / "c") if one["status"] == "captured"]
    skews = [(one["skew_anchor"] // 86400, one["skew_parent"] // 86400) for one in captured]
    assert skews == [(20, 20), (40, 20)]


@pytest.mark.parametrize(
    ("words", "told", "code"),
    [
        ((), "no source given - for example: scrapy crawl warc -a source=", 2),
        (("source=/nowhere/*.warc.gz",), "names no file", 4),
        (("source=x.warc.gz", "target=both"), "target='both' is not known", 2),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path: Path, words: tuple[str, ...], told: str, code: int) -> None:
    ended = crawl(tmp_path / "c", f"seeds={SITE}/start.html", *words)
    assert ended.returncode == code
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr
