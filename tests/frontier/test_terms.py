"""Rules, budgets and addresses: which clock a host has, and with which delay and slots."""

import asyncio
import socket

import pytest

from crawler.frontier.addresses import agreed
from crawler.frontier.host_rules import HostRules
from crawler.frontier.item import Addition, Item
from crawler.frontier.lease import Verdict
from crawler.scheduler.resolving import Resolver, take_word
from crawler.scheduler.rules import LiveRules
from crawler.scheduler.terms import UNSAID, Dresser, stricter


@pytest.fixture
def rules(tmp_path):
    return LiveRules(tmp_path / "hosts.yaml")


def says(rules, text):
    rules.current = HostRules.parse(text, "hosts.yaml")


def dresser_of(rules, frontier=None, resolver=None, budget=lambda clock: UNSAID):
    return Dresser(rules, frontier, resolver, budget)


def resolves(monkeypatch, **addresses):
    """A resolver of names: `a=["203.0.113.7"]`; a number is the seconds that its answer takes."""

    async def getaddrinfo(self, host, port, **_kind):
        found = addresses[host]
        if isinstance(found, float):
            await asyncio.sleep(found)
        if not isinstance(found, list):
            raise socket.gaierror("no such name")
        return [(0, 0, 0, "", (address, 0)) for address in found]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)


async def test_without_rules_nothing_is_touched(rules, page):
    additions = [page("a/1")]
    assert await dresser_of(rules).dress(additions) is additions


async def test_a_rule_gives_its_host_delay_and_slots(rules, page):
    says(rules, "a: {delay: 0.25, slots: 2}\nb: {slots: 3}\nc: {block: true}")
    dressed = await dresser_of(rules).dress([page(f"{host}/1") for host in "abcd"])
    assert [one.terms for one in dressed] == [(250, 2), (-1, 3), UNSAID, UNSAID]


async def test_a_budget_yields_to_the_rule_of_the_archive_and_not_to_that_of_the_original(rules):
    says(rules, "archive: {delay: 9}\nnews: {delay: 1}")
    one = Addition(
        Item("http://archive/x"), 0, "k", host="archive/playback/news", clock="archive@playback",
        terms=(125, 6),
    )  # fmt: skip
    (dressed,) = await dresser_of(rules).dress([one])
    assert (dressed.clock, dressed.terms) == ("archive@playback", (9000, -1))


async def delays(frontier, claimed, acked, hosts):
    found = {}
    while len(found) < hosts:
        leased = await claimed(frontier, 100, 1)
        found |= {lease.host: lease.delay_ms for lease in leased}
        await frontier.commit([], acked(leased, Verdict.BACK))
    return found


async def test_the_operators_word_wins_over_the_settings_and_the_host(
    crawl, rules, page, claimed, acked
):
    frontier = await crawl.open(download_delay=0.02)
    says(rules, "a: {delay: 0.001}")
    await frontier.commit(await dresser_of(rules).dress([page("a/1"), page("b/1")]), [])
    assert await frontier.set_delay("a", 100.0) == 0.001
    assert await delays(frontier, claimed, acked, 2) == {"a": 1, "b": 20}


async def test_new_rules_hold_for_hosts_that_are_known(crawl, rules, page, claimed, acked):
    frontier = await crawl.open(download_delay=0.02)
    says(rules, "a: {delay: 0.005, slots: 2}")
    dresser = dresser_of(rules, frontier)
    await frontier.commit(await dresser.dress([page(f"{host}/1") for host in "abc"]), [])
    says(rules, "b: {delay: 0.007}")
    await dresser.apply()
    assert await delays(frontier, claimed, acked, 3) == {"a": 20, "b": 7, "c": 20}
    assert await frontier.store.command("HGET", frontier.store.keys("host:a"), "slots") is None


async def test_terms_end_with_the_last_rule(crawl, rules, page, claimed, acked):
    frontier = await crawl.open(download_delay=0.02)
    says(rules, "a: {delay: 0.005}")
    dresser = dresser_of(rules, frontier)
    await frontier.commit(await dresser.dress([page("a/1")]), [])
    later = await crawl.open(download_delay=0.02)
    says(rules, "")
    await dresser_of(rules, later).apply()
    assert await delays(later, claimed, acked, 1) == {"a": 20}


async def test_where_no_rule_ever_spoke_no_host_is_looked_at(crawl, rules, page, monkeypatch):
    frontier = await crawl.open()
    await frontier.commit([page("a/1")], [])

    def looked_at():
        raise AssertionError("a crawl of a million hosts would wait for this at each start")

    monkeypatch.setattr(frontier, "clocks", looked_at)
    await dresser_of(rules, frontier).apply()


async def test_terms_that_hold_already_let_nobody_rest(crawl, rules, page, claimed, acked):
    frontier = await crawl.open()
    says(rules, "a: {delay: 100}")
    dresser = dresser_of(rules, frontier)
    await frontier.commit(await dresser.dress([page("a/1")]), [])
    await frontier.commit([], acked(await claimed(frontier, 1, 1), Verdict.BACK))
    before = await frontier.store.command("HGET", frontier.store.keys("host:a"), "next")
    await asyncio.sleep(0.01)
    await dresser.apply()
    assert await frontier.store.command("HGET", frontier.store.keys("host:a"), "next") == before


