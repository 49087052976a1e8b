"""A server that was wiped: exit 8, a frontier made anew from the WARC files, and the same command goes on."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.e2e.conftest import ROOT, Crawler, Site, until

pytestmark = pytest.mark.slow
NAME = "wiped"
ENDS = 2
IN_HAND = 9
"""Answers that three workers, each with three hosts, may have had in hand and not on disk at a kill."""


def frontier(crawler_in: Crawler, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scrapy", "frontier", *words]
    command += ["-s", f"COLLECTIONS_DIR={crawler_in.folder}"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def wipe(crawler_in: Crawler) -> Path:
    """Everything that the embedded server had; the collection keeps what it knows of it."""
    folder = crawler_in.folder / NAME / "frontier"
    until(lambda: not (folder / "valkey.sock").exists() or not alive(folder))
    shutil.rmtree(folder / "appendonlydir")
    return folder


def alive(folder: Path) -> bool:
    import socket

    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(str(folder / "valkey.sock"))
        except OSError:
            return False
        return True


def crawl(crawler_in: Crawler, site: Site, **settings: object) -> subprocess.CompletedProcess[str]:
    return crawler_in.run(f"seeds={site.start}", f"collection={NAME}", **settings)


def children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    found = [int(word) for word in text.split()]
    return [*found, *(below for one in found for below in children(one))]


def end(process: subprocess.Popen[str], number: int) -> None:
    doomed = [process.pid] if number == signal.SIGINT else [process.pid, *children(process.pid)]
    for pid in doomed:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
    process.communicate(timeout=60)


@pytest.mark.parametrize(("number", "requests"), [(signal.SIGINT, 8), (signal.SIGKILL, 14)])
def test_a_crawl_goes_on_from_its_warcs(
    crawler_in: Crawler, site: Site, number: int, requests: int
) -> None:
    begun = crawler_in.start(f"seeds={site.start}", f"collection={NAME}", WORKERS=2)
    until(lambda: len(site.requests()) >= requests)
    end(begun, number)
    folder = wipe(crawler_in)

    refused = crawl(crawler_in, site)
    assert refused.returncode == 8
    assert "frontier rebuild" in refused.stderr.splitlines()[-1]
    assert "Traceback" not in refused.stderr
    before = len(site.requests())
    old = (folder / "generation").read_text()

    done = frontier(crawler_in, "rebuild", NAME)
    assert done.returncode == 0, done.stderr
    assert (folder / "generation").read_text() != old
    assert len(site.requests()) == before, "it reads files and asks nobody"

    finished = crawl(crawler_in, site)
    assert finished.returncode == 0, finished.stderr
    archived = {urlsplit(uri).path for uri in crawler_in.captured(NAME)}
    assert site.reachable() <= archived
    pages = [path for path in site.paths() if path != "/robots.txt"]
    twice = len(pages) - len(set(pages))
    assert twice <= 4, "only what was under way at the end may be asked for again"
    lines = crawler_in.lines(NAME, "logs/*.log")
    assert {line["outcome"] for line in lines} >= {"captured"}


@pytest.mark.parametrize("number", [1, 2])
def test_servers_are_wiped_at_any_moment(
    crawler_in: Crawler, three_sites: list[Site], number: int
) -> None:
    """Three hosts, three workers, two ends at random, by a signal or without a word."""
    chance = random.Random(number)
    words = (f"seeds={seed_list(crawler_in, three_sites)}", f"collection={NAME}")
    for _end in range(ENDS):
        begun = crawler_in.start(*words, WORKERS=3)
        more = len(requests(three_sites)) + chance.randint(3, 40)
        until(partial(asked_or_over, three_sites, more, begun))
        end(begun, chance.choice([signal.SIGINT, signal.SIGKILL]))
        wipe(crawler_in)
        done = frontier(crawler_in, "rebuild", NAME)
        assert done.returncode == 0, done.stderr
    finished = crawler_in.run(*words, WORKERS=3)
    assert finished.returncode == 0, finished.stderr
    archived = set(crawler_in.captured(NAME))
    wanted = {site.url + path for site in three_sites for path in site.reachable()}
    assert wanted <= archived
    pages = [one for one in requests(three_sites) if not one.endswith("/robots.txt")]
    assert len(pages) - len(set(pages)) <= ENDS * IN_HAND


def seed_list(crawler_in: Crawler, sites: list[Site]) -> Path:
    path = crawler_in.folder.parent / "seeds.txt"
    path.write_text("".join(f"{site.start}\n" for site in sites))
    return path


def asked_or_over(sites: list[Site], number: int, crawl: subprocess.Popen[str]) -> bool:
    return len(requests(sites)) >= number or crawl.poll() is not None


def requests(sites: list[Site]) -> list[str]:
    return [site.url + path for site in sites for path in site.paths()]


def test_a_finished_crawl_is_still_finished(crawler_in: Crawler, site: Site) -> None:
    assert crawl(crawler_in, site).returncode == 0
    asked = len(site.requests())
    wipe(crawler_in)
    assert crawl(crawler_in, site).returncode == 8
    assert frontier(crawler_in, "rebuild", NAME, "--json").returncode == 0
    again = crawl(crawler_in, site)
    assert again.returncode == 0, again.stderr
    forbidden = set(site.expected["forbidden"])
    new = [r["path"] for r in site.requests()[asked:] if r["path"] != "/robots.txt"]
    assert not (set(new) - forbidden), "what is archived is not fetched again"


def test_an_old_collection_is_told_its_walk(crawler_in: Crawler, site: Site) -> None:
    assert crawl(crawler_in, site).returncode == 0
    (wipe(crawler_in) / "walk.json").unlink()
    refused = frontier(crawler_in, "rebuild", NAME)
    assert refused.returncode == 4
    assert "-a seeds=" in refused.stderr
    assert frontier(crawler_in, "rebuild", NAME, "-a", f"seeds={site.start}").returncode == 0
    assert crawl(crawler_in, site).returncode == 0


def test_a_frontier_that_is_there_is_not_rebuilt(crawler_in: Crawler, site: Site) -> None:
    assert crawl(crawler_in, site).returncode == 0
    refused = frontier(crawler_in, "rebuild", NAME)
    assert refused.returncode == 4
    assert "nothing to rebuild" in refused.stderr
    assert refused.stderr.count("\n") == 1
    (crawler_in.folder / NAME / "frontier" / "generation").write_text("another\n")
    refused = frontier(crawler_in, "rebuild", NAME)
    assert refused.returncode == 8
    assert "the server holds another frontier" in refused.stderr


def test_damage_is_told_and_the_rest_is_read(crawler_in: Crawler, site: Site) -> None:
    assert crawl(crawler_in, site).returncode == 0
    (warc,) = (crawler_in.folder / NAME / "archive").glob("*.warc.gz")
    octets = bytearray(warc.read_bytes())
    octets[len(octets) // 2 : len(octets) // 2 + 20] = bytes(20)
    warc.write_bytes(octets)
    wipe(crawler_in)
    done = frontier(crawler_in, "rebuild", NAME)
    assert done.returncode == 0, done.stderr
    assert "could not be read" in done.stdout + done.stderr
    again = crawl(crawler_in, site)
    assert again.returncode == 0, again.stderr
    assert site.reachable() <= {urlsplit(uri).path for uri in crawler_in.captured(NAME)}
