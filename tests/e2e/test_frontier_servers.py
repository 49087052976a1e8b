"""Whole crawls on servers that fail over, go away and come back, refuse, or cannot be trusted."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.e2e.conftest import Crawler, Site, until
from tests.frontier import servers
from tests.frontier.test_servers_acl import documented

pytestmark = pytest.mark.slow
AWAY, BACK = "Redis is away, waiting up to", "Redis is back after"


class Walked:
    """A crawl of the sample site with its frontier on a server of the test."""

    def __init__(self, site: Site, crawler: Crawler) -> None:
        self.site = site
        self.crawler = crawler

    def start(self, url: str, **settings: object) -> subprocess.Popen[str]:
        given = {"FRONTIER_URL": url, "DOWNLOAD_DELAY": 0.1, "LEASE_TIME": 2} | settings
        return self.crawler.start(f"seeds={self.site.start}", "collection=demo", **given)

    def reaches(self, requests: int) -> None:
        until(lambda: self.site.log.exists() and len(self.site.requests()) >= requests)

    @property
    def missing(self) -> set[str]:
        got = {urlsplit(uri).path for uri in self.crawler.captured("demo")}
        return self.site.reachable() - got


@pytest.fixture
def walked(site: Site, crawler_in: Crawler) -> Walked:
    return Walked(site, crawler_in)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[servers.Server]:
    with servers.Server(servers.redis_server(), tmp_path / "redis", *servers.DURABLE) as server:
        yield server


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, said = process.communicate(timeout=100)
    assert "Traceback" not in said, said
    return process.returncode, said


def one_line(said: str) -> str:
    (line,) = [line for line in said.splitlines() if "clew:" in line or " ERROR: " in line]
    return line


def test_a_failover_in_mid_crawl(walked: Walked, tmp_path: Path) -> None:
    with servers.Watched(tmp_path / "servers", sentinels=3) as watched:
        process = walked.start(watched.url, WORKERS=2)
        walked.reaches(8)
        watched.primary.kill()
        code, said = ended(process)
        assert code == 0, said
        assert walked.missing == set()
        assert said.count(AWAY) == said.count(BACK) == 2
        assert f"the frontier's primary is now redis://127.0.0.1:{watched.replica.port}" in said
        assert servers.PASSWORD not in said
        assert servers.QUOTED not in said
    assert walked.site.shortest_interval() > 0.08


def test_over_a_cluster_with_two_workers(walked: Walked, tmp_path: Path) -> None:
    with servers.Cluster(servers.valkey_server(), tmp_path / "nodes", *servers.DURABLE) as cluster:
        code, said = ended(walked.start(cluster.url, WORKERS=2))
    assert code == 0, said
    assert walked.missing == set()


def test_a_user_with_the_documented_rights(walked: Walked, tmp_path: Path) -> None:
    acl = documented().replace("news", "demo")
    with servers.with_password(tmp_path / "redis", acl) as server:
        code, said = ended(walked.start(server.url))
        assert code == 0, said
        assert walked.missing == set()
        assert server.ask("ACL", "LOG") == []
    assert servers.PASSWORD not in said


def test_a_server_that_is_away_for_less_than_the_grace_time(
    walked: Walked, server: servers.Server
) -> None:
    process = walked.start(server.url)
    walked.reaches(5)
    server.signal(signal.SIGSTOP)
    time.sleep(1.5)
    server.signal(signal.SIGCONT)
    walked.reaches(8)
    server.kill()
    time.sleep(3)
    server.start()
    code, said = ended(process)
    assert code == 0, said
    assert walked.missing == set()
    assert said.count(AWAY) == said.count(BACK) == 1
    assert float(re.findall(rf"{BACK} ([\d.]+) s", said)[0]) > 2
    assert " ERROR: " not in said


def test_a_server_that_is_away_for_longer(walked: Walked, server: servers.Server) -> None:
    process = walked.start(server.url, REDIS_GRACE=2)
    walked.reaches(8)
    server.kill()
    code, said = ended(process)
    assert code == 8
    assert "no answer from Redis for 2 s" in one_line(said)
    assert "nothing is lost; start Redis, then give the same command again" in one_line(said)
    assert said.count(AWAY) == 1
    server.start()
    code, said = ended(walked.start(server.url))
    assert code == 0, said
    assert walked.missing == set()
    paths = walked.site.paths()
    assert len(paths) - len(set(paths)) < 8, "only what was in hand is fetched again"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda url: url.replace("p%40ss", "sesame"), "refuses this user and password"),
        (lambda url: url.replace("clew:", "sesame:"), "refuses this user and password"),
        (lambda url: url.replace("/0", "/99"), "DB index is out of range"),
    ],
    ids=["password", "user", "database"],
)
def test_a_server_that_refuses(
    walked: Walked, tmp_path: Path, change: Callable[[str], str], says: str
) -> None:
    with servers.with_password(tmp_path / "redis", "~* &* +@all") as server:
        refused(walked, change(server.url), says)


def test_a_certificate_of_an_unknown_authority(walked: Walked, tmp_path: Path) -> None:
    with servers.over_tls(tmp_path / "redis") as server:
        refused(walked, server.url.partition("?")[0], "ssl_ca_certs=/PATH/ca.pem")
        code, said = ended(walked.start(server.url))
        assert code == 0, said
    assert walked.missing == set()


def test_a_service_that_no_sentinel_knows(walked: Walked, tmp_path: Path) -> None:
    with servers.Watched(tmp_path / "servers", sentinels=1) as watched:
        refused(walked, watched.url.replace("/news?", "/olds?"), "know no service 'olds'")


def test_a_cluster_that_cannot_say_what_is_on_disk(walked: Walked, tmp_path: Path) -> None:
    with servers.Cluster(servers.redis_server(), tmp_path / "nodes", *servers.DURABLE) as cluster:
        refused(walked, cluster.url, "a child and its parent's ack lie in two histories")


def refused(walked: Walked, url: str, says: str) -> None:
    """With one line, before anything is fetched, and without the password."""
    code, said = ended(walked.start(url))
    assert code == 8, said
    assert says in one_line(said)
    assert not walked.site.log.exists() or walked.site.requests() == []
    assert "sesame" not in said
    assert servers.QUOTED not in said
