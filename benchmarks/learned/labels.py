"""The labels of a site, and its pages in a checkout of the repository that mirrors it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from crawler.links.address import address
from crawler.links.page import Page, read_page

SITES = sorted(path.stem for path in Path(__file__).parent.glob("*.jsonl"))
# Mirrors add it to addresses that end in a slash, so that a file can have them.
_INDEX = re.compile(rb'(?<=/)index\.html(?=["\'#?])')


@dataclass(frozen=True, slots=True)
class Labelled:
    """A page: its address, its file, and the story keys of its links that are related, or may be."""

    uri: str
    file: Path
    related: frozenset[str]
    ambiguous: frozenset[str]

    def body(self) -> bytes:
        """The bytes of the page as the site served them, as far as the mirror lets us know."""
        return _INDEX.sub(b"", self.file.read_bytes())

    def read(self) -> Page:
        """The page, judged alone."""
        return read_page(self.body(), self.uri, "text/html; charset=utf-8")


def place(uri: str) -> str:
    """Path and query of an address."""
    return urlsplit(uri)._replace(scheme="", netloc="", fragment="").geturl()


def labelled(site: str, folder: Path) -> list[Labelled]:
    """The pages of a site in a checkout. Exits with one line where it is another repository's."""
    text = Path(__file__).with_name(f"{site}.jsonl").read_text("utf-8")
    source, *rows = map(json.loads, text.splitlines())
    root = source["root"]
    pages = [
        Labelled(
            root + row["path"].removesuffix("index.html"),
            folder / row["path"],
            _keys(root, row["related"]),
            _keys(root, row.get("ambiguous", ())),
        )
        for row in rows
    ]
    if not all(page.file.is_file() for page in pages):
        wanted = f"https://github.com/{source['repository']} at commit {source['commit']}"
        raise SystemExit(f"{folder} does not have the pages of {site}: check out {wanted}")
    return pages


def _keys(root: str, paths: list[str]) -> frozenset[str]:
    return frozenset(address(root + path).key for path in paths)
