"""URIs are read as browsers read them and never gain what a page did not mean."""

import random
from urllib.parse import urljoin

import pytest

from crawler.errors import InvalidUri
from crawler.model import uri

BASE = "http://news.example.org/hi/world/page.stm"


@pytest.mark.parametrize(
    ("link", "meant"),
    [
        ("other.stm", "http://news.example.org/hi/world/other.stm"),
        ("../sport/", "http://news.example.org/hi/sport/"),
        ("//other.org/x", "http://other.org/x"),
        ("?page=2", "http://news.example.org/hi/world/page.stm?page=2"),
        ("  /a b\t\n ", "http://news.example.org/a%20b"),
        ("/a\nb", "http://news.example.org/ab"),
        ("/caf\u00e9", "http://news.example.org/caf%C3%A9"),
        ("/100%", "http://news.example.org/100%"),
        ("/a%2Fb", "http://news.example.org/a%2Fb"),
        ("HTTP://EXAMPLE.org:80/A", "http://example.org/A"),
        ("https://example.org:443", "https://example.org/"),
        ("https://example.org:8443/", "https://example.org:8443/"),
        ("http://b\u00fccher.example/", "http://xn--bcher-kva.example/"),
        ("http://[2001:DB8::1]/x", "http://[2001:db8::1]/x"),
        ("#top", "http://news.example.org/hi/world/page.stm"),
    ],
)
def test_join_gives_what_the_link_means(link: str, meant: str) -> None:
    assert uri.join(BASE, link) == meant


@pytest.mark.parametrize(
    "link",
    [
        "javascript:void(0)",
        "java\nscript:alert(1)",
        "mailto:a@example.org",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://example.org/x",
        "http://",
        "http://exa mple.org/",
        "http://[::1/",
        "http://example.org:port/",
        "http://example.org/" + "a" * 9000,
    ],
)
def test_join_refuses_what_cannot_be_fetched(link: str) -> None:
    assert uri.join(BASE, link) is None


def test_a_line_break_never_survives() -> None:
    joined = uri.join(BASE, "/x\r\nX-Injected: 1")
    assert joined is not None
    assert "\r" not in joined
    assert "\n" not in joined


def test_query_in_the_charset_of_the_page() -> None:
    assert uri.join(BASE, "/?q=\u00e9", "latin-1") == "http://news.example.org/?q=%E9"
    assert uri.join(BASE, "/?q=\u0416", "latin-1") == "http://news.example.org/?q=%D0%96"


def test_lone_surrogates_do_not_raise() -> None:
    assert uri.join(BASE, "/\ud800?\ud800") is not None


@pytest.mark.parametrize("text", ["", "story.html", "example.org/x", "http:///x", "https://"])
def test_normalise_names_what_is_no_url(text: str) -> None:
    with pytest.raises(InvalidUri):
        uri.normalise(text)


def test_same_document_ignores_scheme_www_and_tracking() -> None:
    one, other = "http://www.example.org/a/?utm_source=x#top", "https://example.org/a"
    assert uri.same_document(one, other)
    assert not uri.same_document("http://example.org/a?id=1", "http://example.org/a?id=2")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://news.example.org/a?b=//c", "news.example.org"),
        ("http://example.org:8080", "example.org:8080"),
        ("http://example.org?q=1", "example.org"),
        ("http://example.org#top", "example.org"),
        ("http://[::1]:81/", "[::1]:81"),
        ("//example.org/a", "example.org"),
        ("/a/b", ""),
        ("mailto:someone@example.org", ""),
        ("/a://b/", ""),
        ("", ""),
    ],
)
def test_the_authority_of_a_uri(given: str, expected: str) -> None:
    assert uri.netloc(given) == expected


def test_the_quick_way_of_plain_links_is_what_the_whole_way_makes_of_them() -> None:
    chance = random.Random(3986)
    pieces = [
        "/",
        "//",
        "a",
        "B.c",
        ".",
        "..",
        "?",
        "#",
        ";",
        "=",
        "&",
        "!",
        "(",
        "'",
        "@",
        ":",
        "%",
        "~",
        "-1",
    ]
    quick = 0
    for _ in range(20_000):
        path = "/x" + "".join(chance.choice(pieces) for _ in range(chance.randrange(6)))
        made = uri.plain("http://a.example" + path)
        if made is not None:
            quick += 1
            assert made == uri.normalise("http://a.example" + path), path
            assert made == uri.normalise(urljoin("http://a.example/c/d?e", path)), path
    assert quick > 5000
