"""A scope is data: each kind of line does what docs/scope.md says, and a decision names the one it follows."""

import re
import time
from datetime import date
from pathlib import Path

import pytest

from crawler.errors import SettingError
from crawler.frontier import scope_file
from crawler.frontier.quota import HostQuota
from crawler.frontier.scope import Scope
from crawler.frontier.scope_limits import Decision
from crawler.frontier.walk_file import Walk


def scope_of(text, *seeds, tmp_path=None, hops=None, depth_limit=0):
    file = tmp_path / "news.scope"
    file.write_text(text)
    return Scope.for_seeds(str(file), seeds, hops, depth_limit)


@pytest.mark.parametrize(
    ("pattern", "matches", "others"),
    [
        (
            "example.org",
            ["http://example.org/", "https://a.b.example.org:81/x"],
            ["http://badexample.org/", "http://org/"],
        ),
        (
            "Example.ORG:81",
            ["http://a.example.org:81/"],
            ["http://example.org/", "http://example.org:8/"],
        ),
        ("[::1]", ["http://[::1]/", "http://[::1]:80/"], ["http://[::2]/"]),
        ("127.0.0.1", ["http://127.0.0.1:8080/"], ["http://10.127.0.0.1/"]),
        ("münchen.de", ["http://xn--mnchen-3ya.de/"], ["http://munchen.de/"]),
        (
            "https://Example.org/a b",
            ["https://example.org/a%20b/c", "https://example.org/a%20bc"],
            ["http://example.org/a%20b", "https://example.org/a"],
        ),
        ("https://example.org", ["https://example.org/x"], ["https://example.org.evil.net/"]),
        ("https://example.org:443/a?", ["https://example.org/a?b"], ["https://example.org/a"]),
        (
            "org,example,)/news/",
            ["http://example.org/news", "https://www.example.org/News/1"],
            ["http://a.example.org/news/", "http://example.org/newsletter", "http://example.org/"],
        ),
        (
            "org,example,",
            ["http://example.org/", "http://a.b.example.org/x"],
            ["http://example.org.uk/", "http://examples.org/"],
        ),
        ("org,example)/news", ["http://example.org/newsletter", "http://example.org/news"], []),
        ("http://(org,example,www,)/", ["https://example.org/x"], ["http://a.example.org/"]),
        ("org,example,:81)/", ["http://example.org:81/x"], ["http://example.org/x"]),
        (r"/\.org/(19|20)\d\d//", ["http://a.org/2008/x"], ["http://a.org/208/x"]),
    ],
)
def test_what_a_pattern_names(tmp_path, pattern, matches, others):
    scope = scope_of(f"+ {pattern}", tmp_path=tmp_path)
    assert [uri for uri in matches if not scope.allows(uri)] == []
    assert [uri for uri in others if scope.allows(uri)] == []


@pytest.mark.parametrize(
    ("uri", "rule"),
    [
        ("https://example.org/a", "line 2: + example.org"),
        ("https://example.org/live/a", "line 3: - https://example.org/live/"),
        ("https://example.org/live/story/1", "line 4: + org,example,)/live/story/"),
        ("https://example.org/live/story/1?sid=2", "line 5: - /sid=/"),
        ("https://example.org/live/story/best?sid=2", "line 6: + /best/"),
        ("https://else.net/", "no line lets it in"),
    ],
)
def test_the_last_line_that_matches_decides_and_is_named(tmp_path, uri, rule):
    scope = scope_of(
        "# news\n+ example.org\n- https://example.org/live/\n+ org,example,)/live/story/\n"
        "- /sid=/\n  + /best/  \n",
        tmp_path=tmp_path,
    )
    allowed = "+" in rule
    assert scope.decide(uri, 1) == Decision(allowed, rule, str(tmp_path / "news.scope"))


@pytest.mark.parametrize(
    ("kind", "uri", "decision"),
    [
        ("site", "http://a.bbc.co.uk/", (True, "scope=site: bbc.co.uk is a seed's domain")),
        ("site", "http://bbc.com/", (False, "scope=site: bbc.com is no seed's domain")),
        ("host", "http://a.bbc.co.uk/", (False, "scope=host: a.bbc.co.uk is no seed's host")),
        ("any", "http://bbc.com/", (True, "scope=any")),
        ("site", "http://moved.net/", (True, "moved.net is where a seed was redirected to")),
    ],
)
def test_site_host_and_any_say_themselves_too(kind, uri, decision):
    scope = Scope.for_seeds(kind, ["http://news.bbc.co.uk/"])
    assert scope.decide(uri, 1, "moved.net") == Decision(*decision, f"scope={kind}")


