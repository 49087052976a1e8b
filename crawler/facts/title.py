"""The headline of a page: what its structured data and its first heading agree on."""

from __future__ import annotations

import re

from crawler.facts.head import text_of
from crawler.facts.jsonld import plain
from crawler.facts.sources import Sources, Told
from crawler.facts.titles import parts

_METAS = ("og:title", "headline", "twitter:title", "parsely-title", "sailthru.title", "dc.title")
_SHORT, _LONG = 8, 20
_WORDS = re.compile(r"\w+")


def read_title(page: Sources) -> tuple[str, str]:
    """The title and its source.

    A structured title that an ``<h1>`` repeats is certain. Else the heading that the document's title
    repeats, since the others are often made for sharing; then the structured ones, then the rest.
    """
    headings = [text for one in page.root.iter("h1") if (text := text_of(one))]
    told = [(page.without_site(text), source) for text, source in _told(page) if text]
    shown = {plain(text) for text in headings} - {plain(name) for name in page.site_names}
    for text, source in told:
        if plain(text) in shown:
            return text, source
    title = page.without_site(page.document_title)
    for text in headings:
        if _is_part(text, page.document_title, title):
            return text, "h1"
    for text in sorted(parts(page.document_title), key=len, reverse=True)[:2]:
        if len(plain(text)) > _LONG and page.shows(text):
            return text, "title"
    return next(_rest(page, told, headings, title), ("", ""))


def _is_part(heading: str, document_title: str, title: str) -> bool:
    """Whether the document's title repeats `heading` as its headline, not as the name of a section."""
    key = plain(heading)
    return (
        len(key) > _SHORT and key in plain(document_title) and (len(key) > _LONG or key in plain(title))
    )


def _told(page: Sources) -> Told:
    yield from page.linked("headline")
    yield from page.meta(_METAS)
    yield from page.item("headline")
    yield from page.linked("name")


def _rest(page: Sources, told: list[tuple[str, str]], headings: list[str], title: str) -> Told:
    """A lone heading that shares its words with the title, then the structured ones, then the title."""
    names = {plain(name) for name in page.site_names}
    alone = [text for text in headings if plain(text) not in names]
    if len(alone) == 1 and _alike(alone[0], title):
        yield alone[0], "h1"
    yield from told
    if title:
        yield title, "title"
    yield from ((text, "h1") for text in alone)


def _alike(heading: str, title: str) -> bool:
    words = set(_WORDS.findall(heading.casefold()))
    return 2 * len(words & set(_WORDS.findall(title.casefold()))) >= len(words) > 0
