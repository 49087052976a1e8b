"""Where a page may tell who wrote it, where it stands, in what language, and what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from crawler.facts.head import text_of
from crawler.facts.shown import bylines, crumbs, signed
from crawler.facts.sources import Sources, Told
from crawler.facts.titles import middle_parts, site_part
from crawler.facts.xpath import finder

_SECTION = (
    *("article:section", "section", "parsely-section", "og:article:section", "articlesection"),
    *("cxenseparse:recs:category", "dc.subject.section", "channel", "cg", "category"),
)
_AUTHOR = (
    *("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator"),
    *("dc.contributor", "byl", "byline", "article:author_name", "og:article:author", "authors"),
)
_SITE = ("og:site_name", "application-name", "dc.publisher", "publisher", "apple-mobile-web-app-title")
_IMAGE = ("og:image:secure_url", "og:image", "twitter:image", "twitter:image:src", "thumbnail", "image")
_PICTURES = finder(
    "(//h1)[1]/following::img[@src][number(@width) >= 200 or ancestor::figure or ancestor::picture][1]"
    "/@src"
)
_MOTTO = re.compile(r"\s+[-–—|:]\s+")
_ADDRESS = re.compile(r"https?://|^/|^[\W\d_]*$")


def label(text: str) -> str:
    """A short text as it is; empty where it is an address, a number or a sentence."""
    text = " ".join(text.split())
    return "" if len(text) > 60 or _ADDRESS.search(text) else text


def name(text: str) -> str:
    """The name of a site without its motto: 'Aktuálně.cz - Víte, co se právě děje'."""
    return label(_MOTTO.split(text[:200].strip())[0])


def authors(page: Sources) -> Iterator[tuple[str, list[str]]]:
    """The places that name the authors, each with its texts."""
    for key in ("author", "creator"):
        yield f"json-ld {key}", page.data.names(page.node.get(key))
    for key in ("author", "creator"):
        yield f"itemprop {key}", [text for text, _ in page.item(key)]
    for name in _AUTHOR:
        yield f"meta {name}", [text for text, _ in page.meta((name,))]
    yield from (("byline", [text]) for text in bylines(page.shown))
    yield from (("dateline", [text]) for text in signed(page.shown))


def sections(page: Sources) -> Told:
    """Names of the section, the one nearest to the article first."""
    yield from page.linked("articleSection")
    yield from page.meta(_SECTION)
    yield from page.item("articleSection")
    yield from ((name, "json-ld BreadcrumbList") for name in page.data.trail(page.head.heading))
    yield from ((text, "folder") for text in _folders(page))
    yield from ((text, "breadcrumb") for text in crumbs(page.shown))
    yield from (
        (part, "title") for part in middle_parts(page.document_title, page.title, page.site_names)
    )


def _folders(page: Sources) -> Iterator[str]:
    """Texts of links to the folders that the page lies in, the innermost first."""
    host, path = urlsplit(page.uri)[1:3]
    if not host:
        return
    steps = path.split("/")[:-1] if not path.endswith("/") else path.split("/")[:-2]
    folders = {"/".join(steps[: n + 1]): "" for n in range(len(steps) - 1, 0, -1)}
    for element in page.root.iter("a"):
        folder = (element.get("href") or "").rpartition(host)[2].rstrip("/")  # replayed ones, too
        if folder in folders and not folders[folder]:
            folders[folder] = text_of(element).partition(" (")[0]
    site = {name.casefold() for name in page.site_names}
    yield from (text for text in folders.values() if text and text.casefold() not in site)


def sites(page: Sources) -> Told:
    """Names of the site; a company that publishes it comes last."""
    yield from page.meta(_SITE[:1])
    parts = list(site_part(page.document_title, page.title, page.site_names))
    yield from ((part, "title") for part in parts)
    yield from ((name, "json-ld publisher") for name in page.data.names(page.node.get("publisher")))
    yield from page.meta(_SITE[1:])
    yield from page.item("publisher")


def images(page: Sources) -> Told:
    """Addresses of the main image."""
    yield from ((uri, "json-ld image") for uri in page.data.uris(page.node.get("image")))
    yield from page.meta(_IMAGE)
    yield from page.item("image")
    yield from _linked_image(page)
    yield from ((str(src), "img") for src in _PICTURES(page.root))


def _linked_image(page: Sources) -> Iterator[tuple[str, str]]:
    for element in page.root.iter("link"):
        if "image_src" in (element.get("rel") or "").lower().split():
            yield element.get("href") or "", "link image_src"


def languages(page: Sources) -> Told:
    """Languages that the page declares."""
    for name in ("lang", "{http://www.w3.org/XML/1998/namespace}lang", "xml:lang"):
        yield page.root.get(name) or "", "html lang"
    yield from page.linked("inLanguage")
    yield from page.meta(("content-language", "og:locale", "dc.language", "language"))
    yield from ((body.get("lang") or "", "body lang") for body in page.root.iter("body"))
