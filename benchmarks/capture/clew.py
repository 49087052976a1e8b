"""Clew's ways of writing, from the outside."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Iterable
from pathlib import Path

from benchmarks.capture.samples import Sample
from crawler.config import Config
from crawler.model.capture import Capture
from crawler.model.collection import Collection
from crawler.model.octets import Octets
from pipelines.sink import CollectionSink
from pipelines.warc.exchange import drafts
from pipelines.warc.file import WarcFile

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


def write_pairs(samples: Iterable[Sample], folder: Path) -> None:
    """Response and request record alone, as warcio writes them."""
    _append(samples, folder, 2)


def write_records(samples: Iterable[Sample], folder: Path) -> None:
    """With the metadata record of each capture."""
    _append(samples, folder, None)


def write_captures(samples: Iterable[Sample], folder: Path) -> None:
    """With deduplication, log and index, and an fsync at the end."""
    asyncio.run(_capture_all(samples, folder))


async def _capture_all(samples: Iterable[Sample], folder: Path) -> None:
    sink = CollectionSink(Collection(folder, "bench"), Config(collections_dir=folder))
    for one in samples:
        await sink.capture_once(_capture(one))
    await sink.sync()
    sink.close()


def _append(samples: Iterable[Sample], folder: Path, count: int | None) -> None:
    config, collection = Config(collections_dir=folder), Collection(folder, "bench")
    collection.make_folders()
    file = WarcFile(collection, config, ("host", 1), (), lambda path: None)
    for one in samples:
        capture = _capture(one)
        payload = capture.measured(config.warc_digest)
        file.append(drafts(capture, payload, None, config.warc_digest)[:count])
    file.finish()


def _capture(one: Sample) -> Capture:
    return Capture(
        uri=one.uri,
        method="GET",
        request=one.request,
        response=Octets(one.head + one.body),
        started=one.started,
        elapsed_ms=120,
        peer="192.0.2.1",
        via="https://news.example.org/",
        path="L",
    )