async def test_a_slower_rule_counts_from_now_for_what_has_started(crawl, rules, page, claimed, acked):
    frontier = await crawl.open(download_delay=0.001)
    await frontier.commit([page("a/1"), page("a/2")], [])
    await frontier.commit([], acked(await claimed(frontier, 1, 1)))
    says(rules, "a: {delay: 50}")
    await dresser_of(rules, frontier).apply()
    claim = await frontier.claim(9, 9)
    assert claim.leased == []
    assert 49 < claim.wait <= 50.01


async def test_hosts_of_one_address_share_a_clock(crawl, rules, page, monkeypatch):
    addresses = {"a": ["203.0.113.7"], "b": ["203.0.113.9", "203.0.113.7"], "c": ["2001:db8::1"]}
    resolves(monkeypatch, **addresses, d=None, e=["203.0.113.9", "2001:db8::1"])
    frontier = await crawl.open(download_delay=50.0)
    dresser = dresser_of(rules, frontier, Resolver(take_word))
    pages = [page(f"{host}/{n}") for host in ("a", "b:81", "c", "d", "e") for n in (1, 2)]
    dressed = await dresser.dress(pages)
    assert {one.queue: one.clock for one in dressed} == {
        "a": "@203.0.113.7", "b:81": "@203.0.113.7", "c": "@2001:db8::1", "d": "", "e": "@203.0.113.9",
    }  # fmt: skip
    await frontier.commit(dressed, [])
    leased = (await frontier.claim(99, 1)).leased
    assert len(leased) == 4, "one of a and b, and each of the others"
    assert {lease.host for lease in leased} > {"c", "d", "e"}


async def test_who_shares_a_clock_has_the_strictest_terms(crawl, rules, page, monkeypatch):
    resolves(monkeypatch, a=["203.0.113.7"], b=["203.0.113.7"], c=["203.0.113.7"])
    frontier = await crawl.open(download_delay=1.0)
    dresser = dresser_of(rules, frontier, Resolver(take_word))

    async def terms():
        key = frontier.store.keys("host:@203.0.113.7")
        return await frontier.store.command("HMGET", key, "delay", "slots")

    says(rules, "a: {delay: 5, slots: 3}\nb: {delay: 2, slots: 2}\n")
    for host in "abc":
        await frontier.commit(await dresser.dress([page(f"{host}/1")]), [])
    assert await terms() == [b"5000", b"2"]
    says(rules, "a: {delay: 3}\nb: {delay: 4}\nc: {slots: 7}")
    await dresser.apply()
    assert await terms() == [b"4000", b"7"]


async def test_of_hosts_that_share_a_clock_the_one_that_asks_for_most_is_heard(
    crawl, rules, page, monkeypatch
):
    resolves(monkeypatch, a=["203.0.113.7"], b=["203.0.113.7"], c=None)
    frontier = await crawl.open(download_delay=1.0)
    dresser = dresser_of(rules, frontier, Resolver(take_word))
    await frontier.commit(await dresser.dress([page(f"{host}/1") for host in "abc"]), [])
    assert await frontier.set_delay("a", 9.0) == 9.0
    assert await frontier.set_delay("b", 4.0) == 9.0
    assert await frontier.set_delay("c", 9.0) == 9.0
    assert await frontier.set_delay("c", 4.0) == 4.0, "a host by itself may change its mind"


async def test_a_name_that_takes_too_long_is_its_own_clock_for_good(rules, page, monkeypatch):
    resolves(monkeypatch, a=["203.0.113.7"], slow=30.0)
    resolver = Resolver(take_word, patience=0.05)
    dresser = dresser_of(rules, resolver=resolver)
    dressed = await dresser.dress([page("a/1"), page("slow/1")])
    assert [one.clock for one in dressed] == ["@203.0.113.7", ""]
    resolves(monkeypatch, slow=["203.0.113.7"])
    assert (await dresser.dress([page("slow/2")]))[0].clock == ""
    assert dresser.dress_now([page("new/1")])[0].clock == "", "who cannot wait does not ask"


async def test_on_several_primaries_the_first_worker_that_looked_up_a_host_decides(crawl):
    one, other = await crawl.open(), await crawl.open()
    first = {"a": "@203.0.113.7", "b": ""}
    assert await agreed(one.store, first) == first
    found = await agreed(other.store, {"b": "@203.0.113.9", "a": "", "c": "@2001:db8::1"})
    assert found == first | {"c": "@2001:db8::1"}


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ((-1, -1), (5, 2), (5, 2)),
        ((9, 1), (5, 2), (9, 1)),
        ((9, -1), (-1, 3), (9, 3)),
        ((-1, -1), (-1, -1), (-1, -1)),
    ],
)
def test_the_stricter_of_two_terms(one, other, both):
    assert stricter(one, other) == stricter(other, one) == both
