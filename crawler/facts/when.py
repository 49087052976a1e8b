"""Where a page may tell when its article was published and when it was changed."""

from __future__ import annotations

from crawler.facts.address import day_of_address
from crawler.facts.shown import dated
from crawler.facts.sources import Sources, Told
from crawler.model.uri import hostname

_PUBLISHED = (
    *(
        "article:published_time",
        "og:published_time",
        "og:article:published_time",
        "originalpublicationdate",
    ),
    *(
        "datepublished",
        "parsely-pub-date",
        "sailthru.date",
        "cxenseparse:recs:publishtime",
        "displaydate",
    ),
    *("dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "dc.created", "dc.date"),
    *(
        "dcterms.date",
        "pubdate",
        "publishdate",
        "publish-date",
        "publish_date",
        "published_date",
        "ptime",
    ),
    *("article.published", "datecreated", "last-published", "publication_date", "release_date", "date"),
)
_MODIFIED = (
    *(
        "article:modified_time",
        "og:updated_time",
        "og:modified_time",
        "datemodified",
        "dcterms.modified",
    ),
    *("dc.date.modified", "lastmod", "revision_date", "article.updated", "utime"),
)
_MONTH_FIRST = ("us", "ph")
_AMERICAN = ("com", "net", "org", "edu", "gov", "us", "info", "tv")


def published(page: Sources) -> Told:
    """Dates of publication as they are written, the surest first."""
    yield from page.linked("datePublished")
    yield from page.meta(_PUBLISHED)
    yield from page.item("datePublished")
    yield from page.linked("dateCreated", "uploadDate")
    yield from page.item("dateCreated")
    yield from _shown(page)
    yield page.document_title, "title"
    day = day_of_address(page.uri)
    yield (day.isoformat() if day else ""), "address"


def modified(page: Sources) -> Told:
    """Dates of the last change."""
    yield from page.linked("dateModified")
    yield from page.meta(_MODIFIED)
    yield from page.item("dateModified")
    yield from ((text, source) for text, source, changed in dated(page.shown) if changed)


def _shown(page: Sources) -> Told:
    """Dates around the headline; where the page does not show one, the first ``<time>``."""
    if not page.shown.below:
        times = (element.get("datetime") or "" for element in page.root.iter("time"))
        yield next(times, ""), "time[datetime]"
    yield from ((text, source) for text, source, _ in dated(page.shown))


def month_first(lang: str, uri: str) -> bool:
    """Whether ``04/05/2008`` is the fifth of April on this page: in American English."""
    tongue, _, region = lang.lower().partition("-")
    if region:
        return region in _MONTH_FIRST
    return tongue == "en" and hostname(uri).rpartition(".")[2] in _AMERICAN
