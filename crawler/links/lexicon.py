"""What headings and callouts of news pages say, by language and polarity, read from ``phrases/*.toml``.

One file a language; adding a file adds a language. A phrase is the whole heading, in lower case and
without closing punctuation; ``*`` stands for any text, at least one character of it. ``stop`` lists the
language's words that tell nothing. The files are read when a first page is, not when a worker starts.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

RELATED = "related"
"""Links chosen for this story."""
PACKAGE = "package"
"""A part of a topic package: background, analysis, timeline."""
PROMO = "promo"
"""Stories not chosen for this one: most read, top stories, more from this section."""
INDEX = "index"
"""Topics, tags, sections."""
EXTERNAL = "external"
"""Other publishers' pages."""
PRODUCT = "product"
"""What is sold."""

MEDIA = "media"
"""The story's own film or sound: the page itself once more."""

POLARITIES = (RELATED, PACKAGE, PROMO, INDEX, EXTERNAL, PRODUCT, MEDIA)


@cache
def _languages() -> dict[str, dict[str, list[str]]]:
    folder = resources.files("crawler.links").joinpath("phrases")
    files = [f for f in folder.iterdir() if f.name.endswith(".toml")]
    files.sort(key=lambda f: (f.name != "en.toml", f.name))
    return {f.name.removesuffix(".toml"): tomllib.loads(f.read_text(encoding="utf-8")) for f in files}


def lexicon() -> dict[str, dict[str, list[str]]]:
    """Language -> polarity -> phrases, English first, the others by name."""
    return {lang: {p: table.get(p, []) for p in POLARITIES} for lang, table in _languages().items()}


@cache
def stop_words() -> frozenset[str]:
    """Words of four letters and more that say nothing about a story; shorter ones never count."""
    return frozenset(word for table in _languages().values() for word in table.get("stop", ()))
