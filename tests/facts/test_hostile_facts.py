"""Whatever a page says of itself, reading its facts ends, and soon (the tests' own limit holds it)."""

import pytest

from crawler.links.page import read_page

MANY = 200_000
LD = '<script type="application/ld+json">'
BODIES = {
    "a script of white space": f"{LD}{' ' * 190_000}x</script>",
    "JSON of brackets": f"{LD}{'[' * 190_000}</script>",
    "JSON of nested objects": LD + '{"a":' * 30_000 + "1" + "}" * 30_000 + "</script>",
    "JSON of many articles": f"{LD}[{','.join(['{}'] * 60_000)}]</script>",
    "JSON that is not what its types say": LD
    + '{"@type":["NewsArticle",7],"headline":{"@value":["x"]},"author":[[1],{"name":{"a":1}},null],'
    '"image":[{"url":{"x":1}}],"datePublished":{"@value":20200102},"publisher":"x","@id":[1]}</script>',
    "a reference to itself": LD
    + '{"@type":"NewsArticle","@id":"#a","author":{"@id":"#a"},"headline":"x"}</script>',
    "a long title": f"<title>{'a - ' * MANY}</title><h1>{'a | ' * MANY}</h1>",
    "a long date": f'<meta name="date" content="{"1" * MANY}"><h1>T</h1><p>{"1 jan " * MANY}',
    "a long author": f'<meta name="author" content="{"by " * MANY}"><h1>T</h1><p>By {"a, " * MANY}',
    "nested items": '<div itemscope itemtype="http://schema.org/NewsArticle" itemprop="author">' * 2000
    + "x",
    "many items": '<i itemprop="author">x</i>' * MANY,
    "a word without an end": f"<h1>Title of it</h1><p>{'x' * 4_000_000}",
    "many paragraphs": "<h1>Title of it</h1>"
    + "<p>one two three four five six seven eight nine ten eleven" * 50_000,
    "many breaks": f"<h1>Title of it</h1>{'a<br>' * MANY}",
    "many headings": "<h1>T</h1>" * 50_000,
    "spans in spans": f"<h1>Title of it</h1>{'<span>' * 2000}x",
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("why", BODIES)
def test_it_ends(why: str) -> None:
    page = read_page(BODIES[why].encode(), "https://www.news.example/a/story-of-the-day")
    assert page.facts.to_dict()
    assert len(page.sketch) in (0, 128)


def test_a_page_without_a_host_has_facts() -> None:
    assert read_page(b'<a href="x">X</a><h1>Title of it</h1>', "page.html").facts.title == "Title of it"
