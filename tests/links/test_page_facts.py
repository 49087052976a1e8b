"""What a page says of itself, and what it needs to be shown."""

import pytest

from crawler.links.page import read_page
from crawler.links.requisites import srcset

LD = '<script type="application/ld+json">'
URI = "http://news.example/a/b.html?x=1"


def page(html: str, uri: str = URI):
    return read_page(html.encode(), uri)


def test_the_base_element_counts() -> None:
    found = page('<base href="/root/"><img src="i.png"><a href="story-123456">A story of its own</a>')
    assert found.base == "http://news.example/root/"
    assert found.requisites() == ["http://news.example/root/i.png"]
    assert found.links()[0].uri == "http://news.example/root/story-123456"


def test_requisites_are_named_once_and_in_document_order() -> None:
    found = page(
        """<link rel="shortcut icon" href="icon.ico"><link rel="STYLESHEET" href="a.css">
        <script src="a.js"></script><style>@import url("b.css");</style><link rel="next" href="/page2">
        <body background=bg.gif><table background=t.gif><img src="1.jpg" srcset="2.jpg 1x, 3,4.jpg 2x">
        <picture><source srcset="5.webp,7.webp"><img src="1.jpg"></picture><input type=image src=go.gif>
        <input type=text src=no.gif><video poster=p.jpg src=no.mp4></video><script></script><img src="">
        <img src="data:image/gif;base64,R0"><img src="  6.jpg "><a href="no.html">x</a>"""
    ).requisites()
    names = "icon.ico a.css a.js b.css bg.gif t.gif 1.jpg 2.jpg 3,4.jpg 5.webp,7.webp go.gif p.jpg 6.jpg"
    assert found == [f"http://news.example/a/{name}" for name in names.split()]


@pytest.mark.parametrize(
    ("value", "urls"),
    [
        ("a.jpg", ["a.jpg"]),
        (" a.jpg 1x , b.jpg 2x", ["a.jpg", "b.jpg"]),
        ("a.jpg, b.jpg", ["a.jpg", "b.jpg"]),
        ("a.jpg 1x,b.jpg 2x", ["a.jpg", "b.jpg"]),
        ("a.jpg 100w 50h, b.jpg", ["a.jpg", "b.jpg"]),
        (", , a.jpg", ["a.jpg"]),
        ("", []),
    ],
)
def test_srcset_is_read_as_the_standard_reads_it(value: str, urls: list[str]) -> None:
    assert srcset(value) == urls


@pytest.mark.parametrize(
    ("html", "published"),
    [
        (
            '<meta property="article:published_time" content="2024-02-11T08:30:00Z">',
            "2024-02-11T08:30:00Z",
        ),
        ('<meta name="OriginalPublicationDate" content="2008/11/24 13:34:42">', "2008-11-24T13:34:42"),
        (f'{LD}{{"datePublished": "2020-01-02"}}</script>', "2020-01-02"),
        (f'{LD}{{broken "datePublished":"2020-01-02T03:04"</script>', "2020-01-02T03:04"),
        ('<time datetime="2019-05-06">yesterday</time>', "2019-05-06"),
        ('<meta name="date" content="yesterday"><time datetime="2019-05-06">', "2019-05-06"),
        ('<meta name="date" content="2019-13-01">', ""),
        ("<p>2019-05-06", ""),
    ],
)
def test_the_date_is_told_or_empty(html: str, published: str) -> None:
    assert page(html).published == published


@pytest.mark.parametrize(
    ("content", "target"),
    [
        ("0; url=/next.html", "http://news.example/next.html"),
        ("5;URL='next.html'", "http://news.example/a/next.html"),
        ("0;http://other.example/", "http://other.example/"),
        ("30", None),
        ("0;url=javascript:alert(1)", None),
        (" 0.5 , URL = next.html", "http://news.example/a/next.html"),
        ("0 url=next.html", "http://news.example/a/next.html"),
        (".5;url=next.html", "http://news.example/a/next.html"),
        ("0;url='a b.html'?no", "http://news.example/a/a%20b.html"),
        ("0;url=it's.html", "http://news.example/a/it's.html"),
        ("0;url=/a?b=1&amp;c=2", "http://news.example/a?b=1&c=2"),
        ("60;url=/next.html", "http://news.example/next.html"),
        ("61;url=/next.html", None),
        ("0;url=", None),
        ("0;url=#top", None),
        ("0url=/next.html", None),
        ("soon;url=/next.html", None),
        ("-1;url=/next.html", None),
        ("", None),
    ],
)
def test_a_meta_refresh_names_its_target(content: str, target: str | None) -> None:
    assert page(f'<meta http-equiv="Refresh" content="{content}">').refresh == target


@pytest.mark.parametrize(
    ("html", "target"),
    [
        ('<noscript><meta http-equiv=refresh content="0;url=/next.html"></noscript>', "/next.html"),
        ('<meta name=refresh content="0;url=/next.html">', None),
        (
            '<meta http-equiv=refresh content="9"><meta http-equiv=refresh content="0;/b.html">',
            "/b.html",
        ),
        ('<base href="/b/"><meta http-equiv=refresh content="0;url=next.html">', "/b/next.html"),
        ('<!-- <meta http-equiv=refresh content="0;url=/next.html"> -->', None),
    ],
)
def test_only_a_meta_refresh_is_one(html: str, target: str | None) -> None:
    assert page(html).refresh == (target and f"http://news.example{target}")


@pytest.mark.parametrize(
    ("content", "nofollow"), [("noindex, NOFOLLOW", True), ("none", True), ("index", False)]
)
def test_robots_meta_is_noted(content: str, nofollow: bool) -> None:
    assert page(f'<meta name="robots" content="{content}">').nofollow is nofollow


def test_other_addresses_of_the_story_are_collected() -> None:
    found = page(
        '<link rel="canonical" href="/a/b"><link rel="amphtml" href="https://amp.news.example/a/b">'
        '<link rel="alternate" media="print" href="/a/b?print">'
        '<link rel="alternate" hreflang="de" href="/de/b">'
        '<meta property="og:url" content="http://news.example/a/b">'
        '<a href="/a/b">A link to this very page</a>'
    )
    assert found.story_uris == (
        "http://news.example/a/b",
        "https://amp.news.example/a/b",
        "http://news.example/a/b?print",
    )
    assert found.links()[0].link_class.value == "self"


def test_script_and_template_text_is_no_link() -> None:
    html = '<script>"<a href=/t/1>trap</a>"</script><template><a href="/t/2">trap</a></template>'
    html += '<a href="/c">c</a>'
    assert [link.uri for link in page(html).links()] == ["http://news.example/c"]


def test_links_that_cannot_be_fetched_are_left_out() -> None:
    html = "".join(
        f'<a href="{h}">x</a>'
        for h in ("#top", "javascript:x()", "mailto:a@b", "ftp://a/b", "", "http:///")
    )
    assert page(html).links() == []


def test_an_address_that_is_not_ascii_is_given_as_written_and_as_fetched() -> None:
    link = page('<a href="/é/статья-о-выборах">Статья о выборах</a>').links()[0]
    assert link.href == "http://news.example/é/статья-о-выборах"
    assert link.uri.startswith("http://news.example/%C3%A9/%D1%81")
