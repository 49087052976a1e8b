"""Originals that the operator deleted or cut, before a crawl and in its middle: all is kept in full again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.e2e.agreement import read_warc
from tests.e2e.changing import Page
from tests.e2e.recrawling import Recrawled, recrawling, revisits

pytestmark = pytest.mark.slow


def warcs(crawled: Recrawled) -> list[Path]:
    return sorted(crawled.collection.archive.glob("*.warc.gz"))


def text(words: str) -> bytes:
    return f"<html><title>{words}</title>".encode() + os.urandom(2000).hex().encode()


def test_what_was_lost_is_captured_in_full_and_nothing_refers_to_it(tmp_path: Path) -> None:
    pages = {
        "/tagged": Page(text("tagged"), '"1"'),
        "/plain": Page(text("plain")),
        "/last": Page(text("last"), '"2"'),
    }
    with recrawling(tmp_path, pages) as crawled:
        site = crawled.site
        crawled.crawl(*pages)
        (first,) = warcs(crawled)

        site.before = lambda path: first.unlink() if path == "/tagged" and first.exists() else None
        crawled.crawl(*pages)
        site.before = lambda path: None
        assert crawled.asked("/tagged")[1] == [('"1"', 304), ("", 200)], "gone while it was asked for"
        assert crawled.asked("/last")[1] == [("", 200)], "gone before it was asked for"
        assert revisits(crawled.records) == []

        crawled.crawl(*pages)
        assert [one.uri.removeprefix(site.url) for one in revisits(crawled.records)] == list(pages)

        second, third = warcs(crawled)
        third.unlink()
        (*_, cut) = (
            one for one in crawled.records if one.kind == "response" and one.file == second.name
        )
        assert cut.uri.endswith("/tagged"), "asked for again at the end"
        with second.open("r+b") as file:
            file.truncate(cut.offset + 1000)  # inside its block
        crawled.crawl(*pages)
        assert crawled.asked("/tagged")[3] == [('"1"', 304), ("", 200)]
        assert crawled.asked("/last")[3] == [('"2"', 304)]
        fourth = warcs(crawled)[-1]
        held = [one for one in read_warc(fourth) if one.kind in ("response", "revisit")]
        assert [(one.kind, one.block[9:12]) for one in held if one.uri == cut.uri] == [
            ("response", b"304"),
            ("response", b"200"),
        ]
        assert [one.kind for one in held if one.uri != cut.uri].count("revisit") == 2
