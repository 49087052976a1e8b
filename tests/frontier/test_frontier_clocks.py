"""Clocks: slots that end with their chains, hosts that share one, terms, failures in a row, quotas."""

import time

from crawler.frontier.item import Addition, Item
from crawler.frontier.lease import Ack, Ended, Verdict
from crawler.frontier.quota import HostQuota, Quotas


def shared(host, number, clock="@203.0.113.7", terms=(-1, -1)):
    uri = f"http://{host}/{number}"
    return Addition(Item(uri), 3, uri, clock=clock, terms=terms)


def over(leased, *, ago=0.0, hold=0.0):
    now = time.monotonic()
    return Ended(leased[0].id, leased[0].host, now - ago, now, hold)


async def test_a_slot_is_free_when_its_chain_is_over_before_its_acks_are_there(crawl, page):
    frontier = await crawl.open()
    await frontier.commit([page("a/1"), page("a/2")], [])
    first = (await frontier.claim(9, 1)).leased
    assert (await frontier.claim(9, 1)).leased == []
    assert len((await frontier.claim(9, 1, [over(first)])).leased) == 1


async def test_a_slot_is_given_back_once(crawl, page, acked):
    frontier = await crawl.open()
    await frontier.commit([page(f"a/{n}") for n in range(4)], [])
    first = (await frontier.claim(9, 1)).leased
    second = (await frontier.claim(9, 1, [over(first)])).leased
    await frontier.commit([], acked(first))
    assert len(second) == 1
    assert (await frontier.claim(9, 1, [over(first)])).leased == []


async def test_the_delay_counts_from_the_last_start_of_a_chain(crawl, page):
    frontier = await crawl.open(download_delay=100.0, lease_time=1000.0)
    await frontier.commit([page("a/1"), page("a/2")], [])
    first = (await frontier.claim(9, 1)).leased
    claim = await frontier.claim(9, 1, [over(first, ago=40.0)])
    assert claim.leased == []
    assert 59 < claim.wait <= 60.1


async def test_the_hold_of_a_chains_end_counts_at_once(crawl, page):
    frontier = await crawl.open()
    await frontier.commit([page("a/1"), page("a/2")], [])
    first = (await frontier.claim(9, 1)).leased
    claim = await frontier.claim(9, 1, [over(first, hold=50.0)])
    assert claim.leased == []
    assert 49 < claim.wait <= 50.1


async def test_slots_without_a_delay_share_what_waits(crawl, page):
    frontier = await crawl.open(concurrent_requests_per_domain=4)
    await frontier.commit([page(f"a/{n}") for n in range(20)], [])
    batches = [len((await frontier.claim(99, 64)).leased) for _ in range(5)]
    assert batches == [5, 5, 5, 5, 0]


async def test_hosts_that_share_a_clock_share_its_delay_and_take_turns(crawl, claimed):
    frontier = await crawl.open(download_delay=0.05)
    names = ("a", "b", "c")
    await frontier.commit([shared(host, n) for host in names for n in range(4)], [])
    order = []
    for _ in range(12):
        began = time.monotonic()
        leased = await claimed(frontier, 9, 1)
        assert len(leased) == 1
        order.append(leased[0].host)
        await frontier.commit([], [Ack(leased[0].id, Verdict.DONE)])
        assert not (await frontier.claim(9, 1)).leased, "the clock rests for all of them"
        assert time.monotonic() - began < 5
    assert order == order[:3] * 4
    assert sorted(order[:3]) == [*names]
    assert await frontier.finished()


async def test_one_host_of_a_shared_clock_that_rests_lets_none_pass(crawl):
    frontier = await crawl.open()
    await frontier.commit([shared("a", 1), shared("b", 1)], [])
    first = (await frontier.claim(1, 1)).leased
    await frontier.commit([], [Ack(first[0].id, Verdict.RETRY, 50_000, "503")])
    claim = await frontier.claim(9, 9)
    assert claim.leased == []
    assert 49 < claim.wait <= 50


async def test_terms_of_an_addition_hold_for_its_clock(crawl, page):
    frontier = await crawl.open(download_delay=3.0)
    await frontier.commit([shared("a", 1, terms=(700, 2)), page("b/1")], [])
    delays = {lease.host: lease.delay_ms for lease in (await frontier.claim(9, 9)).leased}
    assert delays == {"a": 700, "b": 3000}


