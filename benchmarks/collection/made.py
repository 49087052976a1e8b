"""Collections of a given size: pages that compress, pictures that do not, and a few long bodies."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.capture.page import page, picture
from crawler.config import Config
from crawler.model.capture import Capture
from crawler.model.collection import Collection
from crawler.model.octets import Octets, Spool, SpoolLimits
from pipelines.warc.exchange import drafts
from pipelines.warc.file import WarcFile

GIGABYTE = 1_000_000_000
_PICTURE = 300_000
_LONG = (100_000_000, 200_000_000, 500_000_000)
"""Bytes of the long bodies; each comes once in three gigabytes."""
_KINDS = 100
"""Pages of a text of their own; all others have a mark of their own in it."""
_PIECE = 1 << 20


def one_file(folder: Path, name: str, size: int) -> Collection:
    """A collection of one WARC of about `size` bytes, without an index."""
    return _written(Collection(folder, name), size, Config(warc_size=2 * size), _LONG)


def many_files(folder: Path, name: str, count: int, size: int = 1_000_000) -> Collection:
    """A collection of about `count` WARCs of `size` bytes, without an index."""
    return _written(Collection(folder, name), count * size, Config(warc_size=size), ())


def _written(collection: Collection, size: int, config: Config, long: tuple[int, ...]) -> Collection:
    collection.make_folders()
    file = WarcFile(collection, config, ("host", 1), (), lambda path: None)
    written = 0
    for capture in _captures(long, collection.path):
        payload = capture.measured(config.warc_digest)
        file.turn()
        file.append(drafts(capture, payload, None, config.warc_digest))
        # What a page takes in a WARC is about a quarter.
        written += len(capture.response) // (4 if capture.uri.endswith("html") else 1)
        if written >= size:
            break
    file.finish()
    return collection


def _captures(long: tuple[int, ...], folder: Path) -> Iterator[Capture]:
    """Without an end: pages and pictures in turn, and a long body in each gigabyte."""
    pages = [page(number, [], ["/picture.jpg"]) for number in range(_KINDS)]
    image = picture(0, _PICTURE)
    due = 0
    for number in range(1 << 40):
        text = pages[number % _KINDS] + b"<!-- %08d -->\n" % number
        yield _capture(f"news/{number}.html", b"text/html; charset=utf-8", [text])
        yield _capture(f"pictures/{number}.jpg", b"image/jpeg", [image, b"%08d" % number])
        if long and number * _PICTURE >= due:
            length = long[due // GIGABYTE % len(long)]
            limits = SpoolLimits(folder=folder)
            yield _capture(f"films/{number}.mp4", b"video/mp4", _film(number, length), limits)
            due += GIGABYTE


def _film(number: int, length: int) -> Iterator[bytes]:
    piece = random.Random(number).randbytes(_PIECE)
    for _ in range(length // _PIECE):
        yield piece


def _capture(
    path: str, kind: bytes, body: Iterable[bytes], limits: SpoolLimits | None = None
) -> Capture:
    stored = Spool.of(body, limits or SpoolLimits())
    head = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (kind, len(stored))
    answer = Octets(head + bytes(stored)) if limits is None else _joined(head, stored, limits)
    return Capture(
        uri=f"https://news.example.org/{path}",
        method="GET",
        request=f"GET /{path} HTTP/1.1\r\nHost: news.example.org\r\n\r\n".encode(),
        response=answer,
        started=datetime.now(UTC),
        elapsed_ms=120,
        peer="192.0.2.1",
    )


def _joined(head: bytes, stored: Octets, limits: SpoolLimits) -> Octets:
    spool = Spool(limits)
    spool.append(head)
    for piece in stored.pieces():
        spool.append(piece)
    return spool.octets()