def test_hops_are_limited_for_all_and_for_a_host(tmp_path):
    text = "+ /./\nhops 2\nhops 1 example.org\nhops 4 deep.net:81\n"
    scope = scope_of(text, tmp_path=tmp_path)
    assert scope.hops == 4
    assert scope.decide("http://else.net/", 2).allowed
    refused = scope.decide("http://else.net/", 3)
    assert refused == Decision(False, "hops: 3 > 2", "line 2: hops 2")
    assert scope.decide("http://a.example.org/", 1).allowed
    assert scope.decide("http://a.example.org/", 2).where == "line 3: hops 1 example.org"
    assert scope.decide("http://deep.net:81/", 4).allowed
    assert not scope.decide("http://deep.net/", 4).allowed


@pytest.mark.parametrize(
    ("text", "hops", "depth_limit", "here", "elsewhere"),
    [
        ("", None, 0, 3, 3),
        ("hops 5", None, 0, 5, 5),
        ("hops 5", 2, 0, 2, 2),
        ("hops 5", None, 4, 4, 4),
        ("hops 0", None, 0, 0, 0),
        ("hops 1 a.org", None, 0, 1, 3),
        ("hops 9 a.org", None, 0, 9, 3),
        ("hops 9 a.org", 4, 0, 4, 4),
        ("hops 1 a.org", None, 2, 1, 2),
    ],
)
def test_the_least_of_what_was_asked_holds(tmp_path, text, hops, depth_limit, here, elsewhere):
    scope = scope_of(f"+ /./\n{text}", tmp_path=tmp_path, hops=hops, depth_limit=depth_limit)
    assert scope.hops == max(here, elsewhere)
    for uri, most in (("http://a.org/", here), ("http://b.org/", elsewhere)):
        assert scope.decide(uri, most).allowed
        assert scope.decide(uri, most + 1).rule == f"hops: {most + 1} > {most}"


def test_stories_are_kept_between_two_days(tmp_path):
    scope = scope_of("+ a.org\nfrom 2008-02\nuntil 2008\n", tmp_path=tmp_path)
    assert scope.allows("http://a.org/")  # no date is no reason
    assert scope.allows("http://a.org/", day=date(2008, 2, 1))
    assert scope.allows("http://a.org/", day=date(2008, 12, 31))
    early, late = date(2008, 1, 31), date(2009, 1, 1)
    assert scope.decide("http://a.org/", 1, "", early) == Decision(
        False, "date: 2008-01-31 < 2008-02-01", "line 2: from 2008-02"
    )
    assert scope.decide("http://a.org/", 1, "", late).rule == "date: 2009-01-01 > 2008-12-31"
    assert scope.decide("http://b.org/", 1, "", late).rule == "no line lets it in"


def test_what_no_line_matches_can_be_left_to_the_seeds(tmp_path):
    scope = scope_of("scope host\n- /live/\n+ cdn.net", "http://a.org/", tmp_path=tmp_path)
    assert scope.decide("http://a.org/x", 1).rule == "scope=host: a.org is a seed's host"
    assert scope.decide("http://b.a.org/x", 1).rule == "scope=host: b.a.org is no seed's host"
    assert not scope.allows("http://a.org/live")
    assert scope.allows("http://cdn.net/")