async def test_terms_can_be_changed_and_taken_back(crawl, page, acked):
    frontier = await crawl.open(download_delay=3.0)
    await frontier.commit([page("a/1"), page("a/2"), page("a/3")], [])

    async def delay():
        leased = (await frontier.claim(1, 1)).leased
        await frontier.commit([], acked(leased, Verdict.BACK))
        key = frontier.store.keys
        await frontier.store.command("HSET", key("host:a"), "next", 0)
        await frontier.store.command("ZADD", key("ready"), 0, "a")
        return leased[0].delay_ms

    assert await delay() == 3000
    await frontier.set_delay("a", 9.0)
    await frontier.set_terms({"a": (500, -1)})
    await frontier.store.command("ZADD", frontier.store.keys("ready"), 0, "a")
    assert await delay() == 500
    await frontier.set_terms({"a": (-1, -1)})
    await frontier.store.command("ZADD", frontier.store.keys("ready"), 0, "a")
    assert await delay() == 9000


async def test_a_clock_can_be_held(crawl, page):
    frontier = await crawl.open()
    await frontier.commit([page("a/1"), shared("b", 1, "x@index")], [])
    await frontier.hold("a", 60)
    await frontier.hold("x@index", 50)
    claim = await frontier.claim(9, 9)
    assert claim.leased == []
    assert 49 < claim.wait <= 50


async def test_failures_in_a_row_are_counted_and_forgotten_with_a_success(crawl, page, claimed):
    frontier = await crawl.open(retry_times=9)
    await frontier.commit([page("a/1"), page("a/2")], [])
    seen = []
    for verdict, failed in [(Verdict.RETRY, True), (Verdict.RETRY, True), (Verdict.DONE, False)]:
        (lease,) = await claimed(frontier, 1, 1)
        seen.append(lease.failures)
        await frontier.commit([], [Ack(lease.id, verdict, failed=failed)])
    seen.append((await claimed(frontier, 1, 1))[0].failures)
    assert seen == [0, 1, 2, 0]


async def test_a_host_that_fails_again_and_again_is_given_up_and_others_are_not(crawl, page, claimed):
    frontier = await crawl.open(host_failures=3, retry_times=200)
    await frontier.commit([page(f"a/{n}") for n in range(700)], [])
    await frontier.commit([page("b/1")], [])
    for _ in range(4):
        for lease in await claimed(frontier, 2, 1):
            if lease.host == "a":
                await frontier.commit([], [Ack(lease.id, Verdict.RETRY, failed=True)])
    counts = await frontier.counts()
    assert (counts.dead, counts.queued + counts.in_flight) == (700, 1)
    reasons = await frontier.store.command("LRANGE", frontier.store.keys("dead"), 0, -1)
    assert {reason.partition(b"\n")[0] for reason in reasons} == {b"host-down"}


async def test_a_hosts_quota_ends_what_waits_there(crawl, page, claimed):
    frontier = await crawl.open(quotas=Quotas(host_pages=2))
    await frontier.commit([page(f"a/{n}") for n in range(6)] + [page("b/1")], [])
    leased = await claimed(frontier, 9, 2)
    await frontier.commit([], [Ack(lease.id, Verdict.DONE, pages=1) for lease in leased])
    assert (await frontier.claim(9, 9)).leased == []
    counts = await frontier.counts()
    assert (counts.done, counts.dead, counts.pages) == (3, 4, 3)
    assert counts.over


async def test_a_host_may_have_a_quota_of_its_own(crawl, page, claimed):
    frontier = await crawl.open(quotas=Quotas(host_pages=9, hosts={"a": HostQuota(pages=1)}))
    await frontier.commit([page(f"{host}/{n}") for host in "ab" for n in range(6)], [])
    leased = await claimed(frontier, 9, 1)
    await frontier.commit([], [Ack(lease.id, Verdict.DONE, pages=1) for lease in leased])
    assert {lease.host for lease in (await frontier.claim(9, 9)).leased} == {"b"}
    assert (await frontier.counts()).dead == 5


async def test_the_collections_quota_stops_every_claim(crawl, page, claimed):
    frontier = await crawl.open(quotas=Quotas(bytes=100))
    await frontier.commit([page("a/1"), page("b/1")], [])
    leased = await claimed(frontier, 1, 1)
    await frontier.commit([], [Ack(leased[0].id, Verdict.DONE, bytes=100)])
    assert (await frontier.claim(9, 9)).state == "full"
