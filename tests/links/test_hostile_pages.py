"""No bytes make the reader raise, and none make it run on: depth, length and number are bounded."""

import random

import pytest

from crawler.links import teaser
from crawler.links.drawing import MAX_ANCHORS, MAX_LINES, outline
from crawler.links.page import Page, read_page
from crawler.links.tree import MAX_BYTES, parse

URI = "http://a.example/news/story-12345.html"
LINK = b'<a href="/news/other-story-67890.html">Another story of today</a>'


def everything(body: bytes, content_type: str = "") -> Page:
    page = read_page(body, URI, content_type)
    page.links(), page.related(), page.requisites(), page.facts, page.sketch
    return page


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \r\n\t ",
        b"\x00",
        b"\x00" * 1000,
        b"<!-- only a comment -->",
        b"<!-- never closed",
        b"<",
        b"<a",
        b"<a href=",
        b"</p></div></html>",
        b"<?xml version='1.0' encoding='utf-16'?>",
        b"<!DOCTYPE html>",
        b"\xff\xfe",
        b"\xfe\xff\x00",
        b"\xef\xbb\xbf",
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00",
        b"%PDF-1.4\n%\xe2\xe3\xcf\xd3",
        b"plain text, no page at all",
        b'<base href="http://["><a href="/x">x</a>',
        b'<a href="http://[::1">x</a><img src="//[">',
        b'<a href="http://a.example:99999999/">x</a><link rel=canonical href="http://a:b/">',
        b'<meta http-equiv=refresh content="0;url=javascript:alert(1)">',
        b'<html xmlns:x="y"><x:y><a x:href="/z">z</a></x:y>',
        b"<a href='/\xed\xa0\x80'>lone surrogate</a>",
        b"<p>&#x110000;&#0;&#xD800;</p>" + LINK,
    ],
)
def test_odd_bytes_are_read_without_a_word(body: bytes) -> None:
    everything(body)
    everything(body, "text/html; charset=utf-16")


def test_random_bytes_and_broken_markup() -> None:
    chance = random.Random(2008)
    pieces = [
        b"<a href='/x-1'>",
        b"</a>",
        b"<h2>Related",
        b"<div class=related>",
        b"</div>",
        b"<br>",
        b"\x00",
        b"<p>",
    ]
    for _ in range(200):
        everything(chance.randbytes(chance.randrange(400)))
        everything(b"".join(chance.choice(pieces) for _ in range(chance.randrange(60))))


def test_a_hundred_thousand_nested_elements() -> None:
    page = everything(LINK + b"<div>" * 100_000 + LINK)
    assert [link.uri for link in page.links()] == ["http://a.example/news/other-story-67890.html"]


def test_old_pages_that_never_close_a_font_are_read_to_their_end() -> None:
    assert len(everything(b"<font><b>" * 400 + LINK).links()) == 1


def test_links_beyond_the_bound_are_not_read() -> None:
    body = b"".join(b'<a href="/story-%d">A story of today</a> ' % n for n in range(100_000))
    assert len(everything(body).links()) == MAX_ANCHORS


def test_lines_beyond_the_bound_are_not_read_and_their_boxes_are_closed() -> None:
    root = parse("<div><h2>Related</h2>" + "<p>A line" * (MAX_LINES + 10) + "</div>")
    assert root is not None
    read = outline(root)
    assert len(read.lines) == MAX_LINES
    around = read.lines[0].box.parent
    assert around is not None
    assert (around.tag, around.end) == ("div", MAX_LINES)


@pytest.mark.parametrize(
    "body",
    [
        b"<p>" + b"x" * 4_000_000 + LINK,
        LINK * 30_000,
        b"<h2>Related</h2>" * 100_000 + LINK,
        b"<div><h3>Analysis</h3>" * 2000 + (b"<p>" + LINK) * 20_000,
        b"<p class='" + b"related " * 200_000 + b"'>" + LINK,
        b"<a href='/" + b"a-" * 500_000 + b"'>x</a>" + LINK,
        b"<img srcset='" + b", " * 500_000 + b"'>",
        b"<img srcset='" + b"a 1x," * 200_000 + b"'>",
        b"<meta " + b"charset" * 300_000 + LINK,
        b"<div>x</div>" * 600_000 + LINK,
        b"<b>" + b"Read more: " * 300_000 + LINK,
    ],
    ids=lambda body: body[:24].decode(),
)
@pytest.mark.timeout(60)
def test_pages_made_to_be_slow_end(body: bytes) -> None:
    everything(body)


def test_what_follows_eight_mebibytes_is_not_read() -> None:
    page = everything(b"<p>" + b"x" * MAX_BYTES + LINK)
    assert page.truncated
    assert page.links() == []
    assert not everything(LINK).truncated


@pytest.mark.parametrize("end", [b"</html>", b"</BODY></HTML >", b"</body>\n"])
def test_what_stands_behind_the_end_of_a_page_is_read(end: bytes) -> None:
    page = read_page(b"<html><body><p>x</p>" + end + b"<h2>Related</h2>" + LINK + end, URI)
    assert [link.uri for link in page.links()] == ["http://a.example/news/other-story-67890.html"]


def test_a_card_of_many_links_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    counted, count = 0, teaser.words

    def words(text: str) -> int:
        nonlocal counted
        counted += 1
        return count(text)

    monkeypatch.setattr(teaser, "words", words)
    button = b'<a href="/news/other-story-67890.html"><img></a>'
    everything(b'<a href="/">Home</a><div>Another story of today<br>' + button * 2000 + b"</div>")
    assert 2000 < counted < 10_000
