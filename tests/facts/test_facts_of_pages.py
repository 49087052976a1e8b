"""Each folder of ``pages`` is a page with all facts that are expected of it: adding a folder adds a test."""

import json
from pathlib import Path

import pytest

from crawler.links.page import read_page

PAGES = sorted(path.parent for path in (Path(__file__).parent / "pages").glob("*/expected.json"))


@pytest.mark.parametrize("folder", PAGES, ids=lambda folder: folder.name)
def test_facts(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    if "needs" in expected:
        pytest.importorskip(expected["needs"])
    page = read_page((folder / "input.html").read_bytes(), expected["uri"])
    assert page.facts.to_dict() == expected["facts"]
    assert (page.title, page.lang, page.published) == tuple(
        expected["facts"][name] for name in ("title", "lang", "published")
    )


def page(html: str, uri: str = "https://www.news.example/a/story-of-the-day"):
    return read_page(html.encode(), uri).facts


def test_a_page_without_anything_has_no_facts() -> None:
    assert (
        page("").to_dict()
        == page("<p>words").to_dict()
        == read_page(b"", "http://a.example/").facts.to_dict()
    )
    assert page("").sources == {}


def test_the_address_tells_a_day_where_nothing_else_does() -> None:
    facts = page("<h1>A story</h1>", "https://www.news.example/2008/apr/04/a-story")
    assert (facts.published, facts.sources["published"]) == ("2008-04-04", "address")


@pytest.mark.parametrize(
    "link",
    [
        "/markets/oil/",
        "https://www.news.example/markets/oil",
        "/web/2011/http://www.news.example/markets/oil",
    ],
)
def test_the_folder_that_a_page_lies_in_is_its_section(link: str) -> None:
    links = f'<a href="/markets">Markets</a><a href="{link}">Oil</a><a href="/sport">Sport</a>'
    facts = page(f"<nav>{links}</nav><h1>A story</h1>", "https://www.news.example/markets/oil/a-story")
    assert (facts.section, facts.sources["section"]) == ("Oil", "folder")


def test_the_moment_of_a_day_is_taken_from_where_it_is_told() -> None:
    head = '<meta property="article:published_time" content="2019-05-06">'
    facts = page(f"{head}<h1>A story</h1><p>Monday 6 May 2019, 14:05 GMT</p>")
    assert (facts.published, facts.sources["published"]) == ("2019-05-06T14:05Z", "dateline")
    other = page(f"{head}<h1>A story</h1><p>Tuesday 7 May 2019, 14:05 GMT</p>")
    assert (other.published, other.sources["published"]) == ("2019-05-06", "meta article:published_time")


@pytest.mark.parametrize(
    ("document", "heading", "title"),
    [
        ("The bridge reopens | News Example", "", "The bridge reopens"),
        ("News Example - The bridge reopens", "", "The bridge reopens"),
        ("The bridge reopens - News - Local", "The bridge reopens", "The bridge reopens"),
        ("Spider-Man - the musical", "", "Spider-Man - the musical"),
        ("9 - 5 = 4", "", "9 - 5 = 4"),
        ("News Example", "News Example", "News Example"),
    ],
)
def test_a_title_without_the_name_of_the_site(document: str, heading: str, title: str) -> None:
    assert page(f"<title>{document}</title>" + (f"<h1>{heading}</h1>" if heading else "")).title == title


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Ann Ray and Bo Li", ["Ann Ray", "Bo Li"]),
        ("By ANN RAY, Science Correspondent", ["Ann Ray"]),
        ("Von Anna Reh und Jörg de Boer", ["Anna Reh", "Jörg de Boer"]),
        ("Par Anne Roux, envoyée spéciale", ["Anne Roux"]),
        ("Por Ana Rey", ["Ana Rey"]),
        ("By News Example", []),
        ("By Reuters Staff", []),
        ("By the end of the week all was over", []),
    ],
)
def test_names_of_a_byline(byline: str, names: list[str]) -> None:
    assert list(page(f"<h1>A story of the day</h1><p>{byline}</p>").authors) == names


@pytest.mark.parametrize(
    "told", ["https://www.facebook.com/ann", "admin", "News.Example", "ann@news.example"]
)
def test_an_address_or_the_site_is_no_author(told: str) -> None:
    assert page(f'<meta name="author" content="{told}"><h1>A story</h1>').authors == ()


def test_broken_json_still_tells_its_date_and_headline() -> None:
    block = '{"@type": "NewsArticle", "headline": "A \\"story\\"", "datePublished": "2020-01-02T03:04:05Z", "x": "a"b"}'
    facts = page(f'<script type="application/ld+json">{block}</script>')
    assert (facts.title, facts.published) == (
        'A "story"',
        "2020-01-02T03:04:05Z",
    )


def test_the_stories_of_a_list_are_not_the_pages_article() -> None:
    other = '{"@type": "NewsArticle", "headline": "Another story", "datePublished": "2020-01-02"}'
    block = f'{{"@type": "ItemList", "itemListElement": [{other}]}}'
    facts = page(f'<script type="application/ld+json">{block}</script><h1>A story of the day</h1>')
    assert (facts.title, facts.published) == ("A story of the day", "")


def test_the_site_is_none_of_its_authors() -> None:
    head = '<meta property="og:site_name" content="Daily Example">'
    assert page(f"{head}<h1>A story of the day</h1><p>By Ann Ray, Daily Example</p>").authors == (
        "Ann Ray",
    )
    assert page(f'{head}<meta name="author" content="Ann Ray, Daily Example">').authors == ("Ann Ray",)
