"""A crawl on a small disk: exit 3, nothing half written, and the same command goes on when there is room."""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.agreement import captures, read_collection, read_log
from tests.e2e.conftest import Crawler
from tests.e2e.misbehaviours import answer, html, says
from tests.e2e.truthful import Site, TruthfulServer

pytestmark = pytest.mark.slow
PAGES = 40
MB = 1 << 20


def chain() -> Site:
    """Pages of 200 KB that do not shrink, each linking to the next."""
    scripts = {"/robots.txt": says(answer(b"", kind="text/plain"))}
    paths = ["/start", *(f"/page{n}" for n in range(1, PAGES))]
    for path, after in zip(paths, [*paths[1:], ""], strict=True):
        links = [after] if after else []
        body = f"<!-- {random.Random(path).randbytes(130_000).hex()} -->"
        scripts[path] = says(answer(html(*links, body=body)))
    return Site(scripts, None)


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path]:
    """A file system of `size` bytes. Skips where the machine does not let us have one."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip(f"no file system of our own: {mounted.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def make_room(disk: Path, size: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", disk], check=True)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root may mount a small disk")
@pytest.mark.parametrize("reserve", [2 * MB, 0], ids=["reserve", "nothing left"])
def test_a_full_disk_ends_the_crawl_and_room_lets_it_go_on(tmp_path: Path, reserve: int) -> None:
    settings: dict[str, Any] = {"DOWNLOAD_DELAY": 0, "DISK_RESERVE": reserve, "LEASE_TIME": 3}
    with TruthfulServer({"chain": chain()}) as server, small_disk(tmp_path / "disk", 5 * MB) as disk:
        site, crawler = server.sites["chain"], Crawler(disk)
        words = (f"seeds={site.url}/start", "collection=x", "follow=all", "hops=99")
        first = crawler.run(*words, **settings)
        print(first.stderr)
        assert first.returncode == 3, first.stderr
        assert "Traceback" not in first.stderr
        full = [line for line in first.stderr.splitlines() if "free some space" in line]
        assert full, first.stderr
        before = len(site.exchanges)
        _all_is_readable(disk / "x")
        make_room(disk, 64 * MB)
        second = crawler.run(*words, **settings)
        assert second.returncode == 0, second.stderr
        kept = captures(read_collection(disk / "x"), read_log(disk / "x"))
    assert {one.uri.removeprefix(site.url) for one in kept} == site.paths
    assert len(site.exchanges) - len(kept) <= 2
    assert 3 < before < PAGES


def _all_is_readable(folder: Path) -> None:
    """What the stopped crawl left is finished and whole; its log leads to records that are there."""
    records = read_collection(folder)
    places = {(record.file, record.offset) for record in records}
    assert {(line["warc"], line["offset"]) for line in read_log(folder) if "warc" in line} <= places
