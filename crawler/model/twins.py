"""Addresses of one story that differ in form only: AMP, mobile, print, editions, parts, parameters.

`twin` says what an address would be without its form, and which form it has. Two addresses with one key
may be one story; whether they are is for their titles, dates and texts to say.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

from crawler.model.uri import netloc

SECOND_LEVEL = frozenset(
    ("ac", "co", "com", "edu", "go", "gob", "gov", "gv", "ne", "net", "nom", "or", "org")
)
"""Labels that stand before a country's in a public suffix: ``bbc.co.uk``."""
_HOSTS = {
    **dict.fromkeys(("m", "mobile", "mobil", "touch", "wap"), "mobile"),
    **{"amp": "amp", "print": "print", "edition": "edition", "www": ""},
}
_FORMS = (
    ("edition", re.compile(r"^/(?:[12]|hi|low)/(?:hi|low|english)(?:/world|/uk_news|/uk)?(?=/)")),
    ("amp", re.compile(r"/amp(?=/|$)|[./]amp(?=\.s?html?$|$)|(?<=/)amp-(?=\w{8})")),
    ("mobile", re.compile(r"/(?:_?mobile?|spv|sp|m)(?=/)")),
    (
        "print",
        re.compile(
            r"/(?:print(?:able|out|er|mail|content|-this|_article|er_friendly_story|er-friendly)?|drucken?|imprimir)(?=/|$)"
            r"|(?:[.,]|(?<=\w)-)print(?=\.s?html?$|$)|/komplettansicht$"
        ),
    ),
    (
        "part",
        re.compile(
            r"/(?:page|seite|pagina)[-/]?\d{1,2}$|(?<=[a-z]/)[2-9]$|_page_\d{1,2}(?=\.\w+$)"
            r"|(?<=[a-z])[_-](?:[1-9]|[12]\d)(?=\.\w{3,5}$)|(?<=\d\d\d\d)_(?:[2-9]|1\d)(?=\.\w{3,5}$)"
        ),
    ),
    ("address", re.compile(r"/(?:index\.\w{3,5})?$|\.(?:s?html?|php|aspx?|stm)$")),
)
_INNER = re.compile(r"^(?:.*/)?print/(?=[a-z0-9-]+(?:\.[a-z0-9-]+)+/)")
_QUERY = (
    ("amp", re.compile(r"^(?:amp(?:=|$)|(?:output_?type|view|layout|format|mode)=(?:valid_)?amp)")),
    ("print", re.compile(r"^(?:b?print(?:able)?(?:=|$)|(?:view|mode|format|pagemode|action)=print)")),
    ("part", re.compile(r"^(?:page|p|seite|pagewanted|pg|singlepage|pagenum)=(?:\d{1,2}|all|true)$")),
)
_ID = re.compile(
    r"(?<!\d)\d{6,}(?!\d)|(?<![0-9a-z])(?=[0-9a-f-]*\d)[0-9a-f]{8}[0-9a-f-]{4,28}(?![0-9a-z])"
)
_DAY = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?")
_SLUG = re.compile(r"(?=[^/]{15})[^/]*[^\W\d_][^/]*[-_][^/]*[-_][^/]*")
_NUMBER = re.compile(r"(?<!\d)\d{5,}(?!\d)|(?<=/)\d{4}(?=$|/print)")


class Twin(NamedTuple):
    """`key` is what the forms of one address share, `form` the form that this one has, empty if none."""

    key: str
    form: str


def twin(uri: str) -> Twin:
    """The key of a story's address, without scheme, host prefixes, forms, case and extension.

    Parameters count only where the path does not name the story by itself.
    """
    rest, _, query = unquote(uri.partition("#")[0]).lower().partition("://")[2].partition("?")
    if inner := _INNER.match(rest):
        rest, form = rest[inner.end() :], "print"
    else:
        form = ""
    host, _, path = rest.rstrip("/").partition("/")
    host, found = _host(host)
    path, shaped = _path(re.sub("/{2,}", "/", "/" + path))
    named = bool(_SLUG.search(path) or _NUMBER.search(path))
    kept, asked = _query(query, named=named)
    if kept and named:
        kept, asked = [], asked or "query"
    return Twin(f"{host}{path}?{'&'.join(kept)}", form or found or shaped or asked)


def names_in(uri: str) -> frozenset[str]:
    """What names the story in a path: words joined by hyphens, numbers of five digits and more."""
    path = "/" + unquote(uri.partition("?")[0]).lower().partition("://")[2].partition("/")[2]
    slugs = (re.sub(r"\.\w{3,5}$", "", slug) for slug in _SLUG.findall(path))
    return frozenset((*slugs, *_ID.findall(path), *_NUMBER.findall(path)))


def owner(uri: str) -> str:
    """The name that a publisher's hosts share, whatever the country: ``bbc`` of ``news.bbc.co.uk``."""
    labels = netloc(uri).partition(":")[0].split(".")
    ends = 2 if len(labels) > 2 and labels[-2] in SECOND_LEVEL else 1
    return labels[-ends - 1] if len(labels) > ends else labels[0]


def story_ids(uri: str) -> frozenset[str]:
    """The long numbers and hexadecimal names in path and query; days are none."""
    path = uri.partition("://")[2].partition("/")[2].lower()
    return frozenset(found for found in _ID.findall(path) if not _DAY.fullmatch(found))


def _host(host: str) -> tuple[str, str]:
    form = ""
    while (label := host.partition(".")[0]) in _HOSTS and host.count(".") > 1:
        form = _HOSTS[label] or form
        host = host.partition(".")[2]
    return host, form


def _path(path: str) -> tuple[str, str]:
    form = ""
    for name, pattern in _FORMS:
        changed, count = pattern.subn("", path)
        if count and len(changed) > 4:
            path = changed
            form = form or (name if name != "address" else "")
    return path, form


def _query(query: str, *, named: bool) -> tuple[list[str], str]:
    """The parameters that count, and the form. ``?p=2`` is a part only where the path names a story."""
    kept, form = [], ""
    for parameter in query.split("&") if query else ():
        found = next((name for name, pattern in _QUERY if pattern.search(parameter)), "")
        if found == "part" and not (named or parameter.startswith("page")):
            found = ""
        form = form or found
        if not found:
            kept.append(parameter)
    return sorted(kept), form
