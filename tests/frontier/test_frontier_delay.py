"""Between two starts on a host never less than its delay, over all workers, on the server's clock."""

import asyncio
import itertools
import random
import time

import pytest

from crawler.frontier.lease import Verdict

DELAY = 0.08


async def server_time(frontier):
    seconds, micro = await frontier.store.command("TIME")
    return int(seconds) + int(micro) / 1e6


async def work(frontier, acked, starts, per_host, answer):
    """A worker: each batch in order, never before its moment, a start noted by the server's clock."""

    async def batch(leased):
        last = 0.0
        for lease in leased:
            due = max(lease.not_before, last + lease.delay_ms / 1000 + 0.003 if last else 0)
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if time.monotonic() > lease.deadline:
                await frontier.commit([], acked([lease], Verdict.BACK))
                continue
            last = time.monotonic()
            starts.setdefault(lease.host, []).append(await server_time(frontier))
            await asyncio.sleep(random.uniform(0, answer))
            await frontier.commit([], acked([lease]))

    async with asyncio.TaskGroup() as group:
        while not await frontier.finished():
            chains = {}
            for lease in (await frontier.claim(16, per_host)).leased:
                chains.setdefault(lease.host, []).append(lease)
            for leased in chains.values():
                group.create_task(batch(leased))
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(("slots", "per_host"), [(1, 3), (3, 3)])
async def test_two_workers_keep_the_delay_between_them(crawl, page, acked, slots, per_host):
    settings = {"download_delay": DELAY, "concurrent_requests_per_domain": slots, "lease_time": 5.0}
    first, second = await crawl.open(**settings), await crawl.open(**settings)
    await first.commit([page(f"{host}/{n}") for host in "abc" for n in range(5)], [])
    starts = {}
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        for frontier in (first, second):
            group.create_task(work(frontier, acked, starts, per_host, answer=DELAY * slots))
    assert sorted(map(len, starts.values())) == [5, 5, 5]
    # The note is taken a round trip after the start; that much may be missing between two notes.
    gaps = [b - a for times in starts.values() for a, b in itertools.pairwise(times)]
    assert min(gaps) > DELAY - 0.02


async def test_with_several_slots_a_start_has_a_window_that_no_extension_moves(crawl, page):
    frontier = await crawl.open(download_delay=3.0, concurrent_requests_per_domain=2)
    await frontier.commit([page("a/1"), page("a/2")], [])
    before = time.monotonic()
    leased = (await frontier.claim(9, 9)).leased
    assert len(leased) == 1, "each start reserves its own moment"
    assert leased[0].deadline <= time.monotonic() + 0.25
    assert leased[0].deadline >= before + 0.25
    assert await frontier.extend(leased) == [leased[0].deadline]
    assert 3 < (await frontier.claim(9, 9)).wait <= 3.26


async def test_slots_count_over_all_workers(crawl, page, acked):
    first = await crawl.open(concurrent_requests_per_domain=2)
    second = await crawl.open(concurrent_requests_per_domain=2)
    await first.commit([page(f"a/{n}") for n in range(6)], [])
    batches = [(await worker.claim(9, 2)).leased for worker in (first, second, first)]
    assert [len(batch) for batch in batches] == [2, 2, 0]
    await first.commit([], acked(batches[0]))
    assert len((await second.claim(9, 2)).leased) == 2


async def test_the_host_rests_from_the_end_of_a_batch(crawl, page, acked):
    frontier = await crawl.open(download_delay=30.0)
    await frontier.commit([page("a/1"), page("a/2")], [])
    await frontier.commit([], acked((await frontier.claim(1, 1)).leased))
    claim = await frontier.claim(1, 1)
    assert claim.leased == []
    assert 29 < claim.wait <= 30.001


async def test_moments_of_a_batch_lie_a_delay_apart(crawl, page):
    frontier = await crawl.open(download_delay=2.0, lease_time=40.0)
    await frontier.commit([page(f"a/{n}") for n in range(9)], [])
    before = time.monotonic()
    leased = (await frontier.claim(9, 9)).leased
    after = time.monotonic()
    assert len(leased) == 6, "a batch spans a quarter of a lease at most"
    for number, lease in enumerate(leased):
        assert before + 2 * number <= lease.not_before <= after + 2 * number
        assert before + 2 * number + 40 <= lease.deadline <= after + 2 * number + 40


async def test_an_extension_keeps_the_moments_of_a_batch(crawl, page):
    frontier = await crawl.open(download_delay=2.0, lease_time=40.0)
    await frontier.commit([page(f"a/{n}") for n in range(3)], [])
    leased = (await frontier.claim(9, 9)).leased
    deadlines = await frontier.extend(leased)
    assert all(b - a == pytest.approx(2, abs=0.1) for a, b in itertools.pairwise(deadlines))


async def test_a_held_host_rests_for_every_worker(crawl, page, acked):
    first, second = await crawl.open(), await crawl.open()
    await first.commit([page("a/1"), page("a/2"), page("b/1")], [])
    leased = (await first.claim(1, 1)).leased
    await first.commit([], acked(leased, Verdict.RETRY, hold_ms=60_000))
    claim = await second.claim(9, 9)
    assert {lease.host for lease in claim.leased} == {"b" if leased[0].host == "a" else "a"}
    assert 59 < (await second.claim(9, 9)).wait <= 60


async def test_a_hold_ends(crawl, page, acked, claimed):
    frontier = await crawl.open()
    await frontier.commit([page("a/1")], [])
    before = await server_time(frontier)
    await frontier.commit([], acked((await frontier.claim(1, 1)).leased, Verdict.BACK, hold_ms=200))
    assert len(await claimed(frontier)) == 1
    assert await server_time(frontier) - before >= 0.2


@pytest.mark.parametrize(("asked", "kept"), [(40, 40_000), (5, 10_000), (9999, 300_000)])
async def test_a_hosts_own_delay_is_only_ever_longer(crawl, page, asked, kept):
    frontier = await crawl.open(download_delay=10.0, lease_time=1000.0)
    await frontier.commit([page("a/1"), page("b/1")], [])
    await frontier.set_delay("a", asked)
    delays = {lease.host: lease.delay_ms for lease in (await frontier.claim(9, 9)).leased}
    assert delays == {"b": 10_000}, "the host was just asked for its robots.txt"
    assert kept - 1000 < 1000 * (await frontier.claim(9, 9)).wait <= kept


async def test_a_delay_that_is_no_number_is_ignored(crawl):
    frontier = await crawl.open()
    await frontier.set_delay("a", float("nan"))
    await frontier.set_delay("a", -1)
    assert await frontier.store.command("EXISTS", frontier.store.keys("host:a")) == 0


async def test_one_host_does_not_starve_the_others(crawl, page, acked):
    frontier = await crawl.open(download_delay=0.0)
    await frontier.commit([page(f"a/{n}") for n in range(50)], [])
    await frontier.commit([page("b/1")], [])
    first = (await frontier.claim(1, 1)).leased
    await frontier.commit([], acked(first))
    assert {lease.host for lease in (await frontier.claim(2, 1)).leased} == {"a", "b"}
