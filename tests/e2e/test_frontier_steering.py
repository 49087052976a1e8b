"""`scrapy frontier` on a crawl that runs: paused, resumed, stopped, exported, dropped, imported, finished."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def frontier(crawler_in: Any, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scrapy", "frontier", *words]
    command += ["-s", f"COLLECTIONS_DIR={crawler_in.folder}"]
    return subprocess.run(command, cwd=ROOT, text=True, capture_output=True, timeout=60, check=False)


def pages(site: Any) -> list[str]:
    return [path for path in site.paths() if path != "/robots.txt"]


def test_a_crawl_is_paused_stopped_moved_and_still_fetches_each_page_once(
    site: Any, crawler_in: Any, wait_until: Any, tmp_path: Path
) -> None:
    words, settings = (f"seeds={site.start}", "collection=x"), {"DOWNLOAD_DELAY": 1}
    none = frontier(crawler_in, "status", "x")
    assert (none.returncode, none.stdout) == (4, "")
    assert "no collection 'x'" in none.stderr

    crawl = crawler_in.start(*words, **settings)
    wait_until(lambda: len(pages(site)) >= 3)
    assert "will end what is in flight and wait" in frontier(crawler_in, "pause").stdout
    wait_until(lambda: not crawler_in.status()["counts"]["in_flight"])  # what was on lease ends
    status = crawler_in.status()
    assert status["state"] == "paused"
    assert status["why"] == ["paused: `scrapy frontier resume` lets it go on"]
    fetched = pages(site)
    time.sleep(1.5)
    assert pages(site) == fetched
    assert crawl.poll() is None

    assert frontier(crawler_in, "resume", "x").returncode == 0
    wait_until(lambda: len(pages(site)) >= len(fetched) + 2)
    refused = frontier(crawler_in, "export", str(tmp_path / "f"))
    assert (refused.returncode, refused.stdout) == (8, "")
    assert "workers of x may be running: " in refused.stderr
    assert frontier(crawler_in, "stop").returncode == 0
    _, said = crawl.communicate(timeout=30)
    assert crawl.returncode == 11
    assert "paused: `scrapy frontier resume`" in said
    assert "stopped by `scrapy frontier stop`" in said

    assert "waiting" in frontier(crawler_in, "export", "x", str(tmp_path / "f")).stdout
    assert frontier(crawler_in, "drop", "x").returncode == 2
    assert "the frontier is gone" in frontier(crawler_in, "drop", "x", "--yes").stdout
    assert "x has no frontier yet" in frontier(crawler_in, "status").stderr
    assert "goes on with it" in frontier(crawler_in, "import", str(tmp_path / "f")).stdout
    ended = crawler_in.run(*words, DOWNLOAD_DELAY=0.05)
    assert ended.returncode == 0, ended.stderr
    assert site.reachable() <= set(pages(site))
    assert [path for path, times in Counter(pages(site)).items() if times > 1] == []
    assert "the crawl is finished" in frontier(crawler_in, "status").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("statsu",), "'statsu' is no subcommand"),
        (("status", "x", "y"), "one word too many"),
        (("requeue", "x"), "say what is to wait again"),
        (("export",), "say into which file"),
        (("drop",), "say what is to be dropped"),
    ],
)
def test_wrong_words_are_one_line_and_exit_2(crawler_in: Any, words: tuple[str, ...], said: str) -> None:
    done = frontier(crawler_in, *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
