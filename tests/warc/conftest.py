"""Captures of every kind, made by hand, and a sink that writes them."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.config import Config
from crawler.model.capture import Capture, DigestCheck, Source, Tls, Truncation
from crawler.model.collection import Collection
from crawler.model.octets import Octets
from pipelines.sink import CollectionSink

SITE = "http://news.example"
PAGE = b"<html><title>Herring</title>" + b"the herring is back " * 40 + b"</html>"
BEGUN = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


class Maker:
    """Makes captures of `SITE`, each a second after the last."""

    def __init__(self) -> None:
        self.moment = BEGUN

    def __call__(self, path: str, response: bytes | Octets, /, **more: Any) -> Capture:
        self.moment += timedelta(seconds=1)
        method = more.pop("method", "GET")
        request = f"{method} {path} HTTP/1.1\r\nHost: news.example\r\nAccept: */*\r\n\r\n".encode()
        fields: dict[str, Any] = {
            "uri": SITE + path,
            "method": method,
            "request": request,
            "response": Octets(response) if isinstance(response, bytes) else response,
            "started": self.moment,
            "elapsed_ms": 12,
            "peer": "192.0.2.7",
            **more,
        }
        return Capture(**fields)


def answer(body: bytes, *fields: str, status: str = "200 OK") -> bytes:
    """An answer with a Content-Length."""
    lines = (f"HTTP/1.1 {status}", "Content-Type: text/html", *fields, f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def chunked(body: bytes) -> bytes:
    """An answer in two chunks."""
    half = len(body) // 2
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    parts = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:half], body[half:]))
    return head + parts + b"0\r\n\r\n"


def every_kind(make: Maker) -> dict[str, Capture]:
    """One capture of each kind; `again` and `exchange` have payloads that came before."""
    zipped = gzip.compress(PAGE + b"zipped", mtime=0)
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
    old = answer(b"<p>as it was in 2008</p>", "X-Old: yes")
    return {
        "plain": make("/plain", answer(PAGE), via=SITE + "/", path="L"),
        "chunked": make("/chunked", chunked(PAGE + b"chunks")),
        "gzip": make("/gzip", answer(zipped, "Content-Encoding: gzip")),
        "head": make("/head", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", method="HEAD"),
        "unchanged": make("/304", b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n'),
        "cut": make(
            "/cut",
            b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nshort",
            truncated=Truncation.DISCONNECT,
            failure="closed before the end",
        ),
        "interim": make("/interim", answer(b"after the hints"), interim=(early,)),
        "tls": make(
            "/tls", answer(b"secret"), tls=Tls("tls/1.3", "TLS_AES_128_GCM_SHA256"), peer="2001:DB8::1"
        ),
        "redacted": make("/redacted", answer(b"for members"), redacted=("Cookie",)),
        "nothing": make("/nothing", b"", failure="closed without an answer", path="L"),
        "again": make("/again", answer(PAGE, "X-Visit: 2")),
        "memento": make(
            "/memento",
            old,
            request=b"",
            peer=None,
            started=datetime(2008, 4, 4, 13, 54, tzinfo=UTC),
            source=Source(
                "http://archive.example/web/20080404135400id_/" + SITE + "/memento",
                BEGUN,
                archive_headers=((b"Memento-Datetime", b"Fri, 04 Apr 2008 13:54:00 GMT"),),
                digest_check=DigestCheck.VERIFIED,
            ),
        ),
        "exchange": make("/web/exchange", answer(b"<p>as it was in 2008</p>", "Memento-Datetime: x")),
    }


@pytest.fixture
def make() -> Maker:
    return Maker()


@pytest.fixture
def page(make: Maker) -> Callable[..., Capture]:
    """Makes a capture of a page of its own; `size` pseudo-random bytes do not shrink."""

    def capture(number: int, size: int = 200) -> Capture:
        return make(f"/page/{number}", answer(random.Random(number).randbytes(size)))

    return capture


@pytest.fixture
def kinds(make: Maker) -> dict[str, Capture]:
    return every_kind(make)


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return Collection(tmp_path, "news")


@pytest.fixture
def sink(collection: Collection) -> Iterator[CollectionSink]:
    made = CollectionSink(collection, Config(operator="A. Tester (mailto:a@example.org)"))
    yield made
    made.close()
