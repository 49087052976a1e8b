"""Real pages to read, from any folders of ``.html`` and ``.html.gz`` files."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "related-links" / "html"
"""The labelled pages, which lie beside the checkout and are no part of the project."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One page: its file's name, its address, and its bytes, content coding removed."""

    name: str
    uri: str
    body: bytes


def samples(folders: Iterable[Path]) -> list[Sample]:
    """The pages below `folders`, in the order of their names; one that is empty is left out."""
    found = []
    for folder in folders:
        known = _addresses(folder.parent / "gold.jsonl")
        for path in sorted(folder.rglob("*.html*")):
            name = path.name.removesuffix(".gz").removesuffix(".html")
            uri = known.get(name, f"http://www.news.example/2024/03/12/{name}.html")
            body = _read(path)
            if body.strip():
                found.append(Sample(name, uri, body))
    if not found:
        named = ", ".join(map(str, folders))
        raise SystemExit(f"no .html or .html.gz file below {named}: name a folder that has some")
    return found


def _addresses(gold: Path) -> dict[str, str]:
    """Page id -> address, from the labels that lie beside the corpus; empty where there are none."""
    if not gold.exists():
        return {}
    rows = map(json.loads, gold.read_text(encoding="utf-8").splitlines())
    return {row["page_id"]: row["url"] for row in rows}


def _read(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data
