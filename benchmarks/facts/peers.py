"""Other extractors under one interface: the bytes of a page and its address in, facts out.

Each is asked as its documentation shows. One that is not installed is left out.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from typing import Any

from crawler.links.page import read_page

Extractor = Callable[[bytes, str], Mapping[str, Any]]


def clew(body: bytes, url: str) -> Mapping[str, Any]:
    """Parse and facts, without the judgement of links."""
    return read_page(body, url).facts.to_dict()


def trafilatura(body: bytes, url: str) -> Mapping[str, Any]:
    """Its `extract_metadata`; dates come from htmldate."""
    from trafilatura import bare_extraction

    found = bare_extraction(body, url=url, with_metadata=True)
    if found is None:
        return {}
    told = found if isinstance(found, dict) else found.as_dict()
    authors = [one.strip() for one in (told.get("author") or "").split(";") if one.strip()]
    facts = {"title": told.get("title"), "published": told.get("date"), "authors": authors}
    return {
        **facts,
        "site_name": told.get("sitename"),
        "image": told.get("image"),
        "lang": told.get("language"),
    }


def newspaper4k(body: bytes, url: str) -> Mapping[str, Any]:
    """`Article` on given HTML."""
    from newspaper import Article

    article = Article(url)
    article.download(input_html=body.decode("utf-8", "replace"))
    article.parse()
    when = article.publish_date
    facts = {"title": article.title, "authors": article.authors, "lang": article.meta_lang}
    return {
        **facts,
        "published": when.isoformat() if when else "",
        "site_name": article.meta_site_name,
        "image": article.top_image,
    }


def goose3(body: bytes, url: str) -> Mapping[str, Any]:
    """`Goose` without images."""
    from goose3 import Goose

    with Goose({"enable_image_fetching": False}) as goose:
        article = goose.extract(raw_html=body.decode("utf-8", "replace"))
    when = article.publish_datetime_utc
    facts = {"title": article.title, "authors": article.authors, "lang": article.meta_lang}
    return {**facts, "published": when.isoformat() if when else article.publish_date or ""}


def htmldate(body: bytes, url: str) -> Mapping[str, Any]:
    """Dates alone."""
    from htmldate import find_date

    return {"published": find_date(body, url=url, original_date=True) or ""}


def extruct(body: bytes, url: str) -> Mapping[str, Any]:
    """JSON-LD, microdata and OpenGraph as it gives them, the first value of each."""
    from extruct import extract

    told = extract(body.decode("utf-8", "replace"), base_url=url, uniform=True, errors="ignore",
                   syntaxes=["json-ld", "microdata", "opengraph"])  # fmt: skip
    items = [item for found in told.values() for item in found if isinstance(item, dict)]
    items += [one for item in items for one in item.get("@graph", [])]
    first = lambda name: next((item[name] for item in items if item.get(name)), "")  # noqa: E731
    title = first("headline") or first("og:title")
    people = first("author") or []
    people = people if isinstance(people, list) else [people]
    authors = [one.get("name") if isinstance(one, dict) else one for one in people]
    when = first("datePublished") or first("article:published_time")
    return {"title": title, "published": when, "authors": authors, "site_name": first("og:site_name")}


def contenders() -> Mapping[str, Extractor]:
    """Clew, and those of the others that are installed."""
    others = {"trafilatura": trafilatura, "newspaper": newspaper4k, "goose3": goose3}
    others |= {"htmldate": htmldate, "extruct": extruct}
    return {
        "clew": clew,
        **{name: one for name, one in others.items() if importlib.util.find_spec(name)},
    }
