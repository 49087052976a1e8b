"""A collection as one WACZ file (WACZ 1.1.1), for ReplayWeb.page and other viewers.

``archive/`` holds the WARC files as they are, stored without compression, so that a viewer can read a
record from its offset. ``indexes/index.cdx.gz`` is the CDXJ in gzip members of 1024 lines, and
``index.idx`` names the first key, offset and length of each. ``pages/pages.jsonl`` lists the captures
of each story under its title, story by story. ``datapackage.json`` has the SHA-256 of every file.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib.metadata import version
from itertools import groupby, islice
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from crawler.errors import NO_ROOM, PackageError
from crawler.model.collection import Collection
from crawler.model.timestamp import now
from pipelines import cdxj
from pipelines.files import replacing
from pipelines.lines import read_json_lines
from pipelines.records import Progress

_LINES_A_MEMBER = 1024
_PIECE = 1 << 20
_log = logging.getLogger(__name__)


class _Package:
    """A ZIP file being written, with the size and digest of each file that went in."""

    def __init__(self, zip_file: ZipFile, moment: datetime) -> None:
        self._zip = zip_file
        self._date = moment.timetuple()[:6]
        self.resources: list[dict[str, Any]] = []

    def add(self, path: str, pieces: Iterable[bytes], *, store: bool = False, size: int = 0) -> None:
        """Write a file piece by piece; `size`, if it is known, decides on ZIP64."""
        info = ZipInfo(path, self._date)
        info.compress_type = ZIP_STORED if store else ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        info.file_size = size
        digest, written = hashlib.sha256(), 0
        with self._zip.open(info, "w") as file:
            for piece in pieces:
                file.write(piece)
                digest.update(piece)
                written += len(piece)
        name = path.rpartition("/")[2].lower()
        label = f"sha256:{digest.hexdigest()}"
        self.resources.append({"name": name, "path": path, "hash": label, "bytes": written})


def package(collection: Collection, progress: Progress = lambda *_: None) -> Path:
    """Write ``wacz/NAME.wacz`` anew from what is finished; the path.

    A WARC that is still being written is left out, with a word in the log. Raises `PackageError`, and
    `OSError` where the disk is full.
    """
    warcs, created = _finished(collection), now()
    try:
        with replacing(collection.wacz) as file, ZipFile(file, "w") as zip_file:
            _fill(_Package(zip_file, created), collection, warcs, created, progress)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise
        raise PackageError(f"{collection.wacz} could not be written: {error}") from error
    return collection.wacz


def _finished(collection: Collection) -> list[Path]:
    for path in sorted(collection.archive.glob("*.warc.gz.open")):
        _log.warning("%s is still being written and is left out of the package", path.name)
    warcs = sorted(collection.archive.glob("*.warc.gz"))
    if not warcs:
        raise PackageError(
            f"collection {collection.name!r} has no finished WARC file",
            "wait for the end of the crawl, or run `scrapy collection repair`",
        )
    return warcs


def _fill(
    package: _Package,
    collection: Collection,
    warcs: list[Path],
    created: datetime,
    progress: Progress,
) -> None:
    idx: list[bytes] = []
    size = sum(path.stat().st_size for path in collection.indexes.glob("*.cdxj"))
    package.add("indexes/index.cdx.gz", _members(_index(collection), idx), store=True, size=size)
    package.add("indexes/index.idx", idx)
    for warc in warcs:
        package.add(
            f"archive/{warc.name}", _pieces(warc, progress), store=True, size=warc.stat().st_size
        )
    pages = _pages(collection)
    first = next(pages, None)
    package.add("pages/pages.jsonl", _page_lines(collection, first, pages))
    described = json.dumps(_description(collection, package, created, first), indent=2).encode()
    package.add("datapackage.json", [described])
    digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(described).hexdigest()}"}
    package.add("datapackage-digest.json", [json.dumps(digest, indent=2).encode()])


def _pieces(path: Path, progress: Progress) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
            progress(path, file.tell())


def _index(collection: Collection) -> Iterator[bytes]:
    """The lines of all index files in one order, each once.

    Without those that point at an original: ReplayWeb.page compares a line's moment with its record's,
    and shows the original, which is nearest, where there is no line.
    """
    with cdxj.SortedRuns(collection.indexes) as runs:
        for path in sorted(collection.indexes.glob("*.cdxj")):
            runs.add(path.open("rb"))
        lines = cdxj.playable(line for line, _ in groupby(runs.lines()))
        yield from (line for line in lines if not cdxj.is_played_by_another(line))


def _members(lines: Iterator[bytes], idx: list[bytes]) -> Iterator[bytes]:
    """The lines in gzip members; `idx` takes up the line of each member for ``index.idx``."""
    header = {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}
    idx.append(f"!meta 0 {json.dumps(header)}\n".encode())
    offset = 0
    while block := list(islice(lines, _LINES_A_MEMBER)):
        member = gzip.compress(b"".join(block), mtime=0)
        key = b" ".join(block[0].split(b" ", 2)[:2]).decode("utf-8", "replace")
        label = f"sha256:{hashlib.sha256(member).hexdigest()}"
        where = {"offset": offset, "length": len(member), "digest": label}
        idx.append(f"{key} {json.dumps(where)}\n".encode())
        offset += len(member)
        yield member


def _pages(collection: Collection) -> Iterator[dict[str, Any]]:
    """One page for each capture of a story, story by story, as ``stories.jsonl`` orders them."""
    seeds = _archived_seeds(collection)
    for story in read_json_lines(collection.graph / "stories.jsonl"):
        for capture in story["captures"]:
            page = {
                "id": hashlib.sha256(f"{capture['uri']} {capture['datetime']}".encode()).hexdigest()[
                    :16
                ],
                "url": capture["uri"],
                "ts": _to_the_second(capture["datetime"]),
                "title": story["title"] or capture["uri"],
            }
            yield page | ({"seed": True} if capture["uri"] in seeds else {})


def _archived_seeds(collection: Collection) -> set[str]:
    path = collection.reports / "seeds.json"
    if not path.is_file():
        return set()
    rows = json.loads(path.read_text(encoding="utf-8"))
    return {row["seed"] for row in rows if row["state"] == "archived"}


def _to_the_second(warc_date: str) -> str:
    """Viewers look a page up by the 14 digits of the index."""
    return warc_date[:19] + "Z"


def _page_lines(
    collection: Collection, first: dict[str, Any] | None, rest: Iterable[dict[str, Any]]
) -> Iterator[bytes]:
    header = {"format": "json-pages-1.0", "id": "pages", "title": f"The stories of {collection.name}"}
    for line in (header, *([first] if first else []), *rest):
        yield json.dumps(line, ensure_ascii=False).encode() + b"\n"


def _description(
    collection: Collection, package: _Package, created: datetime, first: dict[str, Any] | None
) -> dict[str, Any]:
    main = {"mainPageURL": first["url"], "mainPageDate": first["ts"]} if first else {}
    return {
        "profile": "data-package",
        "resources": package.resources,
        "title": collection.name,
        **main,
        "created": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "wacz_version": "1.1.1",
        "software": f"clew/{version('clew')}",
    }
