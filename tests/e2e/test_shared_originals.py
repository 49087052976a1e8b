"""Many workers and one Redis: each refers to what another has on disk, also where either of them dies."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis

from tests.e2e.changing import Asked, ChangingSite, Page
from tests.e2e.conftest import until
from tests.e2e.recrawling import Recrawled, recrawling, revisits
from tests.e2e.test_killed_crawls import PROCESSES, descendants
from tests.ports import free_port

pytestmark = pytest.mark.slow

HOSTS, PAGES, PAYLOADS = 4, 16, 4
ALL = HOSTS * PAGES


class Crowd:
    """Hosts with many addresses of few payloads, crawled by two workers into one collection."""

    def __init__(self, crawled: Recrawled, sites: list[ChangingSite]) -> None:
        self.crawled = crawled
        self.sites = sites
        self.urls = [f"{site.url}/{n}" for n in range(PAGES) for site in sites]

    @property
    def asked(self) -> list[Asked]:
        asked = [one for site in self.sites for one in site.asked]
        return [one for one in asked if one[0] != "/robots.txt"]

    @property
    def captured(self) -> set[str]:
        return {one.uri for one in self.crawled.records if one.kind in ("response", "revisit")}

    def start(self, **settings: object) -> subprocess.Popen[str]:
        return self.crawled.start(*self.urls, WORKERS=2, **settings)

    def crawl_in_full_again(self, **settings: object) -> Counter[int]:
        """Each capture must be a revisit; the statuses of the answers."""
        for site in self.sites:
            site.asked, site.pause = [], 0
        before = self.revisits
        forbidden = f"{self.sites[0].url}/forbidden"
        self.crawled.crawl(*self.urls, forbidden, WORKERS=2, **settings)
        assert len(self.asked) >= ALL  # a worker that comes late begins `again` for what is done
        assert self.revisits == before + len(self.asked)
        assert not any(path == "/forbidden" for path, *_ in self.asked)
        return Counter(status for *_, status in self.asked)

    @property
    def revisits(self) -> int:
        """Of pages; each is proved to have its original."""
        return sum(not one.uri.endswith("/robots.txt") for one in revisits(self.crawled.records))


@pytest.fixture
def crowd(tmp_path: Path) -> Iterator[Crowd]:
    bodies = [
        b"<html><title>%d</title>%b" % (n, os.urandom(3000).hex().encode()) for n in range(PAYLOADS)
    ]
    pages = {f"/{n}": Page(bodies[n % PAYLOADS], f'"{n}"') for n in range(PAGES)}
    pages["/robots.txt"] = Page(b"User-agent: *\nDisallow: /forbidden\n", '"r"', kind="text/plain")
    with recrawling(tmp_path, pages) as crawled, ExitStack() as stack:
        others = [stack.enter_context(ChangingSite(pages)) for _ in range(HOSTS - 1)]
        made = Crowd(crawled, [crawled.site, *others])
        for site in made.sites:
            site.pause = 0.05
        yield made


@pytest.mark.skipif(not PROCESSES.exists(), reason="this system does not tell a process's children")
def test_two_workers_killed_in_the_middle_leave_no_revisit_without_its_original(crowd: Crowd) -> None:
    process = crowd.start(LEASE_TIME=2)
    until(lambda: len(crowd.asked) > ALL // 2 or process.poll() is not None)
    for one in descendants(process.pid):
        os.kill(one, signal.SIGKILL)
    process.communicate()
    crowd.crawled.crawl(*crowd.urls, WORKERS=2, LEASE_TIME=2)
    assert crowd.captured >= set(crowd.urls)
    written = {one.file for one in crowd.crawled.records if one.kind == "revisit"}
    assert len(written) > 1, "by several workers"
    assert crowd.revisits >= ALL // 2
    statuses = crowd.crawl_in_full_again()
    assert statuses.keys() == {200, 304}, "304 where an address has an original of its own"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Redis]:
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    (tmp_path / "redis").mkdir()
    with Redis(tmp_path / "redis") as running:
        yield running


class Redis:
    """A Redis over TCP that can be stopped, killed and started again with what it had on disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self.url = f"redis://127.0.0.1:{self._port}"

    def __enter__(self) -> Redis:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    def start(self) -> None:
        words = [
            "--port",
            str(self._port),
            "--bind",
            "127.0.0.1",
            "--dir",
            str(self._folder),
            "--save",
            "",
        ]
        words += ["--appendonly", "yes", "--appendfsync", "always", "--logfile", "log"]
        self.process = subprocess.Popen(["redis-server", *words], cwd=self._folder)
        until(self._answers)

    def forget_robots(self) -> None:
        """As after a day."""
        client = redis.Redis.from_url(self.url)
        assert client.delete(*client.keys("*:robots:*")) == HOSTS
        client.close()

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), 1) as peer:
                peer.sendall(b"PING\r\n")
                return peer.recv(7) == b"+PONG\r\n"
        except OSError:
            return False


def test_redis_stops_and_dies_in_the_middle_and_nothing_is_lost(crowd: Crowd, server: Redis) -> None:
    process = crowd.start(FRONTIER_URL=server.url)
    until(lambda: len(crowd.asked) > ALL // 4)
    server.process.send_signal(signal.SIGSTOP)
    time.sleep(2)
    server.process.send_signal(signal.SIGCONT)
    until(lambda: len(crowd.asked) > ALL // 2)
    server.process.kill()
    server.process.wait()
    time.sleep(0.5)
    server.start()
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert crowd.captured >= set(crowd.urls)
    assert crowd.revisits
    server.forget_robots()
    crowd.crawl_in_full_again(FRONTIER_URL=server.url)  # so what was written meanwhile was told later
    robots = [one for site in crowd.sites for one in site.asked if one[0] == "/robots.txt"]
    assert robots == HOSTS * [("/robots.txt", "", "", 200)], "rules are read anew, and obeyed"
