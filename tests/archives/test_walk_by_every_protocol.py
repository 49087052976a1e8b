"""The same walk by URI-M, TimeGate and TimeMap: through a fake Wayback Machine and an Aggregator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.archives.aggregator import aggregating
from tests.archives.test_memento_walk import SITE, crawl, mementos, page, records
from tests.archives.wayback_index import Held
from tests.archives.wayback_machine import WaybackMachine, running

pytestmark = pytest.mark.slow
DIGEST = b"digestCheck: "
START, MOVED, TARGET, LATE = (f"{SITE}/{name}.html" for name in ("start", "moved", "target", "late"))
HERE = [
    Held(START, "20030404120000", page("Long before", "late")),
    Held(START, "20080404120000", page("The ferry", "moved", "late")),
    Held(MOVED, "20080405120000", status=301, location="/target.html"),
    Held(LATE, "20100101120000", page("Years later")),
]
THERE = [Held(TARGET, "20080406120000", page("Moved here", "start"))]


@pytest.fixture
def archives() -> Iterator[tuple[WaybackMachine, WaybackMachine, WaybackMachine, str]]:
    """All in one machine; in two of them; and an Aggregator of the two."""
    with ExitStack() as stack:
        whole, here, there = (stack.enter_context(running(held)) for held in (HERE + THERE, HERE, THERE))
        yield whole, here, there, stack.enter_context(aggregating(here, there))


def test_the_same_mementos_by_every_protocol(
    archives: tuple[WaybackMachine, WaybackMachine, WaybackMachine, str], tmp_path: Path
) -> None:
    whole, here, there, aggregator = archives
    asked = {
        "replay": whole.url,
        "indexed": f"{whole.url}timemap/json/",
        "gate": f"{aggregator}timegate/",
        "aggregated": f"{aggregator}timemap/json/",
    }
    expected = {START: "20080404120000", MOVED: "20080405120000", TARGET: "20080406120000"}
    for name, archive in asked.items():
        done = crawl(tmp_path / name, f"archive={archive}", f"seeds={START}", "at=200804041354")
        assert done.returncode == 0, done.stderr
        found = mementos(tmp_path / name)
        assert found.keys() == expected.keys(), name
        for uri_r, timestamp in expected.items():
            machine = whole if archive.startswith(whole.url) else there if uri_r == TARGET else here
            assert found[uri_r]["WARC-Source-URI"] == machine.uri_m(uri_r, timestamp)
    assert set(checks(tmp_path / "indexed")) == {"verified"}
    assert set(checks(tmp_path / "replay")) == {"unknown"}
    assert b"HTTP/1.1 301 Moved Permanently" in statuses(tmp_path / "indexed")
    assert b"HTTP/1.1 301 Moved Permanently" not in statuses(tmp_path / "replay")


def checks(folder: Path) -> list[str]:
    """What the metadata records say of the digests."""
    about = [
        record.content_stream().read() for record in records(folder) if record.rec_type == "metadata"
    ]
    return [line[13:].decode() for one in about for line in one.split(b"\r\n") if line[:13] == DIGEST]


def statuses(folder: Path) -> set[bytes]:
    """The status lines of the reconstructed captures."""
    kept = [record for record in records(folder) if record.rec_type == "response"]
    made = [one for one in kept if one.rec_headers.get_header("WARC-Source-URI")]
    return {f"HTTP/1.1 {one.http_headers.statusline}".encode() for one in made}
