"""The main job on the sample site: what must be archived is, and nothing else."""

from __future__ import annotations

import json
import signal
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.slow


def paths(captured: dict[str, int]) -> set[str]:
    return {urlsplit(uri).path for uri in captured}


def test_a_walk_reaches_every_story_that_it_must_and_none_that_it_must_not(
    site: Any, crawler_in: Any
) -> None:
    done = crawler_in.run(f"seeds={site.start}", "collection=demo", DOWNLOAD_DELAY=0)
    assert done.returncode == 0, done.stderr
    got = paths(crawler_in.captured("demo"))
    assert site.reachable() - got == set()
    assert got & set(site.expected["never"]) == set()
    assert "/robots.txt" in got
    assert set(site.expected["gone"]) <= got


def test_what_the_server_sent_and_what_the_warc_holds_agree_one_to_one(
    site: Any, crawler_in: Any
) -> None:
    crawler_in.run(f"seeds={site.start}", "collection=demo", DOWNLOAD_DELAY=0)
    sent: dict[str, int] = {}
    for request in site.requests():
        sent[site.url + request["path"]] = sent.get(site.url + request["path"], 0) + 1
    assert dict(crawler_in.captured("demo")) == sent


def test_the_products_are_there_and_nothing_is_left_open(site: Any, crawler_in: Any) -> None:
    crawler_in.run(f"seeds={site.start}", "collection=demo", DOWNLOAD_DELAY=0)
    home = crawler_in.folder / "demo"
    assert list(home.glob("archive/*.open")) == []
    index = (home / "indexes" / "index.cdxj").read_text().splitlines()
    assert index == sorted(index)
    edges = [json.loads(line) for line in (home / "graph" / "edges.jsonl").read_text().splitlines()]
    start = [urlsplit(edge["to"]).path for edge in edges if edge["from"] == site.start]
    assert start == site.expected["edges"][site.expected["start"]]
    assert (home / "reports" / "crawl.txt").read_text().startswith("The crawl of 'demo'")


def test_two_workers_share_one_walk_and_keep_the_delay(site: Any, crawler_in: Any) -> None:
    words = (f"seeds={site.start}", "collection=demo")
    workers = [crawler_in.start(*words, DOWNLOAD_DELAY=0.1) for _ in range(2)]
    for worker in workers:
        worker.communicate(timeout=100)
    assert [worker.returncode for worker in workers] == [0, 0]
    assert site.reachable() <= paths(crawler_in.captured("demo"))
    moments = sorted(request["at"] for request in site.requests())
    assert min(b - a for a, b in pairwise(moments)) >= 0.1 - 0.01
    assert len(moments) == len({request["path"] for request in site.requests()})


def test_a_killed_worker_loses_nothing(site: Any, crawler_in: Any, wait_until: Any) -> None:
    words = (f"seeds={site.start}", "collection=demo")
    victim = crawler_in.start(*words)
    wait_until(lambda: site.log.exists() and len(site.requests()) >= 4)
    victim.kill()
    victim.communicate()
    rescue = crawler_in.run(*words)
    assert rescue.returncode == 0, rescue.stderr
    assert site.reachable() <= paths(crawler_in.captured("demo"))
    assert list((crawler_in.folder / "demo").glob("archive/*.open")) == []


def test_a_signal_stops_cleanly_and_the_same_command_goes_on(
    site: Any, crawler_in: Any, wait_until: Any
) -> None:
    words = (f"seeds={site.start}", "collection=demo")
    first = crawler_in.start(*words, DOWNLOAD_DELAY=0.3)
    wait_until(lambda: site.log.exists() and len(site.requests()) >= 3)
    first.send_signal(signal.SIGINT)
    _, err = first.communicate(timeout=60)
    assert first.returncode == 11, err
    assert "give the same command again" in err
    second = crawler_in.run(*words, DOWNLOAD_DELAY=0)
    assert second.returncode == 0, second.stderr
    assert site.reachable() <= paths(crawler_in.captured("demo"))
    seen = [request["path"] for request in site.requests()]
    assert len(seen) == len(set(seen)), "a clean stop repeats nothing"
    third = crawler_in.run(*words)
    assert third.returncode == 0
    assert "nothing is due" in third.stderr


def test_the_embedded_server_is_gone_after_the_last_worker(
    site: Any, crawler_in: Any, wait_until: Any
) -> None:
    crawler_in.run(f"seeds={site.start}", "collection=demo", "hops=0", DOWNLOAD_DELAY=0)

    def gone() -> bool:
        mark = str(crawler_in.folder)
        return not any(mark in _command(process) for process in Path("/proc").glob("[0-9]*"))

    wait_until(gone, 5)


def _command(process: Path) -> str:
    try:
        return (process / "cmdline").read_text("utf-8", "replace")
    except OSError:
        return ""
