"""A login that stands in a URL gets no further than the line that has it."""

from __future__ import annotations

import pytest
from scrapy import Request

from crawler.config import Config
from crawler.download import supplied
from crawler.errors import InvalidUri, SettingError
from crawler.model import uri
from crawler.scheduler.foreign import foreign_addition
from crawler.seeds.reader import BadSeed, Seed, parse_list

BAD = (
    "http://u:hunter2@ho st/",
    "http://u:hunter2@a:b/",
    "ftp://u:hunter2@a/",
    "//u:hunter2@a/",
    "u:hunter2@a/",
)


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("http://u:p@a.org/x@y", "http://a.org/x@y"),
        ("http://u@a.org", "http://a.org"),
        ("http://u:p@ss@a.org:8/?@", "http://a.org:8/?@"),
        ("//u:p@a.org/", "//a.org/"),
        ("https://a.org/web/http://u:p@b.org/", "https://a.org/web/http://u:p@b.org/"),
        ("http://a.org/?mail=u@b.org", "http://a.org/?mail=u@b.org"),
    ],
)
def test_only_the_login_of_the_host_is_taken_off(text: str, without: str) -> None:
    assert uri.without_login(text) == without


@pytest.mark.parametrize("text", BAD)
def test_no_error_about_a_url_shows_its_login(text: str) -> None:
    with pytest.raises(InvalidUri) as error:
        uri.normalise(text)
    assert "hunter2" not in str(error.value)
    (seed,) = parse_list(text.encode())
    assert isinstance(seed, BadSeed)
    assert "hunter2" not in repr(seed)


def test_a_seed_says_that_it_had_a_login() -> None:
    assert list(parse_list(b"http://u:hunter2@a.org/\nhttp://a.org/@")) == [
        Seed("http://a.org/", 1, login=True),
        Seed("http://a.org/@", 2),
    ]


def test_a_link_and_a_request_of_others_lose_their_login() -> None:
    assert uri.join("http://a.org/", "//u:hunter2@b.org/") == "http://b.org/"
    added = foreign_addition(Request("http://u:hunter2@b.org/"), None)
    assert (added.item.uri, added.key) == ("http://b.org/", "http://b.org/")


def test_a_bad_proxy_is_found_before_the_crawl_starts() -> None:
    with pytest.raises(SettingError, match="PROXY is no proxy"):
        supplied.check(Config(proxy="https://p:1"))
