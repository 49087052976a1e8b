"""What ``scrapy collection graph`` takes beside the collection: its options, and what they mean."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from urllib.parse import urlsplit

from crawler.errors import UsageError


def add_graph_options(parser: ArgumentParser) -> None:
    """``--rebuild``, ``--html`` and ``--replay``."""
    rebuild = "graph: look for lost pages in the WARC files"
    html = "graph: write graph.html too, a page to look at"
    replay = "graph --html: where captures open; http://127.0.0.1:8080/NAME/ for `scrapy replay NAME`"
    parser.add_argument("--rebuild", action="store_true", help=rebuild)
    parser.add_argument("--html", action="store_true", help=html)
    parser.add_argument("--replay", metavar="URL", default="", help=replay)


def check_graph_options(action: str, opts: Namespace) -> None:
    """Raises `UsageError` where an option stands beside another word than ``graph``, or alone."""
    for name in ("rebuild", "html"):
        if getattr(opts, name) and action != "graph":
            raise UsageError(f"--{name} is for `collection graph NAME`", "leave it out")
    if opts.replay and not opts.html:
        raise UsageError("--replay is for `collection graph NAME --html`", "add --html, or leave it out")


def viewer_address(text: str) -> str:
    """`text` with a slash at its end; empty stays empty. Raises `UsageError` for what is no address."""
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        known = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        known = False
    if not known or parts.query or parts.fragment:
        way_out = "write the collection's address in the viewer, such as http://127.0.0.1:8080/NAME/"
        raise UsageError(f"--replay {text!r} is no address of a viewer", way_out)
    return text if text.endswith("/") else text + "/"
