"""Replay addresses unwrapped, editions joined, links resolved to what the model's `join` means."""

import random

import pytest

from crawler.links.address import address
from crawler.links.folder import site
from crawler.links.normalise import unwrap
from crawler.links.resolve import Resolver
from crawler.model.uri import join

BASES = ("http://a.example/c/d?e", "https://h.example:8443/x", "http://user@a.example/")
PIECES = (
    "/",
    "//",
    "a.example",
    "http:",
    "https:",
    "?",
    "#",
    "..",
    ".",
    "x-1",
    "%41",
    "%",
    " ",
    "é",
    "=",
    "&",
    ":",
    "A",
    "!",
    "@",
    ";",
    "(",
    "'",
)


def test_the_quick_way_means_what_join_means() -> None:
    chance = random.Random(3986)
    for base in BASES:
        resolve = Resolver(base, "utf-8")
        for _ in range(4000):
            href = "".join(chance.choice(PIECES) for _ in range(chance.randrange(1, 7)))
            expected = join(base, href)
            assert resolve(href) == (None if expected is None else unwrap(expected)), (base, href)


@pytest.mark.parametrize(
    ("uri_m", "uri_r"),
    [
        ("http://web.archive.org/web/20080404135400/http://a.example/b?c=d", "http://a.example/b?c=d"),
        ("https://web.archive.org/web/20080404135400id_/https://a.example/b", "https://a.example/b"),
        ("http://web.archive.org/web/2008im_/http://a.example/i.png", "http://a.example/i.png"),
        ("http://web.archive.org/web/20080404135400/http:/a.example/b", "http://a.example/b"),
        ("http://web.archive.org/web/20080404135400/www.a.example/b", "http://www.a.example/b"),
        ("http://127.0.0.1:8080/news/20080404135400mp_/http://a.example/", "http://a.example/"),
        (
            "http://w.example/web/20100101000000/http://w.example/web/20080101000000/http://a.example/",
            "http://a.example/",
        ),
        ("http://a.example/2008/http-explained", "http://a.example/2008/http-explained"),
        ("http://a.example/share?u=http://b.example/", "http://a.example/share?u=http://b.example/"),
    ],
)
def test_a_replay_address_names_the_original(uri_m: str, uri_r: str) -> None:
    assert unwrap(uri_m) == uri_r


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (
            "http://n.example/1/hi/world/europe/7330492.stm",
            "http://n.example/2/hi/europe/7330492.stm",
            True,
        ),
        ("http://n.example/1/hi/uk/7330492.stm", "http://n.example/1/low/uk/7330492.stm", True),
        ("http://www.n.example/a/", "https://n.example/a?utm_source=x#top", True),
        ("https://n.example/a/amp/", "https://n.example/a", True),
        ("https://n.example/a.amp.html", "https://n.example/a.html", True),
        ("http://n.example/a?id=1", "http://n.example/a?id=2", False),
        ("http://n.example/camp", "http://n.example/c", False),
        ("http://n.example/1/hi/uk/1.stm", "http://n.example/1/hi/uk/2.stm", False),
    ],
)
def test_editions_of_a_story_share_a_key(one: str, other: str, same: bool) -> None:
    assert (address(one).key == address(other).key) is same


@pytest.mark.parametrize(
    ("uri", "kind"),
    [
        ("http://a.example/", "index"),
        ("http://a.example/sport", "index"),
        ("http://a.example/world/default.stm", "index"),
        ("http://a.example/tag/storms", "index"),
        ("http://a.example/tag/jamie-dimon-at-senate-banking-panel", "index"),
        ("http://a.example/authors/12345-jane-doe-of-the-desk", "index"),
        ("http://a.example/i/photo.jpg", "index"),
        ("http://a.example/1/hi/world/7330492.stm", "article"),
        ("http://a.example/2024/02/11/flood", "article"),
        ("http://a.example/news/mayor-opens-the-new-bridge", "article"),
        ("http://a.example/story.asp?id=123456", "article"),
        ("http://a.example/news/local/short", ""),
    ],
)
def test_an_address_tells_article_from_index(uri: str, kind: str) -> None:
    found = address(uri)
    assert (found.index, found.article) == (kind == "index", kind == "article")


def test_a_publisher_is_known_on_all_its_hosts() -> None:
    hosts = ("news.bbc.co.uk", "www.bbc.com", "bbc.co.uk:80", "m.bbc.com")
    assert {site(host) for host in hosts} == {"bbc"}
    assert site("localhost") == "localhost"
