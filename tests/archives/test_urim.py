"""A URI-M of the Wayback Machine or of pywb comes apart into archive, digits, modifier and URI-R."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.archives.urim import UriM

URI_MS = [
    (
        "https://web.archive.org/web/20080404135400id_/http://news.example/a?b=1&c=%7E",
        ("https://web.archive.org/web", "20080404135400", "id_", "http://news.example/a?b=1&c=%7E"),
    ),
    (
        "http://127.0.0.1:8080/news/20080404135400/http://news.example/",
        ("http://127.0.0.1:8080/news", "20080404135400", "", "http://news.example/"),
    ),
    (
        "http://127.0.0.1:8080/news/id_/http://news.example/",
        ("http://127.0.0.1:8080/news", "", "id_", "http://news.example/"),
    ),
    (
        "http://archive.example/2008im_/https://news.example/a.gif",
        ("http://archive.example", "2008", "im_", "https://news.example/a.gif"),
    ),
    (  # a proxy on the way folds the two slashes
        "https://web.archive.org/web/20080404135400/http:/news.example/",
        ("https://web.archive.org/web", "20080404135400", "", "http://news.example/"),
    ),
    (  # Wayback takes a URI-R without its scheme
        "https://web.archive.org/web/20080404135400/news.example",
        ("https://web.archive.org/web", "20080404135400", "", "http://news.example/"),
    ),
    (  # an archive that archived an archive: the outer one counts
        "http://a.example/web/2010id_/http://b.example/web/2008/http://news.example/",
        ("http://a.example/web", "2010", "id_", "http://b.example/web/2008/http://news.example/"),
    ),
]

OTHERS = [
    "http://news.example/2008/04/04/story.html",
    "http://news.example/20080404/story.html",
    "http://news.example/share?u=/web/2008/http://other.example/",
    "http://news.example/hi/english/business/newsid_782000/782183.stm",
    "http://news.example/share/http://other.example/",
    "http://news.example/2008id_/http:///",
    "/web/20080404135400/http://news.example/",
    "",
]


@pytest.mark.parametrize(("text", "parts"), URI_MS)
def test_uri_m_comes_apart(text: str, parts: tuple[str, str, str, str]) -> None:
    uri_m = UriM.parse(text)
    assert uri_m is not None
    assert (uri_m.archive, uri_m.digits, uri_m.modifier, uri_m.uri_r) == parts


@pytest.mark.parametrize("text", OTHERS)
def test_other_uris_are_none(text: str) -> None:
    assert UriM.parse(text) is None


def test_text_and_back() -> None:
    text = "http://127.0.0.1:8080/news/20080404135400mp_/http://news.example/"
    uri_m = UriM.parse(text)
    assert uri_m is not None
    assert str(uri_m) == text
    assert str(uri_m.raw()) == text.replace("mp_", "id_")


@pytest.mark.parametrize(
    ("digits", "moment"),
    [
        ("20080404135400", datetime(2008, 4, 4, 13, 54, tzinfo=UTC)),
        ("200804041", datetime(2008, 4, 4, tzinfo=UTC)),
        ("2008", datetime(2008, 1, 1, tzinfo=UTC)),
        ("2", None),
        ("", None),
    ],
)
def test_moment_of_the_digits(digits: str, moment: datetime | None) -> None:
    assert UriM("http://archive.example", digits, "id_", "http://news.example/").moment == moment
