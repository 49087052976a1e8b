"""One story has many addresses; a false merge is worse than a missed one."""

import pytest

from pipelines.graph.clusters import Clusters

PAGE = "https://www.news.example/2008/04/fish"

TOGETHER = [
    ("canonical", "https://news.example/fish?page=1", [PAGE]),
    ("AMP", "https://amp.news.example/2008/04/fish", [PAGE]),
    ("print", "https://www.news.example/print/fish", [PAGE]),
    (
        "edition twin",
        "https://www.news.example/2/hi/fish.stm",
        ["https://www.news.example/2008/04/fish"],
    ),
    ("a host under the site", "https://archive.news.example/fish", [PAGE]),
    ("the same address, other spelling", "http://news.example/2008/04/fish?utm_source=a", []),
]

APART = [
    ("another title", "https://www.news.example/chips", "Chips", [PAGE]),
    ("no title", "https://www.news.example/chips", "", [PAGE]),
    ("another site's canonical", "https://copy.example/fish", "Fish", [PAGE]),
    ("nothing in common but the title", "https://www.news.example/other/fish", "Fish", []),
]


@pytest.mark.parametrize(("why", "address", "others"), TOGETHER)
def test_together(why, address, others):
    clusters = Clusters()
    page = clusters.add(PAGE, "Fish", [])
    twin = clusters.add(address, "  FISH ", others)
    assert clusters.find(page) == clusters.find(twin), why


@pytest.mark.parametrize(("why", "address", "title", "others"), APART)
def test_apart(why, address, title, others):
    clusters = Clusters()
    page = clusters.add(PAGE, "Fish", [])
    other = clusters.add(address, title, others)
    assert clusters.find(page) != clusters.find(other), why


def test_two_pages_without_a_title_are_never_joined():
    clusters = Clusters()
    page = clusters.add(PAGE, "", [])
    assert clusters.find(page) != clusters.find(clusters.add("https://www.news.example/x", " ", [PAGE]))


def test_a_front_page_that_every_page_calls_canonical_joins_nobody():
    clusters = Clusters()
    root = "https://www.news.example/"
    keys = [clusters.add(f"https://www.news.example/{n}", "News", [root]) for n in range(3)]
    assert len({clusters.find(key) for key in keys}) == 3


def test_twins_meet_over_a_third_address_in_any_order():
    amp, mobile = "https://amp.news.example/fish", "https://m.news.example/fish-x"
    for order in ((amp, mobile), (mobile, amp)):
        clusters = Clusters()
        keys = [clusters.add(address, "Fish", [PAGE]) for address in order]
        keys.append(clusters.add(PAGE, "Fish", []))
        assert len({clusters.find(key) for key in keys}) == 1
