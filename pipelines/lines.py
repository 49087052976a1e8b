"""Index, logs and JSON lines, read as streams; a line that is torn or malformed is passed over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crawler.errors import MalformedRecord
from crawler.model.cdxj import CdxjLine
from crawler.model.collection import Collection


def lines_of(path: Path) -> Iterator[tuple[int, bytes]]:
    """Offset and text of each whole line; a last line without its line end is torn, and left out."""
    offset = 0
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield offset, line[:-1]
            offset += len(line)


def read_json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Every JSON object of a file; nothing where there is no such file."""
    if not path.is_file():
        return
    for _, text in lines_of(path):
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if isinstance(line, dict):
            yield line


def read_logs(collection: Collection) -> Iterator[dict[str, Any]]:
    """Every line of ``crawl.log``, process by process (`crawler.model.log.LogLine`)."""
    for path in sorted(collection.logs.glob("crawl-*.log")):
        yield from read_json_lines(path)


def read_index(collection: Collection) -> Iterator[CdxjLine]:
    """Every line of the collection's index, file by file."""
    for path in sorted(collection.indexes.glob("*.cdxj")):
        for _, text in lines_of(path):
            try:
                yield CdxjLine.parse(text.decode("utf-8", "replace"))
            except MalformedRecord:
                continue
