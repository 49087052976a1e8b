"""The door of this package: `read_facts` gathers what a page says of its article.

For each fact the places that may tell it are asked in turn, and the first answer that holds counts:
structured data first (JSON-LD, microdata and RDFa, OpenGraph and other ``<meta>``), then what the page
shows. ``docs/facts.md`` has the order and the figures behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from lxml import etree

from crawler.facts import about, language
from crawler.facts.dates import read_date
from crawler.facts.head import Head
from crawler.facts.names import names_of
from crawler.facts.sources import Sources, Told
from crawler.facts.title import read_title
from crawler.facts.when import modified, month_first, published
from crawler.model.facts import Facts

Found = tuple[str, str]
"""A fact and its source; both empty where it is not known."""


def read_facts(root: etree._Element, uri: str, head: Head, encoding: str = "utf-8") -> Facts:
    """The facts of the article at `uri`, with their sources. Never raises."""
    page = Sources(root, uri, head, encoding)
    lang = _language(page)
    day = partial(read_date, lang=lang[0], month_first=month_first(lang[0], uri))
    title = read_title(page)
    page.title = title[0]
    found: Mapping[str, Found] = {
        "title": title,
        "published": _precise(published(page), day),
        "modified": _precise(modified(page), day),
        "section": _first(about.sections(page), about.label),
        "lang": lang,
        "site_name": _first(about.sites(page), about.name),
        "image": _first(about.images(page), page.absolute),
    }
    authors, source = _authors(page)
    sources = {name: source for name, (_, source) in found.items() if source}
    if authors:
        sources["authors"] = source
    values = {name: value for name, (value, _) in found.items()}
    return Facts(**values, authors=authors, sources=sources)


def _first(told: Told, read: Callable[[str], str]) -> Found:
    return next(((value, source) for text, source in told if (value := read(text))), ("", ""))


def _precise(told: Told, read: Callable[[str], str]) -> Found:
    """The first date; where it is a day only, with the time that another place gives that day."""
    found = ("", "")
    for text, source in told:
        value = read(text)
        if value.startswith(found[0]) and len(value) > len(found[0]):
            found = (value, source)
        if "T" in found[0]:
            break
    return found


def _language(page: Sources) -> Found:
    declared = _first(about.languages(page), language.language_tag)
    text = language.language_of_text(page.root, alone=not declared[0])
    return (
        declared if not text or (declared[0] and language.agree(declared[0], text)) else (text, "text")
    )


def _authors(page: Sources) -> tuple[tuple[str, ...], str]:
    """The names of the first place that gives any, and that place."""
    site = {name.casefold() for name in page.site_names}
    for source, texts in about.authors(page):
        names = tuple(name for name in names_of(texts, site) if name.casefold() not in site)
        if names:
            return names, source
    return (), ""
