"""One story has many addresses; a false merge is worse than a missed one."""

import pytest

from crawler.model.facts import Facts
from pipelines.graph.clusters import Clusters

SITE = "https://www.news.example"
PAGE = f"{SITE}/2008/04/herring-prices-fall-again"
TITLE = "Herring prices fall again"
TEXT = "".join(f"{n:04x}" for n in range(32))
OTHER_TEXT = "".join(f"{n:04x}" for n in range(100, 132))
LIKE_TEXT = TEXT[:112] + OTHER_TEXT[112:]

TOGETHER = [
    # why, the other page's address, what it names
    ("canonical", "https://news.example/herring?page=1", {"canonical": PAGE}),
    ("og:url", "https://archive.news.example/herring", {"og:url": PAGE}),
    ("amphtml", "https://news.example/x/herring", {"amphtml": PAGE}),
    ("canonical", "https://www.news.example/print/herring", {"canonical": PAGE}),
    ("amp", "https://amp.news.example/2008/04/herring-prices-fall-again", {}),
    ("amp", f"{PAGE}/amp/", {}),
    ("amp", f"{PAGE}?outputType=amp", {}),
    ("amp", f"{SITE}/amp/herring-prices-fall-again", {}),
    ("mobile", "http://m.news.example/2008/04/herring-prices-fall-again", {}),
    ("print", f"{SITE}/print/2008/04/herring-prices-fall-again", {}),
    ("print", f"{SITE}/printer/herring-prices-fall-again", {}),
    ("print", f"{PAGE}?print=true", {}),
    ("part", f"{PAGE}?page=2", {}),
    ("part", f"{PAGE}/2/", {}),
    ("query", f"{PAGE}?ref=home", {}),
    ("address", f"{SITE}/2008/04/Herring-Prices-Fall-Again.html", {}),
]


def joined(*pages):
    """Whether all `pages` (address, facts, named, sketch) are one story, and why the last is."""
    clusters = Clusters()
    keys = [clusters.add(*page) for page in pages]
    return len({clusters.find(key) for key in keys}) == 1, clusters.why(keys[-1])


def page(uri=PAGE, title=TITLE, named=(), sketch="", **facts):
    return uri, Facts(title, **facts), dict(named), sketch


@pytest.mark.parametrize(("why", "address", "named"), TOGETHER)
def test_together(why, address, named):
    assert joined(page(), page(address, "  HERRING prices fall again", named)) == (True, why)


@pytest.mark.parametrize(("why", "address", "named"), TOGETHER)
def test_apart_under_another_title(why, address, named):
    assert not joined(page(), page(address, "Cod is back", named))[0]


@pytest.mark.parametrize(("why", "address", "named"), TOGETHER)
def test_a_translation_is_another_story(why, address, named):
    assert not joined(page(lang="en-GB"), page(address, TITLE, named, lang="de"))[0]


@pytest.mark.parametrize(("why", "address", "named"), TOGETHER)
def test_days_that_are_far_apart_speak_against_it(why, address, named):
    first, second = (
        page(published="2008-04-04T12:00Z"),
        page(address, named=named, published="2008-04-14"),
    )
    assert not joined(first, second)[0]


@pytest.mark.parametrize(("why", "address", "named"), [one for one in TOGETHER if one[0] != "part"])
def test_texts_with_nothing_in_common_speak_against_it(why, address, named):
    assert not joined(page(sketch=TEXT), page(address, named=named, sketch=OTHER_TEXT))[0]


def test_the_same_address_in_another_spelling_is_the_same_page():
    first, second = page(), page("http://news.example/2008/04/herring-prices-fall-again?utm_source=a")
    assert joined(first, second) == (True, "")
    changed = page(title="Herring prices rise again", sketch=TEXT, published="2009-01-01")
    assert joined(first, changed)[0], "a correction of an address is the same story"


def test_editions_of_old_bbc_pages():
    world, home = (
        f"http://news.bbc.co.uk/{path}/7330492.stm" for path in ("1/hi/world/europe", "2/hi/europe")
    )
    assert joined(page(world), page(home)) == (True, "edition")


def test_two_pages_without_a_title_are_never_joined():
    assert not joined(page(title=""), page(f"{SITE}/x", " ", {"canonical": PAGE}))[0]


def test_a_front_page_that_every_page_calls_canonical_joins_nobody():
    root = {"canonical": f"{SITE}/"}
    assert not joined(*(page(f"{SITE}/{n}", "News", root) for n in range(3)))[0]


def test_one_canonical_on_every_page_joins_nobody_whose_texts_differ():
    named = {"canonical": f"{SITE}/news/all-the-news"}
    first = page(f"{SITE}/a", "News", named, sketch=TEXT)
    assert not joined(first, page(f"{SITE}/b", "News", named, sketch=OTHER_TEXT))[0]


def test_twins_meet_over_a_third_address_in_any_order():
    amp, other = "https://amp.news.example/herring", "https://m.news.example/herring-x"
    named = {"canonical": PAGE}
    for order in ((amp, other), (other, amp)):
        assert joined(*(page(address, named=named) for address in order), page())[0]


def test_a_changed_slug_under_the_publishers_number():
    old, new = (f"{SITE}/article/{slug}-3140729" for slug in ("herring-prices", "herring-prices-fall"))
    assert joined(page(old), page(new)) == (True, "id")
    assert joined(page(old, sketch=TEXT), page(new, "Herring falls", sketch=LIKE_TEXT)) == (True, "id")
    assert not joined(page(old), page(new, "Herring falls"))[0]
    assert not joined(page(old), page(new.replace("3140729", "3140730")))[0]
    day = f"{SITE}/20080404/a", f"{SITE}/20080404/b"
    assert not joined(*(page(address) for address in day))[0], "a day is no number of a story"


def test_a_text_that_moved():
    first = page(f"{SITE}/old", sketch=TEXT, published="2008-04-04")
    assert joined(first, page(f"{SITE}/new", sketch=LIKE_TEXT)) == (True, "text")
    assert not joined(first, page(f"{SITE}/new", sketch=OTHER_TEXT))[0]
    assert not joined(first, page(f"{SITE}/new"))[0]
    assert not joined(first, page(f"{SITE}/new", sketch=LIKE_TEXT, published="2008-04-09"))[0]


def test_a_copy_at_another_publisher():
    there = "https://paper.example.org/herring"
    first = page(sketch=TEXT, published="2008-04-04")
    assert joined(first, page(there, sketch=LIKE_TEXT, published="2008-04-05")) == (True, "copy")
    assert not joined(first, page(there, sketch=LIKE_TEXT))[0], "its day is not known"
    assert not joined(first, page(there, named={"canonical": PAGE}, published="2008-04-04"))[0]
    own = page(named={"og:url": PAGE})
    assert joined(own, page(there, named={"canonical": PAGE})) == (True, "canonical")


def test_a_title_that_a_whole_site_bears_joins_nothing():
    pages = [page(f"{SITE}/stories/story-number-{n}-of-many", "Our Site", sketch="") for n in range(40)]
    clusters = Clusters()
    assert len({clusters.find(clusters.add(*one)) for one in pages}) == 40


def test_the_first_page_has_no_reason_and_every_other_has_one():
    clusters = Clusters()
    keys = [
        clusters.add(*page("https://amp.news.example/b", named={"canonical": PAGE})),
        clusters.add(*page("https://m.news.example/c", named={"og:url": PAGE})),
        clusters.add(*page()),
    ]
    assert [bool(clusters.why(key)) for key in keys] == [False, True, True]
