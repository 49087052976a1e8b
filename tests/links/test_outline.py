"""The outline of a page: which lines a box holds, and which address its links name."""

from __future__ import annotations

from crawler.links.drawing import outline
from crawler.links.outline import SEVERAL, Box, Outline
from crawler.links.tree import parse


def drawn(html: str) -> Outline:
    root = parse(html)
    assert root is not None
    return outline(root)


def around(box: Box) -> list[Box]:
    found = [box]
    while found[-1].parent is not None:
        found.append(found[-1].parent)
    return found


def test_each_box_ends_behind_its_last_line_and_the_outermost_behind_all() -> None:
    page = drawn("<div><p>One</p><p>Two</p></div><p>Three</p>")
    paragraph, division, *outer = around(page.lines[1].box)
    assert (paragraph.start, paragraph.end) == (1, 2)
    assert (division.start, division.end) == (0, 2)
    assert [(box.start, box.end) for box in outer] == [(0, 3)] * len(outer)


def test_a_box_knows_the_one_address_that_its_links_name() -> None:
    page = drawn('<div><p><a href="/a">A</a></p><p><a href="/a">Again</a></p></div><a href="/b">B</a>')
    paragraph, division, body, *_ = around(page.anchors[0].box)
    assert (paragraph.only, division.only, body.only) == ("/a", "/a", SEVERAL)


def test_text_beside_a_link_and_in_it() -> None:
    page = drawn('<p>Read also: <a href="/a">The <b>mayor</b> resigns</a> today</p>')
    link = page.anchors[0]
    assert (link.before, link.text, link.after.strip()) == ("Read also:", "The mayor resigns", "today")
    assert page.lines[link.line].plain == len("Read also:") + len("today")


def test_lines_without_links_have_none() -> None:
    page = drawn('<p>One</p><p><a href="/a">A</a></p><p>Two</p>')
    assert [len(line.anchors) for line in page.lines] == [0, 1, 0]
