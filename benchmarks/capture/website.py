"""A made-up site: pages in a tree, each with a picture; plain links, so that everybody finds all."""

from __future__ import annotations

import random
from collections.abc import Iterator

from benchmarks.capture.page import page, picture

ALONE = "/alone.html"
"""A page that leads nowhere: what a crawl of one page costs is what it costs to start."""
_CHILDREN = 10
_ACROSS = 20


def captures(pages: int) -> int:
    """Exchanges of a whole crawl: pages, their pictures, the logo and robots.txt."""
    return 2 * pages + 2


def path(number: int) -> str:
    """The path of a page; the first is the start page."""
    return f"/news/{number}.html" if number else "/"


def answers(pages: int) -> dict[bytes, bytes]:
    """Request target -> answer, head and body."""
    made = {one.encode(): _answer(kind, body) for one, kind, body in _resources(pages)}
    assert len(made) == captures(pages) + 1
    return made


def _resources(pages: int) -> Iterator[tuple[str, str, bytes]]:
    yield "/robots.txt", "text/plain", b"User-agent: *\nAllow: /\n"
    yield "/logo.png", "image/png", picture(pages, 4000)
    yield ALONE, "text/html; charset=utf-8", page(pages, [], [])
    for number in range(pages):
        pictures = ["/logo.png", f"/pictures/{number}.jpg"]
        yield path(number), "text/html; charset=utf-8", page(number, _links(number, pages), pictures)
        yield pictures[1], "image/jpeg", picture(number)


def _links(number: int, pages: int) -> list[str]:
    """The children of a page, and some pages elsewhere."""
    first = number * _CHILDREN + 1
    chance = random.Random(number)
    found = [
        *range(first, min(first + _CHILDREN, pages)),
        *(chance.randrange(pages) for _ in range(_ACROSS)),
    ]
    return [path(one) for one in dict.fromkeys(found)]


def _answer(kind: str, body: bytes) -> bytes:
    fields = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\nServer: bench\r\n"
    return f"HTTP/1.1 200 OK\r\nDate: Tue, 12 Mar 2024 10:00:00 GMT\r\n{fields}\r\n".encode() + body
