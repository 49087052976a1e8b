"""``scrapy frontier export|import``: a frontier as a file, and back."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from crawler.commands._common import print_json
from crawler.config import Config
from crawler.errors import of_the_disk
from crawler.frontier.exporting import export
from crawler.frontier.importing import import_
from crawler.frontier.transfer import Header, header_of
from crawler.model.collection import Collection
from pipelines.report.crawl import count, size

_EVERY = 0.5
_CLEAR = "\r\x1b[K"


class _Lines:
    """One line on a terminal that says how many lines of the file are done."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _EVERY
        self._shown = False

    def __call__(self, lines: int) -> None:
        if time.monotonic() < self._next or not sys.stderr.isatty():
            return
        print(f"{_CLEAR}{lines:,} lines", end="", file=sys.stderr, flush=True)
        self._next, self._shown = time.monotonic() + _EVERY, True

    def clear(self) -> None:
        if self._shown:
            print(_CLEAR, end="", file=sys.stderr, flush=True)


def export_frontier(collection: Collection, config: Config, as_json: bool, path: Path) -> None:
    """Write a frontier to `path`."""
    lines = _Lines()
    try:
        header = asyncio.run(export(config, collection, path, lines))
    except OSError as error:
        raise of_the_disk(path, error) from error
    finally:
        lines.clear()
    octets = path.stat().st_size
    if as_json:
        print_json({**_document(collection, header, path), "file_bytes": octets})
    else:
        print(f"{path}: the frontier of {collection.name}, {_said(header)}, {size(octets)}")


def import_frontier(name: str, config: Config, as_json: bool, path: Path, *, sure: bool) -> None:
    """Make the frontier of `path` the one of the collection `name`, or of the one that it was."""
    collection = Collection(config.collections_dir, name or header_of(path).collection)
    lines = _Lines()
    try:
        header = asyncio.run(import_(config, collection, path, lines, sure=sure))
    finally:
        lines.clear()
    collection.make_folders()
    if as_json:
        print_json(_document(collection, header, path))
    else:
        print(f"{collection.name}: {_said(header)}; `scrapy crawl` goes on with it")


def _document(collection: Collection, header: Header, path: Path) -> dict[str, object]:
    return {
        "collection": collection.name,
        "file": str(path),
        "exported": header.exported,
        "generation": header.generation,
        "waiting": _waiting(header),
        **header.counters,
    }


def _said(header: Header) -> str:
    done, dead = header.counters["done"], header.counters["dead"]
    return f"{count(_waiting(header), 'URL')} waiting, {done:,} done, {dead:,} given up"


def _waiting(header: Header) -> int:
    counters = header.counters
    return counters["added"] - counters["done"] - counters["dead"]
