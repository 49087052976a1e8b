"""What one worker learns of a site every worker knows: a block that never changes is found out."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.model.collection import Collection
from crawler.store.client import Store
from tests.e2e.changing import ChangingSite, Page
from tests.e2e.conftest import Crawler

pytestmark = pytest.mark.slow

Edge = dict[str, Any]
STORIES = 40
TOPICS = ["harbour", "tunnel", "orchard", "library", "museum", "stadium", "railway", "quarry"]
RAIL = ("ten-lovely-places-for-a-weekend", "these-recipes-are-for-cold-days", "how-to-win-a-bicycle-now")


def story(number: int) -> bytes:
    """A story with one block that is chosen for it, and one that every story has."""
    topic, other = TOPICS[number % 8], (number + 8) % STORIES
    rail = "".join(
        f'<li><a href="/2024/05/{name}-1000{n}">{name.replace("-", " ").capitalize()}</a></li>'
        for n, name in enumerate(RAIL)
    )
    text = (
        f"The {topic} of the town has seen its best days, and the council knows it only too well. " * 9
    )
    return (
        f"<html><head><title>What becomes of the {topic}, part {number}</title></head><body><article>"
        f"<h1>What becomes of the {topic}, part {number}</h1><p>{text}</p>"
        f'<div class="chosen"><h2>See also</h2><ul><li><a href="/2024/05/what-becomes-of-the-{topic}-{other}">'
        f"What becomes of the {topic}, part {other}</a></li></ul></div></article>"
        f'<aside class="rail"><h2>See also</h2><ul>{rail}</ul></aside></body></html>'
    ).encode()


@pytest.fixture
def site() -> Iterator[ChangingSite]:
    pages = {f"/2024/05/what-becomes-of-the-{TOPICS[n % 8]}-{n}": Page(story(n)) for n in range(STORIES)}
    with ChangingSite(pages) as served:
        yield served


def crawl(site: ChangingSite, folder: Path, paths: list[str], **settings: object) -> list[Edge]:
    """The edges of a collection after one more worker has read these pages."""
    seeds = folder / "seeds.txt"
    seeds.write_text("".join(f"{site.url}{path}\n" for path in paths))
    crawler = Crawler(folder)
    done = crawler.run(
        *(f"seeds={seeds}", "collection=news", "hops=0"),
        **{"DOWNLOAD_DELAY": 0, "ROBOTSTXT_OBEY": False, **settings},
    )
    assert done.returncode == 0, done.stderr
    return crawler.lines("news", "graph/edges.jsonl")


def everywhere(found: list[Edge]) -> list[Edge]:
    """The edges to links that stand on every page."""
    return [edge for edge in found if any(name in edge["to"] for name in RAIL)]


async def counted(collection: Collection) -> int:
    """Pages of the site that the server has counted."""
    store = (await Store.open_all("embedded:", collection, 4000))[0]
    await store.reach(10)
    number = await store.command("HGET", store.keys.learned("127.0.0.1"), "n")
    await store.close()
    return int(number or 0)


def test_a_page_alone_believes_its_headings(site: ChangingSite, tmp_path: Path) -> None:
    found = crawl(site, tmp_path, list(site.pages), LEARN=False)
    assert len(found) == 4 * STORIES
    assert len(everywhere(found)) == 3 * STORIES


def test_what_one_worker_learnt_the_next_one_knows(site: ChangingSite, tmp_path: Path) -> None:
    first, second = list(site.pages)[:25], list(site.pages)[25:]
    found = crawl(site, tmp_path, first)
    assert everywhere(found)
    found = [
        edge for edge in crawl(site, tmp_path, second) if edge["from"].removeprefix(site.url) in second
    ]
    assert everywhere(found) == [], "from its first page on"
    assert len(found) == len(second), "what changes from page to page is believed as before"
    told = {int(n) for edge in found for n in re.findall(r"links on (\d+) pages", str(edge["reasons"]))}
    assert min(told) >= 20
    assert asyncio.run(counted(Collection(tmp_path, "news"))) == STORIES
