"""Seeds from what a user names: a URL, a CDX query, a file of them, a feed, a sitemap, standard input.

One bad line is one `BadSeed`, and the reading goes on; a source that cannot be read is a `SeedError`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from crawler.errors import InvalidUri, SeedError, UsageError
from crawler.model import uri
from crawler.model.cdx import CdxQuery
from crawler.seeds.feeds import feed_links

_CDX = "cdx:"


@dataclass(frozen=True, slots=True)
class Seed:
    """A URL to begin at; `line` counts from 1 in its source."""

    uri: str
    line: int = 1
    login: bool = False
    """Whether a login stood in it, which `uri` has no more."""
    query: CdxQuery | None = None
    """Of a line ``cdx:...``: what it asks an archive for; `uri` is where that begins."""


@dataclass(frozen=True, slots=True)
class BadSeed:
    """A line that is no URL."""

    line: int
    text: str
    reason: str


def read_seeds(argument: str, stdin: BinaryIO) -> Iterator[Seed | BadSeed]:
    """The seeds that `argument` names; ``-`` reads `stdin`.

    Raises `SeedError` for a file that is missing or cannot be read, and for text that is neither a
    URL nor a file; `UsageError` for a CDX query that is none.
    """
    if argument.startswith(_CDX):
        yield _query(argument, 1)
    elif argument == "-":
        yield from parse_list(stdin.read())
    elif "://" in argument:
        yield _seed(argument, 1)
    else:
        yield from parse_list(_read(argument))


def parse_list(data: bytes) -> Iterator[Seed | BadSeed]:
    """A list of URLs, one a line, ``#`` comments; or an RSS, Atom or JSON feed, or a sitemap."""
    links = feed_links(data)
    lines = enumerate(_text(data).splitlines(), 1) if links is None else enumerate(links, 1)
    for number, line in lines:
        text = line.strip()
        if text and not text.startswith("#"):
            yield _seed(text, number)


def _query(text: str, line: int) -> Seed:
    query = CdxQuery.parse(text)
    begins = query.url if "://" in query.url else "http://" + query.url
    return Seed(uri.normalise(begins), line, query=query)


def _seed(text: str, line: int) -> Seed | BadSeed:
    try:
        if text.startswith(_CDX):
            return _query(text, line)
        return Seed(uri.normalise(text), line, uri.without_login(text) != text)
    except (InvalidUri, UsageError) as error:
        return BadSeed(line, uri.without_login(text)[:500], error.what)


def _read(name: str) -> bytes:
    path = Path(name).expanduser()
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise SeedError(
            f"{name!r} is neither a URL nor a file",
            "write https://... for a URL, or check the file's name",
        ) from error
    except OSError as error:
        raise SeedError(
            f"cannot read {name!r}: {error.strerror}", "check the file and its rights"
        ) from error


def _text(data: bytes) -> str:
    """Seed lists come from every editor: UTF-16 with its mark, UTF-8 with one or without, Latin-1."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")
