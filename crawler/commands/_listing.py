"""What ``scrapy collection list`` tells of a collection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.model.collection import Collection
from pipelines.report.crawl import size

_PIECE = 1 << 20


def describe(collection: Collection) -> dict[str, Any]:
    """Name, stories, captures, size in bytes, and when a crawl last wrote to the log (or None)."""
    logs = [path.stat().st_mtime for path in collection.logs.glob("crawl-*.log")]
    last = datetime.fromtimestamp(max(logs), UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if logs else None
    return {
        "name": collection.name,
        "stories": count_lines([collection.graph / "stories.jsonl"]),
        "captures": count_lines(collection.indexes.glob("*.cdxj")),
        "bytes": sum(path.stat().st_size for path in collection.archive.glob("*.warc.gz*")),
        "last_crawl": last,
    }


def count_lines(paths: Iterable[Path]) -> int:
    """Lines of all files together; a file that is not there has none."""
    total = 0
    for path in paths:
        if path.is_file():
            with path.open("rb") as file:
                total += sum(piece.count(b"\n") for piece in iter(lambda: file.read(_PIECE), b""))
    return total


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows for people, a collection a line."""
    width = max(len("name"), *(len(row["name"]) for row in rows))
    lines = [f"{'name':<{width}}  {'stories':>8}  {'captures':>9}  {'size':>10}  last crawl"]
    for row in rows:
        numbers = f"{row['stories']:>8}  {row['captures']:>9}  {size(row['bytes']):>10}"
        lines.append(f"{row['name']:<{width}}  {numbers}  {row['last_crawl'] or '-'}")
    return "\n".join(lines)
