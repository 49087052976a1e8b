"""A crawl of two workers, killed with -9 again and again: the next one goes on, and nothing is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.agreement import Kept, captures, read_collection, read_log
from tests.e2e.conftest import Crawler, until
from tests.e2e.misbehaviours import answer, html, says
from tests.e2e.truthful import Script, Site, Talk, TruthfulServer

PROCESSES = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PROCESSES.exists(), reason="this system does not tell a process's children"),
]
SITES, PAGES, KILLS = 3, 24, 3


def numbered(site: list[Site], path: str, links: list[str]) -> Script:
    """A page of some size that bears the number of its exchange, so that no two answers are the same."""
    filling = random.Random(path).randbytes(random.Random(path).randrange(30_000)).hex()

    async def script(talk: Talk) -> None:
        number = f"X-Exchange: {len(site[0].exchanges)}"
        await talk.send(answer(html(*links, body=f"<!-- {filling} -->"), number))

    return script


def tree() -> Site:
    """Pages of which each links to the next two."""
    here: list[Site] = []
    paths = ["/start", *(f"/page{n}" for n in range(1, PAGES))]
    scripts: dict[str, Script] = {"/robots.txt": says(answer(b"", kind="text/plain"))}
    for n, path in enumerate(paths):
        scripts[path] = numbered(here, path, paths[2 * n + 1 : 2 * n + 3])
    here.append(Site(scripts, None))
    return here[0]


@pytest.fixture
def server() -> Iterator[TruthfulServer]:
    with TruthfulServer({f"tree{n}": tree() for n in range(SITES)}) as served:
        yield served


def exchanges(server: TruthfulServer) -> int:
    return sum(len(site.exchanges) for site in server.sites.values())


def kill_when(server: TruthfulServer, crawl: subprocess.Popen[str], count: int) -> None:
    """SIGKILL for supervisor, workers and Redis, when the sites have seen `count` exchanges."""
    until(lambda: exchanges(server) >= count or crawl.poll() is not None)
    assert crawl.poll() is None, crawl.communicate()
    for process in descendants(crawl.pid):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    crawl.communicate()


def descendants(process: int) -> list[int]:
    """The process and all that it started, and they."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [process, *(one for child in children for one in descendants(int(child)))]


def test_a_crawl_that_is_killed_again_and_again_loses_nothing(
    tmp_path: Path, server: TruthfulServer
) -> None:
    seeds = tmp_path / "seeds.txt"
    seeds.write_text("".join(f"{site.url}/start\n" for site in server.sites.values()))
    words = (f"seeds={seeds}", "collection=x", "follow=all", "hops=9", "scope=host")
    settings: dict[str, Any] = {
        "WORKERS": 2,
        "LEASE_TIME": 2,
        "DOWNLOAD_DELAY": 0.02,
        "WARC_SIZE": 100_000,
    }
    crawler = Crawler(tmp_path)
    for _ in range(KILLS):
        crawl = crawler.start(*words, **settings)
        kill_when(server, crawl, exchanges(server) + random.randrange(4, 16))
    done = crawler.run(*words, **settings)
    assert done.returncode == 0, done.stderr
    lines = read_log(tmp_path / "x")
    kept = captures(read_collection(tmp_path / "x"), lines)
    for site in server.sites.values():
        _holds_all(site, [one for one in kept if one.uri.startswith(site.url + "/")])


def _holds_all(site: Site, kept: list[Kept]) -> None:
    assert {one.uri.removeprefix(site.url) for one in kept} == site.paths
    assert [one.uri for one in kept if len(one.lines) > 1] == []
    unlogged = [one.uri for one in kept if not one.lines]
    assert len(unlogged) <= KILLS, "a kill came between record and line, before the lease was given back"
    seen = Counter((exchange.request, bytes(exchange.sent)) for exchange in site.exchanges)
    held = Counter((one.request.block if one.request else b"", one.received) for one in kept)
    assert held - seen == Counter(), "only what was on the wire, and nothing twice"
    assert len(site.exchanges) - len(kept) <= KILLS, "what was under way at a kill, and no more"
