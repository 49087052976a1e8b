"""The pure rules: politeness, priority, scope, robots.txt."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.errors import SettingError
from crawler.frontier import politeness
from crawler.frontier.item import Item
from crawler.frontier.robots import MAX_SIZE, RobotsOutcome, Rules, outcome_of
from crawler.frontier.scope import Scope
from crawler.frontier.site import registrable_domain
from crawler.model import timestamp

NOW = datetime(2008, 4, 4, 12, tzinfo=UTC)
AGENT = "clew/1.0 (+Googlebot fans, news@example.org)"


@pytest.mark.parametrize(
    ("elapsed", "delay", "rest"), [(0.5, 3, 2.5), (6, 3, 30), (60, 3, 30), (2, 0, 0), (-1, 3, 0)]
)
def test_a_slow_host_rests_five_times_its_answer(elapsed, delay, rest):
    assert politeness.stretch(elapsed, delay) == rest


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("0", 0),
        ("999999999999999999999", 3600),
        (timestamp.to_http_date(NOW + timedelta(seconds=90)), 90),
        (timestamp.to_http_date(NOW - timedelta(days=1)), 0),
        (timestamp.to_http_date(NOW + timedelta(days=9)), 3600),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("\N{ARABIC-INDIC DIGIT FIVE}", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value, seconds):
    assert politeness.retry_after(value, NOW) == seconds


def test_backoff_doubles_up_to_a_bound_and_is_shorter_without_an_answer():
    answers = [politeness.backoff(n, refused=False) for n in range(4)]
    assert answers == [1, 2, 4, 8]
    assert [politeness.backoff(n, refused=True) for n in range(4)] == [n / 2 for n in answers]
    assert politeness.backoff(10**6, refused=False) == 300


@pytest.mark.parametrize(
    ("value", "kept"),
    [(10.0, 10), (1e9, 300), (0.0, 0), (-1.0, None), (float("nan"), None), (None, None)],
)
def test_crawl_delay_is_honoured_up_to_five_minutes(value, kept):
    assert politeness.crawl_delay(value) == kept


def test_hops_are_links_and_nothing_else():
    assert Item("http://a/", path="LRELR").hops == 2
    packed = Item("http://a:8/ä", data={"a": "b"}).encode()
    assert Item.decode(packed) == Item("http://a:8/ä", data={"a": "b"})


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("news.bbc.co.uk", "bbc.co.uk"),
        ("example.org", "example.org"),
        ("a.someone.github.io", "someone.github.io"),
        ("www.news.test", "news.test"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("co.uk", "co.uk"),
    ],
)
def test_what_somebody_registered(host, domain):
    assert registrable_domain(host) == domain


@pytest.mark.parametrize(
    ("rule", "target", "site", "allowed"),
    [
        ("site", "https://sport.bbc.co.uk:444/", "", True),
        ("site", "https://other.co.uk/", "", False),
        ("site", "https://other.co.uk/", "other.co.uk", True),
        ("site", "http://127.0.0.1:9/", "", True),
        ("site", "http://127.0.0.2/", "", False),
        ("host", "https://news.bbc.co.uk/x", "", True),
        ("host", "https://sport.bbc.co.uk/", "", False),
        ("any", "https://other.co.uk/", "", True),
    ],
)
def test_scope_of_the_seeds(rule, target, site, allowed):
    scope = Scope.for_seeds(rule, ["http://news.bbc.co.uk/1", "http://127.0.0.1:8000/"])
    assert scope.allows(target, site) is allowed


def test_a_redirected_seed_adds_its_site():
    scope = Scope.for_seeds("site", ["http://old.example.org/"])
    assert scope.allows("https://b.new.net/x", scope.site("https://a.new.net/"))
    assert Scope.for_seeds("host", []).site("https://a.new.net/") == "a.new.net"


@pytest.mark.parametrize(
    ("target", "allowed"),
    [
        ("https://example.org/a", True),
        ("https://www.example.org:81/a", True),
        ("https://badexample.org/", False),
        ("https://example.org/live/1", False),
        ("https://example.org/live/story", True),
        ("https://else.net/2008/04", True),
        ("https://else.net/", False),
        ("http://127.0.0.1:80/", False),
        ("http://127.0.0.1:81/", True),
    ],
)
def test_scope_of_a_file_of_rules(tmp_path, target, allowed):
    file = tmp_path / "rules"
    file.write_text(
        "# what we want\n\n+ example.org\n+ /\\.net/(19|20)\\d\\d//\n+ 127.0.0.1:81\n"
        "- https://example.org/live/\n+ https://example.org/live/story\n"
    )
    assert Scope.for_seeds(str(file), []).allows(target) is allowed


@pytest.mark.parametrize(
    "line", ["example.org", "* a", "+ ", "+ /(/", "+ a b", "+example.org", "- ftp://a/"]
)
def test_a_bad_rule_is_named_with_its_line(tmp_path, line):
    file = tmp_path / "rules"
    file.write_text(f"+ example.org\n{line}\n")
    with pytest.raises(SettingError, match="line 2"):
        Scope.for_seeds(str(file), [])


def test_a_scope_that_is_no_file_is_one_clear_error(tmp_path):
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    for name in ("sites", "none\0", "binary", "."):
        with pytest.raises(SettingError, match=r"scope=.*any"):
            Scope.for_seeds(str(tmp_path / name), [])


def test_robots_rules_count_for_the_product_token_only():
    rules = Rules.parse("User-agent: googlebot\nDisallow: /\n\nUser-agent: Clew\nDisallow: /a\n")
    assert rules.allows("http://h/b", AGENT)
    assert not rules.allows("http://h/a/b", AGENT)
    assert not rules.allows("http://h/b", "Mozilla/5.0 (compatible; Googlebot/2.1)")


def test_robots_txt_itself_is_always_allowed():
    rules = Rules.parse("User-agent: *\nDisallow: /\nCrawl-delay: 7")
    assert rules.allows("http://h/robots.txt", AGENT)
    assert not rules.allows("http://h/", AGENT)
    assert rules.crawl_delay(AGENT) == 7


def test_the_examples_of_rfc_9309():
    rules = Rules.parse(
        "User-Agent: foobot\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\n\n"
        "User-Agent: quxbot\n\nUser-Agent: barbot\nDisallow: *.gif$\nDisallow: /example/\n"
        "Allow: /publications\n\nUser-Agent: *\nDisallow: /example/page\n"
    )
    assert not rules.allows("http://h/example/page/disallowed.gif", "foobot/1")
    assert rules.allows("http://h/example/page/", "foobot/1")
    assert not rules.allows("http://h/x.gif", "barbot/1")
    assert rules.allows("http://h/publications", "barbot/1")
    assert not rules.allows("http://h/example/page", "other/1")


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbfUser-agent: *\nDisallow: /a",
        b"\xff\xfe\x00binary\x00\nUser-agent: *\rDisallow: /a",
        "User-agent: *\r\nDisallow: /a\r\n#" + "x" * 10_000_000,
    ],
)
def test_robots_of_any_bytes(text):
    rules = Rules.parse(text)
    assert not rules.allows("http://h/a", AGENT)
    assert rules.allows("http://h/b", AGENT)


def test_what_lies_beyond_500_kibibytes_does_not_count():
    rules = Rules.parse(b"User-agent: *\n#" + b"x" * MAX_SIZE + b"\nDisallow: /\n")
    assert rules.allows("http://h/", AGENT)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, RobotsOutcome.PARSE),
        (301, RobotsOutcome.ALLOW_ALL),
        (401, RobotsOutcome.ALLOW_ALL),
        (404, RobotsOutcome.ALLOW_ALL),
        (429, RobotsOutcome.RETRY),
        (500, RobotsOutcome.RETRY),
        (503, RobotsOutcome.RETRY),
        (999, RobotsOutcome.RETRY),
    ],
)
def test_what_the_status_of_robots_txt_means(status, outcome):
    assert outcome_of(status) is outcome
