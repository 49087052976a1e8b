"""Two workers on three hosts: each host keeps its pace, and a killed worker takes nothing with it."""

from __future__ import annotations

import signal
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.slow

DELAY = 0.2
LATE = 0.05
"""Seconds by which a busy machine may note a request late."""


@pytest.fixture
def words(three_sites: list[Any], tmp_path: Path) -> tuple[str, ...]:
    seeds = tmp_path / "seeds.txt"
    seeds.write_text("".join(f"{site.start}\n" for site in three_sites))
    return (f"seeds={seeds}", "collection=x")


def at_work(crawler_in: Any) -> set[str]:
    """The workers that have captured something, by their logs."""
    logs: list[Path] = list((crawler_in.folder / "x" / "logs").glob("crawl-*.log"))
    return {log.stem for log in logs if '"captured"' in log.read_text()}


def archived(crawler_in: Any, site: Any) -> set[str]:
    host = urlsplit(site.url).netloc
    captured = map(urlsplit, crawler_in.captured("x"))
    return {one.path for one in captured if one.netloc == host}


def test_the_delay_holds_for_each_host_over_both_workers(
    three_sites: list[Any], crawler_in: Any, words: tuple[str, ...]
) -> None:
    workers = [crawler_in.start(*words, DOWNLOAD_DELAY=DELAY) for _ in range(2)]
    told = [worker.communicate(timeout=100)[1] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], told
    assert len(at_work(crawler_in)) == 2
    for site in three_sites:
        assert site.shortest_interval() >= DELAY - LATE
        assert site.reachable() <= archived(crawler_in, site)
        assert [path for path, times in Counter(site.paths()).items() if times > 1] == []


def test_a_worker_killed_beside_another_loses_nothing(
    three_sites: list[Any], crawler_in: Any, words: tuple[str, ...], wait_until: Any
) -> None:
    victim = crawler_in.start(*words, DOWNLOAD_DELAY=DELAY)
    other = crawler_in.start(*words, DOWNLOAD_DELAY=DELAY)
    wait_until(lambda: len(at_work(crawler_in)) == 2)
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    _, err = other.communicate(timeout=100)
    assert other.returncode == 0, err
    for site in three_sites:
        assert site.reachable() <= archived(crawler_in, site)
        assert site.shortest_interval() >= DELAY - LATE
    home = crawler_in.folder / "x"
    assert list(home.glob("archive/*.open")) == []
    assert [file.name for file in home.glob("indexes/*.cdxj")] == ["index.cdxj"]
