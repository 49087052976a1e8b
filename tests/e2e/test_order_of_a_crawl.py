"""Within a host the best goes first: requisites, then what is near, related and new."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e.changing import ChangingSite, Page
from tests.e2e.conftest import Crawler

pytestmark = pytest.mark.slow

STORY = "<p>" + "The ferry did not leave the harbour on Friday, and nobody could say why. " * 8 + "</p>"


def story(title: str, *, related: tuple[str, ...] = (), others: tuple[str, ...] = ()) -> bytes:
    items = "".join(f'<li><a href="{to}">The ferry and the harbour, {to}</a></li>' for to in related)
    block = f"<div class='related'><h3>See also</h3><ul>{items}</ul></div>" if related else ""
    rest = "".join(f'<div><a href="{to}">{to}</a></div>' for to in others)
    head = f"<title>{title}</title><link rel=stylesheet href=/style.css>"
    return f"<html><head>{head}</head><body><h1>{title}</h1>{STORY}{block}{rest}</body></html>".encode()


def day(days_ago: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days_ago)).strftime("/%Y/%m/%d")


def test_a_walk_takes_requisites_first_then_related_then_new(tmp_path: Path) -> None:
    new, lately, old = (f"{day(ago)}/a-story-of-the-ferry-{ago}" for ago in (3, 200, 2000))
    other_new, other_old = f"{day(3)}/elsewhere", f"{day(2000)}/elsewhere"
    pages = {path: Page(story(path)) for path in (lately, old, other_new, other_old, "/further")}
    pages |= {
        "/": Page(story("The ferry", related=(old, lately, new), others=(other_old, other_new))),
        new: Page(story("The ferry leaves", others=("/further",))),
        "/style.css": Page(b"p {}", kind="text/css"),
    }
    with ChangingSite(pages) as site:
        crawler = Crawler(tmp_path / "collections")
        done = crawler.run(
            *(f"seeds={site.url}/", "collection=news", "follow=all"),
            **{"DOWNLOAD_DELAY": 1, "ROBOTSTXT_OBEY": False},  # one by one: all links are told in time
        )
        assert done.returncode == 0, done.stderr
        asked = [path for path, *_ in site.asked]
    assert asked == ["/", "/style.css", new, lately, old, other_new, other_old, "/further"]
