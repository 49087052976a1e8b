"""Who reads the pages: Clew, Scrapy's link extractor, and two libraries that take out the article."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

from scrapy.http import HtmlResponse
from scrapy.linkextractors.lxmlhtml import LxmlLinkExtractor

from benchmarks.related.pages import Sample
from crawler.links.page import read_page

Reader = Callable[[Sample], object]

CLEW = "Clew, related stories"
EVERYTHING = "Clew, all that a spider asks"
PEER = "Scrapy, LxmlLinkExtractor"
TRAFILATURA = "trafilatura, the article"
NEWSPAPER = "newspaper4k, the article"

_TYPE = "text/html"


def clew(page: Sample) -> object:
    """From bytes to the links that are judged related, with scores and reasons.

    In: decoding, parse, head, every link's evidence and judgement. Out: what `everything` adds.
    """
    return read_page(page.body, page.uri, _TYPE).related()


def everything(page: Sample) -> object:
    """The same, page requisites, the article's facts and sketch, and what a site's memory is told."""
    read = read_page(page.body, page.uri, _TYPE)
    asked = (read.is_html, read.related(), read.requisites(), read.facts)
    return *asked, read.sketch, read.sighting


def scrapy() -> Reader:
    """From bytes to all links, in a new response each time, so that the parse counts for both."""
    extractor = LxmlLinkExtractor()

    def read(page: Sample) -> object:
        response = HtmlResponse(page.uri, headers={"Content-Type": _TYPE}, body=page.body)
        return extractor.extract_links(response)

    return read


def readers(others: bool) -> tuple[dict[str, Reader], list[str]]:
    """Those who are here, and a line for each that is not; `others` are for orientation only."""
    found: dict[str, Reader] = {PEER: scrapy(), CLEW: clew, EVERYTHING: everything}
    if not others:
        return found, []
    notes = []
    for name, module, made in (
        (TRAFILATURA, "trafilatura", _trafilatura),
        (NEWSPAPER, "newspaper", _newspaper),
    ):
        if importlib.util.find_spec(module):
            found[name] = made()
        else:
            notes.append(f"{name.partition(',')[0]} is not installed, so it is left out.")
    return found, notes


def _trafilatura() -> Reader:
    from trafilatura import bare_extraction

    return lambda page: bare_extraction(page.body, url=page.uri)


def _newspaper() -> Reader:
    from newspaper import Article

    def read(page: Sample) -> object:
        # Left to itself it fetches pictures; languages other than English want programs of their own.
        article = Article(page.uri, language="en", fetch_images=False)
        article.download(input_html=page.body.decode("utf-8", "replace"))
        article.parse()
        return article

    return read
