"""Template, style, scripts and data -> one file of HTML that needs no other."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from crawler.model.collection import Collection
from pipelines.files import replacing
from pipelines.graph_page.data import document

PAGE = "graph.html"
MANY = 5000
"""Stories beyond which the page takes patience (`benchmarks/graph_page`)."""
_ASSETS = files(__package__) / "assets"
_LIBRARY = "vendor/d3.min.js"
_SCRIPTS = (
    "data.js",
    "words.js",
    "look.js",
    "state.js",
    "filter.js",
    "layout.js",
    "pen.js",
    "picture.js",
    "lines.js",
    "network.js",
    "labels.js",
    "timeline.js",
    "overview.js",
    "moving.js",
    "pointing.js",
    "tip.js",
    "hand.js",
    "details.js",
    "table.js",
    "controls.js",
    "export.js",
    "app.js",
)
"""In the order in which they run; they share one scope."""


@dataclass(frozen=True, slots=True)
class PageSummary:
    """The file that was written, its size in octets, and what it shows."""

    path: Path
    size: int
    stories: int
    links: int


def write(collection: Collection, replay: str = "") -> PageSummary:
    """Write ``graph/graph.html`` from the merged files; `replay` as `document` takes it."""
    shown = document(collection, replay)
    text = page(shown)
    with replacing(collection.graph / PAGE) as file:
        file.write(text)
    return PageSummary(
        collection.graph / PAGE, len(text), len(shown["stories"]), len(shown["links"]["rows"])
    )


def page(shown: dict[str, Any]) -> bytes:
    """The page for a `document`. What comes from the collection is data in it, never markup."""
    scripts = [_asset(_LIBRARY), "\n".join(_asset(name) for name in _SCRIPTS)]
    style = _asset("page.css")
    parts = {
        "policy": _policy(scripts, style),
        "title": html.escape(shown["collection"]),
        "style": f"<style>{style}</style>",
        "data": _data(shown),
        "scripts": "\n".join(f"<script>{script}</script>" for script in scripts),
    }
    pieces = _asset("page.html").split("@@")
    filled = [parts[piece] if number % 2 else piece for number, piece in enumerate(pieces)]
    return "".join(filled).encode("utf-8", "replace")


def _data(shown: dict[str, Any]) -> str:
    """JSON in a ``script`` element, in which no ``<`` can end that (HTML, 4.12.1.3)."""
    text = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return f'<script type="application/json" id="data">{text}</script>'


def _policy(scripts: Iterable[str], style: str) -> str:
    """A policy (CSP Level 3) that lets these scripts and this style be, and nothing be asked for."""
    run = " ".join(_source(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {run}; style-src {_source(style)}; img-src blob: data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _source(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")
