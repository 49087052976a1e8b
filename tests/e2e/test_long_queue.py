"""A crawl whose queue lies on disk for the most part archives everything, or says what was lost."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.conftest import Crawler, until
from tests.e2e.misbehaviours import answer, html, says
from tests.e2e.truthful import Site, TruthfulServer

pytestmark = pytest.mark.slow
PAGES = 1200
SETTINGS: dict[str, Any] = {"QUEUE_MOST": 16, "DOWNLOAD_DELAY": 0}


@pytest.fixture
def wide() -> Iterator[Site]:
    """A page that links to 1200 others, which link to nothing."""
    paths = [f"/page{n}" for n in range(PAGES)]
    scripts = {path: says(answer(html())) for path in paths}
    scripts |= {
        "/robots.txt": says(answer(b"", kind="text/plain")),
        "/start": says(answer(html(*paths))),
    }
    with TruthfulServer({"wide": Site(scripts, None)}) as server:
        yield server.sites["wide"]


def words(site: Site) -> tuple[str, ...]:
    return (f"seeds={site.url}/start", "collection=x", "follow=all")


def asked(site: Site) -> list[str]:
    return [exchange.path for exchange in site.exchanges if exchange.path.startswith("/page")]


def test_what_lay_on_disk_is_fetched_once_and_in_order(wide: Site, crawler_in: Crawler) -> None:
    crawl = crawler_in.start(*words(wide), **SETTINGS)
    overflow = crawler_in.folder / "x" / "frontier" / "overflow"
    until(lambda: list(overflow.glob("*.seg")))
    _, said = crawl.communicate(timeout=100)
    assert crawl.returncode == 0, said
    assert asked(wide) == [f"/page{n}" for n in range(PAGES)]


def test_a_lost_file_ends_the_crawl_with_exit_8_and_what_to_do(wide: Site, crawler_in: Crawler) -> None:
    crawl = crawler_in.start(*words(wide), **SETTINGS | {"DOWNLOAD_DELAY": 1})
    overflow = crawler_in.folder / "x" / "frontier" / "overflow"
    until(lambda: list(overflow.glob("*.seg")))
    time.sleep(0.5)
    crawl.send_signal(signal.SIGINT)
    _, said = crawl.communicate(timeout=60)
    assert crawl.returncode == 11, said
    for file in overflow.glob("*.seg"):
        file.unlink()
    again = crawler_in.run(*words(wide), **SETTINGS)
    assert again.returncode == 8, again.stderr
    lines = [line for line in again.stderr.splitlines() if "scrapy frontier rebuild" in line]
    assert lines
    assert lines[-1].startswith("clew: ")
    assert 0 < len(asked(wide)) < PAGES
