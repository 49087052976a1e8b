"""Of all that decides about a URL the first that refuses is told, in the order that the module gives."""

from dataclasses import replace

import pytest

from crawler.config import Config
from crawler.frontier.explain import Case, explain
from crawler.frontier.host_rule import HostRule
from crawler.frontier.host_rules import HostRules
from crawler.frontier.inquiry import Known
from crawler.frontier.quota import HostQuota, Quotas
from crawler.frontier.scope import Scope

SEEDS = ["http://a.org/"]
NOTHING = Known(False, None, "", 0, 0, 0, 0, 0, None)


def known(**fields):
    values = {name: getattr(NOTHING, name) for name in Known.__slots__}
    return Known(**values | fields)


def case(target="http://a.org/x", hops=1, scope="site", host_rule=None, **fields):
    given = {"config": Config(), "quotas": Quotas()} | fields
    hosts = HostRules({"*": host_rule} if host_rule else {})
    return Case(target, hops, replace(Scope.for_seeds(scope, SEEDS), hosts=hosts), **given)


DENY = "User-agent: *\nDisallow: /x"
CASES = [
    (case(), True, "scope=site: a.org is a seed's domain"),
    (case("http://b.org/"), False, "scope=site: b.org is no seed's domain"),
    (case(hops=4), False, "hops: 4 > 3"),
    (case("http://b.org/", moved=frozenset({"b.org"})), True, "b.org is where a seed was redirected to"),
    (case("http://b.org/", known=known(seed="archived")), True, "a seed: archived"),
    (case("http://b.org/", host_rule=HostRule(scope=True)), True, "scope: in for b.org"),
    (case(host_rule=HostRule(scope=False)), False, "scope: out for a.org"),
    (case(known=known(seed="x"), host_rule=HostRule(scope=False)), True, "a seed: x"),
    (case(hops=4, host_rule=HostRule(scope=True)), False, "hops: 4 > 3"),
    (
        case(known=known(seed="x"), host_rule=HostRule(block="asked us")),
        False,
        "a.org is blocked: asked us",
    ),
    (case(known=known(robots=DENY)), False, "robots.txt forbids it"),
    (case(known=known(robots=DENY), host_rule=HostRule(robots=False)), True, "scope=site"),
    (case(known=known(robots=DENY), config=Config(robotstxt_obey=False)), True, "scope=site"),
    (
        case(
            known=known(robots=DENY),
            config=Config(robotstxt_obey=False),
            host_rule=HostRule(robots=True),
        ),
        False,
        "robots.txt forbids it",
    ),
    (case(known=known(robots="")), True, "scope=site"),
    (case(known=known(robots=DENY), archived=True), True, "scope=site"),
    (case("http://b.org/x", known=known(robots=DENY)), False, "scope=site: b.org"),
    (
        case(known=known(host_pages=2), quotas=Quotas(hosts={"a.org": HostQuota(2)})),
        False,
        "quota: a.org has 2 of 2 pages",
    ),
    (case(known=known(bytes=9), quotas=Quotas(bytes=9)), False, "quota: the crawl has 9 of 9 bytes"),
    (case(known=known(pages=9), quotas=Quotas(pages=10)), True, "scope=site"),
]


@pytest.mark.parametrize(("one", "allowed", "rule"), CASES, ids=[rule for _, _, rule in CASES])
def test_the_rule_that_decides_is_told(one, allowed, rule):
    decision = explain(one)
    assert decision.allowed is allowed
    assert decision.rule.startswith(rule)
    assert decision.where
