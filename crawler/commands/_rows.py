"""Links for people (a table on a terminal, plain lines elsewhere) and for programs."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crawler.links.page import Link, Page
from crawler.model.facts import NAMES


def as_document(page: Page, links: Sequence[Link]) -> Mapping[str, Any]:
    """The page and its links as one JSON document."""
    return {
        "uri": page.uri,
        **page.facts.to_dict(),
        "extractor": page.extractor,
        "links": [_as_object(link) for link in links],
    }


def _as_object(link: Link) -> dict[str, Any]:
    fields = asdict(link)
    kind, score = fields.pop("link_class"), fields.pop("score")
    return {**fields, "class": kind.value, "score": round(score, 4)}


def print_facts(page: Page) -> None:
    """What is known of the article, one fact a line: its name, the value, where it was found."""
    facts = page.facts
    for name in NAMES:
        value = getattr(facts, name)
        if value:
            told = value if isinstance(value, str) else ", ".join(value)
            cells = (f"# {name}", told, facts.sources.get(name, ""))
            print("\t".join(map(printable, cells)))


def print_links(links: Sequence[Link], *, classes: bool) -> None:
    """A table on a terminal; else one link a line: score, class, address, text, heading, reasons."""
    if sys.stdout.isatty():
        Console().print(_table(links, classes=classes))
        return
    for link in links:
        cells = (_score(link), link.link_class.value, link.uri, link.text, link.heading)
        print("\t".join(map(printable, (*cells, ", ".join(link.reasons)))))


def _table(links: Sequence[Link], *, classes: bool) -> Table:
    table = Table(
        "score", *(["class"] if classes else []), "link", "heading", "reasons", show_lines=True
    )
    for link in links:
        link_cell = f"{escape(printable(link.text))}\n[dim]{escape(link.uri)}[/dim]"
        cells = (link_cell, escape(printable(link.heading)), escape("\n".join(link.reasons)))
        table.add_row(_score(link), *([link.link_class.value] if classes else []), *cells)
    return table


def _score(link: Link) -> str:
    return f"{link.score:.2f}"


def printable(text: str) -> str:
    """`text` without what could steer a terminal: a page is not to be trusted."""
    return "".join(c if c.isprintable() else " " for c in text)
