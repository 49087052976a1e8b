"""What is asked with a condition, and what is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from scrapy import Request

from crawler.config import Config
from crawler.download.condition import Conditions, confirmed
from crawler.model.capture import Capture
from crawler.model.message import Message
from crawler.model.octets import Octets, SpoolLimits
from crawler.model.original import Original, Visit

URI = "http://news.example/"
VISIT = Visit(b'"1"', b"Tue, 24 Nov 2026 05:00:00 GMT", "", Original("", URI, datetime.now(UTC), "", 0))
BOTH = {"If-None-Match": [VISIT.etag], "If-Modified-Since": [VISIT.last_modified]}


class Visited:
    """A sink that knows every URL."""

    async def visit(self, uri: str) -> Visit:
        return VISIT

    def stored(self, original: Original) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n"
        for _ in range(100):
            yield bytes(1 << 16)
        raise AssertionError("all of a long answer was read")


async def asked(request: Request, **settings: object) -> dict[str, list[bytes]]:
    """The conditions with which a request goes out."""
    conditions = Conditions(Config(**settings), Visited(), SpoolLimits())
    put = await conditions.put(request)
    found = {name: request.headers.getlist(name) for name in BOTH if name in request.headers}
    assert (put is not None) == bool(found) == (request.meta.get("conditional") is True)
    return found


async def test_a_page_that_is_known_is_asked_for_with_both_validators():
    assert await asked(Request(URI)) == BOTH


@pytest.mark.parametrize(
    "request_",
    [
        Request(URI, method="HEAD"),
        Request(URI, meta={"memento": object()}),
        Request(URI, meta={"conditional": False}),
        Request(URI, headers={"Range": "bytes=0-9"}),
    ],
    ids=["HEAD", "an archive", "a retry or robots.txt", "a condition of the spider's own"],
)
async def test_what_goes_out_without_one(request_):
    assert await asked(request_) == {}


async def test_the_switch():
    assert await asked(Request(URI), conditional_requests=False) == {}


def test_of_a_long_original_a_spider_gets_the_beginning():
    conditions = Conditions(Config(page_maxsize=1 << 20), Visited(), SpoolLimits())
    head = Octets(b"HTTP/1.1 304 Not Modified\r\n\r\n")
    found = conditions.read(
        Capture(URI, "GET", b"", head, VISIT.original.date, 1, unchanged=VISIT), 1 << 20
    )
    assert (found.capture.status, len(found.body)) == (200, 1 << 20)
    assert found.flags == ["partial", "not-modified"]


@pytest.mark.parametrize(
    ("sent", "came", "about_it"),
    [
        ('"a"', '"a"', True),
        ('"a"', "", True),
        ("", '"a"', True),
        ('W/"a"', '"a"', True),
        ('"a"', 'W/"a"', True),
        ('"a-gzip"', '"a"', True),
        ('"a;gzip"', '"a"', True),
        ('W/"a--br"', '"a"', True),
        ('"a"', '"b"', False),
        ('"a-gzip"', '"b-gzip"', False),
        ('"a-1"', '"a"', False),
    ],
)
def test_a_304_is_about_the_tag_that_was_sent(sent, came, about_it):
    visit = Visit(sent.encode(), b"", "", VISIT.original)
    head = f"HTTP/1.1 304 Not Modified\r\n{came and 'ETag: ' + came}\r\n\r\n"
    assert (confirmed(Message.parse(head.encode()), visit) is visit) is about_it