def test_quotas_come_from_the_file(tmp_path):
    quotas = scope_of(
        "pages 10000\nbytes 50G\npages-per-host 500\nbytes-per-host 1Gi\n"
        "pages 20 example.org\nbytes 7k example.org\npages 3 example.org:81\npages 30 example.org\n",
        tmp_path=tmp_path,
    ).quotas
    assert (quotas.pages, quotas.bytes) == (10_000, 50 * 10**9)
    assert quotas.of("else.net") == HostQuota(500, 1 << 30)
    assert quotas.of("www.example.org") == HostQuota(30, 7000)
    assert quotas.of("example.org:81") == HostQuota(3, 7000)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("hosp 3", "perhaps 'hops'"),
        ("page-per-host 3", "perhaps 'pages-per-host'"),
        ("example.org", "begins with"),
        ("+ *.example.org", "write example.org"),
        ("+ http://", "not an http or https URL"),
        ("- /(/", "unterminated|missing"),
        ("- /(a+)+$/", "for ever"),
        (r"- /(?:\d{2,}[a-z]*)*x/", "for ever"),
        ("hops", "write hops, a number"),
        ("hops -1", "whole number"),
        ("hops 3 a b", "at most one host"),
        ("hops 3 a/b", "neither a host"),
        ("pages 0", "1 or more"),
        ("pages ²", "1 or more"),
        ("bytes lots", "50G"),
        ("from 2008-13-01", "month must be"),
        ("from yesterday", "YYYY-MM-DD"),
        ("until 2008-2-1", "YYYY-MM-DD"),
        ("scope all", "site, host, any"),
    ],
)
def test_a_line_that_is_none_is_named_with_the_way_out(tmp_path, line, what):
    with pytest.raises(SettingError, match=rf"news\.scope, line 2: .*({what})"):
        scope_of(f"+ example.org\n{line}\n", tmp_path=tmp_path)


def test_a_word_that_is_nearly_right_is_told(tmp_path):
    with pytest.raises(SettingError, match="scope=site may be meant"):
        Scope.for_seeds("sites", [])


@pytest.mark.parametrize(
    "pattern", [r"(?:/[^/]+)++$", r"(?>a+)+", r"(ab)+c*", r"(a{1,3})+", r"(?=a+)+", r"[(a+)]+"]
)
def test_repetitions_that_never_try_again_are_allowed(tmp_path, pattern):
    assert len(scope_of(f"- /{pattern}/", tmp_path=tmp_path).rules) == 1


def test_of_a_long_url_only_its_beginning_is_searched(tmp_path):
    scope = scope_of("+ a.org\n- /x$/", tmp_path=tmp_path)
    assert scope.allows("http://a.org/" + "a" * 3000 + "x")
    assert not scope.allows("http://a.org/" + "a" * 2000 + "x")


def test_ten_thousand_domains_cost_no_more_than_one(tmp_path):
    """By count of look-ups, not by the clock: a linear search would take minutes here."""
    scope = scope_of(
        "".join(f"+ host{n}.org\n- http://host{n}.org/x\n" for n in range(10_000)), tmp_path=tmp_path
    )
    begun = time.monotonic()
    for n in range(10_000):
        assert scope.allows(f"http://www.host{n}.org/")
        assert not scope.allows(f"http://host{n}.org/xy")
    assert time.monotonic() - begun < 60


@pytest.mark.parametrize(
    ("line", "hops"),
    [("", None), ("", 5), ("hops 5", None), ("hops 5 bbc.co.uk", None), ("hops 5", 2), ("hops 2", 5)],
)
def test_a_scope_is_found_again_from_what_is_kept_of_its_walk(tmp_path, line, hops):
    text = f"scope site\n- /live/\nhops 1 example.org\n{line}\n"
    seeds = ["http://news.bbc.co.uk/"]
    scope = scope_of(text, *seeds, tmp_path=tmp_path, hops=hops)
    walk = Walk(
        spider="story",
        scope=scope.name,
        sites=tuple(scope.sites),
        rules=text,
        hops=scope.hops,
        follow="related",
        arguments={} if hops is None else {"hops": str(hops)},
    )
    again = Scope.of_walk(walk)
    for uri in (
        "http://a.bbc.co.uk/",
        "http://bbc.co.uk/live",
        "http://example.org/",
        "http://else.net/",
    ):
        for distance in range(7):
            assert again.decide(uri, distance) == scope.decide(uri, distance)


def test_the_file_that_the_docs_show_is_one(tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "scope.md").read_text()
    shown = re.search(r"```\n(# the story.*?)```", page, re.DOTALL)
    scope = scope_of(shown[1], "http://seed.net/", tmp_path=tmp_path)
    told = set(re.findall(r"`([a-z-]+) ", page))
    assert set(scope_file._READERS) - {"+", "-"} <= told
    assert scope.decide("http://example.org/live/1", 1).allowed
    assert not scope.decide("https://example.org/live/1", 1).allowed
    assert scope.decide("https://example.org/live/story/1", 1).allowed
    assert not scope.decide("https://example.org/?sid=1", 1).allowed
    assert not scope.decide("http://partner.example/", 2).allowed
    assert scope.decide("http://seed.net/", 3).rule == "scope=site: seed.net is a seed's domain"
    assert scope.quotas.of("www.example.org") == HostQuota(20, 0)
