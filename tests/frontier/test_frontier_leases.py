"""Nothing is lost and nothing is had twice: what becomes of a lease."""

import asyncio

import pytest

from crawler.frontier.lease import Ack, Verdict


def names(leased):
    return [lease.item.uri.partition("://")[2] for lease in leased]


async def test_done_is_done(crawl, page, acked):
    frontier = await crawl.open()
    await frontier.commit([page("a/1"), page("b/2")], [])
    claim = await frontier.claim(10, 10)
    assert claim.state == "running"
    assert sorted(names(claim.leased)) == ["a/1", "b/2"]
    assert (await frontier.counts()).in_flight == 2
    await frontier.commit([], acked(claim.leased))
    counts = await frontier.counts()
    assert (counts.added, counts.done, counts.queued, counts.in_flight, counts.hosts) == (2, 2, 0, 0, 0)
    assert (await frontier.claim(10, 10)).wait is None


async def test_an_item_comes_back_as_it_was_added(crawl, page):
    frontier = await crawl.open()
    addition = page("a:81/ä\n", via="http://b/", path="LRE", site="b.org", robots=False, data={"k": "v"})
    await frontier.commit([addition], [])
    (lease,) = (await frontier.claim(1, 1)).leased
    assert lease.item == addition.item
    assert (lease.host, lease.attempts, lease.item.hops) == ("a:81", 0, 1)


async def test_the_best_class_goes_first_and_within_it_the_oldest(crawl, page):
    frontier = await crawl.open()
    classes = (15, 3, 0, 3)
    await frontier.commit([page(f"a/{n}", k) for n, k in enumerate(classes)], [])
    assert names((await frontier.claim(10, 10)).leased) == ["a/2", "a/1", "a/3", "a/0"]


async def test_a_claim_keeps_to_its_limits(crawl, page):
    frontier = await crawl.open()
    await frontier.commit([page(f"{host}/{n}") for host in "abc" for n in range(5)], [])
    leased = (await frontier.claim(7, 3)).leased
    assert len(leased) == 7
    assert max([lease.host for lease in leased].count(host) for host in "abc") == 3


async def test_retry_counts_attempts_and_ends_dead_with_the_reason(crawl, page, acked, claimed):
    frontier = await crawl.open(retry_times=2)
    await frontier.commit([page("a/1")], [])
    for attempts in range(3):
        leased = await claimed(frontier)
        assert [lease.attempts for lease in leased] == [attempts]
        await frontier.commit([], acked(leased, Verdict.RETRY, reason="503\nagain"))
    counts = await frontier.counts()
    assert (counts.retried, counts.dead, counts.queued) == (2, 1, 0)
    (entry,) = await frontier.store.command("LRANGE", frontier.store.keys("dead"), 0, -1)
    assert entry.split(b"\n", 4)[:3] == [b"503 again", b"a", b"3"]


async def test_retry_times_0_is_one_try(crawl, page, acked):
    frontier = await crawl.open(retry_times=0)
    await frontier.commit([page("a/1")], [])
    await frontier.commit([], acked((await frontier.claim(1, 1)).leased, Verdict.RETRY))
    assert (await frontier.counts()).dead == 1


async def test_retry_waits_behind_its_class(crawl, page, acked, claimed):
    frontier = await crawl.open()
    await frontier.commit([page("a/1"), page("a/2")], [])
    await frontier.commit([], acked((await frontier.claim(1, 1)).leased, Verdict.RETRY))
    assert names(await claimed(frontier)) == ["a/2", "a/1"]


async def test_back_is_the_head_of_the_queue_and_no_attempt(crawl, page, acked, claimed):
    frontier = await crawl.open(retry_times=0)
    await frontier.commit([page(f"a/{n}") for n in range(4)], [])
    leased = (await frontier.claim(3, 3)).leased
    await frontier.commit([], acked(leased[:0:-1], Verdict.BACK) + acked(leased[:1]))
    again = await claimed(frontier)
    assert names(again) == ["a/1", "a/2", "a/3"]
    assert {lease.attempts for lease in again} == {0}
    assert (await frontier.counts()).back == 2


