"""One walk as a process, and what it left in its collection."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from crawler.model.message import Message
from pipelines.records import Hole, Record, walk

ROOT = Path(__file__).parents[2]
_SETTINGS = {"ALLOW_PRIVATE_ADDRESSES": "127.0.0.0/8", "DOWNLOAD_DELAY": 0.01, "LOG_LEVEL": "WARNING"}

Capture = tuple[str, str, str, int | None]
"""URI-R, WARC-Date, payload digest, status: what two walks should have in common."""
Edge = tuple[str, str, str, str, str]
"""From, to, class, status, datetime of the target or empty."""


@dataclass(frozen=True)
class Walked:
    """What a walk came to. `checks` counts captures by their digest check."""

    name: str
    seconds: float
    pages: int
    captures: frozenset[Capture]
    checks: Counter[str]
    edges: tuple[Mapping[str, Any], ...]
    coherence: Mapping[str, Any]

    @property
    def scores(self) -> Mapping[Edge, float]:
        """The edges, as far as two walks should have them in common, with their scores.

        Those depend a little on which pages of the site were read before (docs/learning.md).
        """
        return {
            (one["from"], one["to"], one["class"], one["status"], one.get("to_datetime", "")): one[
                "score"
            ]
            for one in self.edges
        }


def crawl(
    folder: Path,
    name: str,
    spider: str,
    words: Sequence[str],
    env: Mapping[str, str] | None = None,
    settings: Mapping[str, object] = MappingProxyType({}),
) -> Walked:
    """Run ``scrapy crawl SPIDER`` into a collection of its own. Raises `CalledProcessError`."""
    settings = {**_SETTINGS, "COLLECTIONS_DIR": folder, **settings}
    command = [sys.executable, "-m", "scrapy", "crawl", spider, "-a", f"collection={name}"]
    command += [piece for word in words for piece in ("-a", word)]
    command += [piece for item in settings.items() for piece in ("-s", "{}={}".format(*item))]
    start = time.perf_counter()
    ended = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if ended.returncode:
        sys.stderr.write(ended.stderr)
        ended.check_returncode()
    return _walked(folder / name, name, seconds)


def _walked(collection: Path, name: str, seconds: float) -> Walked:
    captures: set[Capture] = set()
    checks: Counter[str] = Counter()
    for record in _records(collection):
        if record.type in ("response", "revisit") and record.get("WARC-Source-URI"):
            captures.add(_capture(record))
        elif record.type == "metadata":
            checks.update(_checks(record))
    stories = _lines(collection / "graph" / "stories.jsonl")
    return Walked(
        name,
        seconds,
        sum(len(story["captures"]) for story in stories),
        frozenset(captures),
        checks,
        tuple(_lines(collection / "graph" / "edges.jsonl")),
        json.loads((collection / "reports" / "coherence.json").read_text()),
    )


def _records(collection: Path) -> Iterator[Record]:
    for path in sorted((collection / "archive").glob("*.warc.gz")):
        for found in walk(path):
            if isinstance(found, Hole):
                raise AssertionError(f"{path}: {found}")
            yield found


def _capture(record: Record) -> Capture:
    status = Message.parse(record.head_of_block()).status
    return record.uri, record.get("WARC-Date"), record.get("WARC-Payload-Digest"), status


def _checks(record: Record) -> list[str]:
    lines = record.head_of_block().decode("utf-8", "replace").splitlines()
    return [line.partition(": ")[2] for line in lines if line.startswith("digestCheck: ")]


def _lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
