"""A run fetches the stories that are due again, and no other; what changed is due sooner than what did not."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.frontier.fingerprint import fingerprint
from crawler.frontier.item import Item
from crawler.model.collection import Collection
from crawler.store.client import Store
from tests.e2e.changing import ChangingSite, Page
from tests.e2e.conftest import SOON, Crawler, until

pytestmark = pytest.mark.slow

LINKS = ("/changing", "/steady", "/plain", "/2008/04/04/old", "/gone", "/data.json")


def text(words: str, *links: str) -> bytes:
    anchors = "".join(f'<a href="{link}">{link}</a> ' for link in links)
    return f"<html><title>{words}</title><p>{words * 40}</p>{anchors}</html>".encode()


@pytest.fixture
def site() -> Iterator[ChangingSite]:
    pages = {
        "/": Page(text("start", *LINKS)),
        "/changing": Page(text("old"), '"c1"'),
        "/steady": Page(text("steady"), '"s"'),
        "/plain": Page(text("plain")),
        "/2008/04/04/old": Page(text("of another time")),
        "/data.json": Page(b"{}", kind="application/json"),
    }
    with ChangingSite(pages) as served:
        yield served


async def intervals(collection: Collection) -> dict[str, tuple[int, float]]:
    """For each story that will be due: its interval, and the seconds from the run's begin to then."""
    store = (await Store.open_all("embedded:", collection, 4000))[0]
    key, found = store.keys, {}
    flat = await store.command("HGETALL", key("recrawl"))
    rows = flat.values() if isinstance(flat, dict) else flat[1::2]
    run = float(await store.command("HGET", key("crawl"), "run"))
    for row in rows:
        item = Item.decode(row.split(b"\n", 2)[2])
        due = float(await store.command("ZSCORE", key("due"), str(fingerprint(item.uri))))
        found["/" + item.uri.split("/", 3)[3]] = int(item.data["interval"]), (due - run) / 1000
    await store.close()
    return found


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_fetches_what_is_due(site: ChangingSite, tmp_path: Path, workers: int) -> None:
    crawler = Crawler(tmp_path / "collections")
    collection = Collection(crawler.folder, "news")
    all_here = threading.Event()
    site.before = lambda _path: all_here.wait(SOON)

    def crawl(**settings: object) -> list[tuple[str, int]]:
        begun = len(site.asked)
        all_here.clear()
        process = crawler.start(
            *(f"seeds={site.url}/", "collection=news", "follow=all", "hops=2"),
            **{
                "STORY_INTERVAL": 1,
                "DOWNLOAD_DELAY": 0,
                "ROBOTSTXT_OBEY": False,
                "WORKERS": workers,
                **settings,
            },
        )
        until(lambda: len(site.asked) > begun)
        until(
            lambda: len(crawler.status()["workers"]) == workers
        )  # who comes after the end begins a run
        all_here.set()
        _, said = process.communicate(timeout=SOON)
        assert process.returncode == 0, said
        return sorted((path, status) for path, _, _, status in site.asked[begun:])

    assert [path for path, _ in crawl()] == sorted(["/", *LINKS])
    first = asyncio.run(intervals(collection))
    assert {path: interval for path, (interval, _) in first.items()} == {
        "/changing": 1,
        "/steady": 1,
        "/plain": 1,
        "/2008/04/04/old": 2_592_000,
    }
    assert all(after >= interval for interval, after in first.values())

    time.sleep(1.1)
    site.pages["/changing"] = Page(text("new", "/found-later"), '"c2"')
    site.pages["/found-later"] = Page(text("later"))
    assert crawl() == [("/changing", 200), ("/found-later", 200), ("/plain", 200), ("/steady", 304)]
    second = asyncio.run(intervals(collection))
    assert {path: interval for path, (interval, _) in second.items()} == {
        "/found-later": 1,
        "/changing": 1,  # half as long, but never below the least
        "/steady": 2,
        "/plain": 2,  # the same payload, by a full answer
        "/2008/04/04/old": 2_592_000,
    }
    assert second["/2008/04/04/old"][1] < first["/2008/04/04/old"][1]  # what was not due stays as it was
    counts = crawler.captured("news")
    assert counts[f"{site.url}/changing"] == counts[f"{site.url}/steady"] == 2
    assert counts[f"{site.url}/"] == 1


def test_a_worker_without_the_setting_fetches_each_story_once(
    site: ChangingSite, tmp_path: Path
) -> None:
    crawler = Crawler(tmp_path / "collections")
    words = (f"seeds={site.url}/", "collection=news", "follow=all", "hops=1")
    assert crawler.run(*words, DOWNLOAD_DELAY=0).returncode == 0
    assert asyncio.run(intervals(Collection(crawler.folder, "news"))) == {}