async def test_an_expired_lease_goes_to_another_worker_with_no_attempt(crawl, page, acked, claimed):
    lost, other = await crawl.open(lease_time=0.3), await crawl.open(lease_time=0.3, retry_times=0)
    await lost.commit([page(f"a/{n}") for n in range(3)], [])
    first = (await lost.claim(1, 1)).leased
    assert (await other.claim(9, 9)).leased == [], "the host's only slot is taken"
    again = await claimed(other)
    assert names(again) == ["a/0", "a/1", "a/2"]
    assert again[0].attempts == 0
    assert (await other.counts()).expired == 1
    await lost.commit([], acked(first))
    assert (await other.counts()).done == 0, "an ack that comes too late counts for nothing"
    await other.commit([], acked(again))
    assert await other.finished()


async def test_a_url_whose_workers_vanish_again_and_again_is_given_up(crawl, page, claimed):
    frontier = await crawl.open(lease_time=0.05, max_expiries=2)
    await frontier.add_seeds([page("a/1", 0, seed="http://a/1")], interval=9, again=False)
    await frontier.claim(1, 1)
    await asyncio.sleep(0.1)
    assert len(await claimed(frontier)) == 1
    await asyncio.sleep(0.1)
    assert (await frontier.claim(1, 1)).leased == []
    counts = await frontier.counts()
    assert (counts.dead, counts.expired, counts.queued) == (1, 1, 0)
    assert await frontier.seeds() == {"http://a/1": "worker-lost"}
    (entry,) = await frontier.store.command("LRANGE", frontier.store.keys("dead"), 0, -1)
    assert entry.startswith(b"worker-lost\na\n")


async def test_an_extended_lease_outlives_its_time(crawl, page, acked):
    frontier, other = await crawl.open(lease_time=0.4), await crawl.open(lease_time=0.4)
    await frontier.commit([page("a/1")], [])
    leased = (await frontier.claim(1, 1)).leased
    deadline = leased[0].deadline
    for _ in range(3):
        await asyncio.sleep(0.2)
        (later,) = await frontier.extend(leased)
        assert later is not None
        assert later > deadline
        deadline = later
    assert (await other.claim(1, 1)).leased == []
    await frontier.commit([], acked(leased))
    assert await frontier.extend(leased) == [None]
    assert await frontier.finished()


async def test_ids_are_not_given_twice(crawl, page, claimed, acked):
    frontier = await crawl.open(concurrent_requests_per_domain=4)
    await frontier.commit([page(f"a/{n}") for n in range(20)], [])
    leased = [lease for _ in range(4) for lease in await claimed(frontier, 5, 5)]
    assert len({lease.id for lease in leased}) == 20


async def test_an_ack_twice_counts_once(crawl, page, acked):
    frontier = await crawl.open()
    await frontier.commit([page("a/1")], [])
    acks = acked((await frontier.claim(1, 1)).leased)
    await frontier.commit([], acks + acks)
    await frontier.commit([], [*acks, Ack(b"none:1", Verdict.DEAD)])
    counts = await frontier.counts()
    assert (counts.done, counts.dead) == (1, 0)


async def test_release_speaks_without_a_loop(crawl, page, acked):
    frontier = await crawl.open()
    await frontier.commit([page("a/1")], [])
    leased = (await frontier.claim(1, 1)).leased
    assert await asyncio.to_thread(frontier.release, [page("b/2")], acked(leased, Verdict.BACK)) == 1
    assert sorted(names((await frontier.claim(9, 9)).leased)) == ["a/1", "b/2"]


@pytest.mark.parametrize("state", ["paused", "stopped"])
async def test_a_claim_obeys_the_state(crawl, page, state):
    frontier = await crawl.open()
    await frontier.commit([page("a/1")], [])
    await frontier.store.command("HSET", frontier.store.keys("crawl"), "state", state)
    claim = await frontier.claim(1, 1)
    assert (claim.state, claim.leased, claim.wait) == (state, [], None)
