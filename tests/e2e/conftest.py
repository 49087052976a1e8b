"""The sample site as a real server, and `scrapy crawl` as a real process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

ROOT = Path(__file__).parents[2]
SITE = ROOT / "tests" / "site"
SOON = 60


@dataclass
class Site:
    """The sample site while it is served."""

    url: str
    log: Path
    expected: dict[str, Any]

    @property
    def start(self) -> str:
        return self.url + self.expected["start"]

    def requests(self) -> list[dict[str, Any]]:
        """What was asked for so far, in the order of arrival."""
        text = self.log.read_text()
        whole = text[: text.rfind("\n") + 1].splitlines()  # the last line may be half written
        return sorted(map(json.loads, whole), key=lambda request: float(request["at"]))

    def paths(self) -> list[str]:
        return [str(request["path"]) for request in self.requests()]

    def shortest_interval(self) -> float:
        """Seconds between the two requests that came closest to each other."""
        moments = [float(request["at"]) for request in self.requests()]
        return min(later - earlier for earlier, later in pairwise(moments))

    def reachable(self) -> set[str]:
        """Stories that a walk of three hops must archive, from the labels of the site."""
        moved, edges = self.expected["redirects"], self.expected["edges"]
        refused = {*self.expected["gone"], *self.expected["forbidden"]}
        reached = front = {self.expected["start"]}
        for _hop in range(self.expected["hops"]):
            front = {moved.get(to, to) for page in front for to in edges.get(page, [])} - refused
            reached = reached | front
        return reached


@contextmanager
def serve(folder: Path) -> Iterator[Site]:
    """A copy of the site on a port, and so a host, of its own."""
    folder.mkdir()
    ready, log = folder / "ready.json", folder / "site.jsonl"
    command = [sys.executable, str(SITE / "server.py"), "--port", "0", "--ready", str(ready)]
    server = subprocess.Popen([*command, "--log", str(log)], stdout=subprocess.DEVNULL)
    try:
        until(ready.exists)
        expected = json.loads((SITE / "expected.json").read_text())
        yield Site(json.loads(ready.read_text())["url"], log, expected)
    finally:
        server.terminate()
        assert server.wait(SOON) == 0


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with serve(tmp_path / "site") as served:
        yield served


@pytest.fixture
def three_sites(tmp_path: Path) -> Iterator[list[Site]]:
    with ExitStack() as stack:
        yield [stack.enter_context(serve(tmp_path / f"site{n}")) for n in range(3)]


def until(fact: Any, patience: float = SOON) -> None:
    """Wait until `fact()` is true."""
    end = time.monotonic() + patience
    while not fact():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


@dataclass
class Crawler:
    """Runs `scrapy crawl` in the checkout, with collections in a folder of the test."""

    folder: Path

    def start(
        self, *words: str, spider: str = "story", stderr: int = subprocess.PIPE, **settings: object
    ) -> subprocess.Popen[str]:
        given = {"COLLECTIONS_DIR": self.folder, "ALLOW_PRIVATE_ADDRESSES": "127.0.0.0/8"}
        given |= {"DOWNLOAD_DELAY": 0.05, "LEASE_TIME": 4} | settings
        command = [sys.executable, "-m", "scrapy", "crawl", spider]
        command += [piece for word in words for piece in ("-a", word)]
        said = {name: value for name, value in given.items() if value is not None}
        command += [piece for item in said.items() for piece in ("-s", "{}={}".format(*item))]
        return subprocess.Popen(
            command,
            cwd=ROOT,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )

    def run(
        self, *words: str, spider: str = "story", **settings: object
    ) -> subprocess.CompletedProcess[str]:
        process = self.start(*words, spider=spider, **settings)
        out, err = process.communicate(timeout=2 * SOON)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def lines(self, name: str, pattern: str) -> list[dict[str, Any]]:
        """The objects of the JSON lines of a collection's files of that pattern."""
        files = sorted((self.folder / name).glob(pattern))
        return [json.loads(line) for file in files for line in file.read_text().splitlines()]

    def captured(self, name: str) -> dict[str, int]:
        """How many responses and revisits the WARCs of a collection hold, by URI."""
        found: defaultdict[str, int] = defaultdict(int)
        for path in (self.folder / name / "archive").glob("*.warc.gz"):
            with path.open("rb") as file:
                for record in ArchiveIterator(file):
                    if record.rec_type in ("response", "revisit"):
                        found[record.rec_headers.get_header("WARC-Target-URI")] += 1
        return found

    def status(self) -> dict[str, Any]:
        """What ``frontier status --json`` tells of the one collection."""
        command = [sys.executable, "-m", "scrapy", "frontier", "status", "--json"]
        command += ["-s", f"COLLECTIONS_DIR={self.folder}"]
        done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, timeout=60, check=False)
        document: dict[str, Any] = json.loads(done.stdout)
        return document


@pytest.fixture
def crawler_in(tmp_path: Path) -> Crawler:
    return Crawler(tmp_path / "collections")


@pytest.fixture
def wait_until() -> Any:
    return until
