"""A story that is due again waits in the next run's queue, once, and in none before."""

import asyncio

import pytest

from crawler.frontier.fingerprint import fingerprint
from crawler.frontier.item import Item
from crawler.frontier.lease import Ack, Verdict


async def fetch_all(frontier, claimed, due_ms=0, verdict=Verdict.DONE):
    leased = await claimed(frontier)
    acks = [
        Ack(
            lease.id,
            verdict,
            due_ms=due_ms,
            key=lease.item.uri,
            again=Item(lease.item.uri, path=lease.item.path, data={"interval": "7"}) if due_ms else None,
        )
        for lease in leased
    ]
    await frontier.commit([], acks)
    return [lease.item.uri for lease in leased]


async def next_run(crawl):
    for worker in crawl.workers:
        await worker.leave()
    return await crawl.open()


@pytest.mark.parametrize("verdict", [Verdict.DONE, Verdict.DEAD])
async def test_what_is_due_waits_in_the_next_run(crawl, page, claimed, verdict):
    frontier = await crawl.open()
    await frontier.commit([page("a/1", 5, path="L"), page("b/2")], [])
    fetched = await fetch_all(frontier, claimed, due_ms=1, verdict=verdict)
    await asyncio.sleep(0.01)
    assert await frontier.add_due() == 0  # this run began before
    assert await frontier.finished()

    frontier = await next_run(crawl)
    due = len(fetched) if verdict is Verdict.DONE else 0
    assert await frontier.add_due() == due
    assert await frontier.add_due() == 0
    if due:
        assert not await frontier.finished()
        leased = await claimed(frontier)
        assert {lease.item.uri for lease in leased} == set(fetched)
        assert {lease.item.data["interval"] for lease in leased} == {"7"}
        await frontier.commit([page("a/1")], [Ack(lease.id, Verdict.DONE) for lease in leased])
    assert await frontier.finished()


async def test_what_is_not_due_yet_waits_on(crawl, page, claimed):
    frontier = await crawl.open()
    await frontier.commit([page("a/1")], [])
    await fetch_all(frontier, claimed, due_ms=3_600_000)
    frontier = await next_run(crawl)
    assert await frontier.add_due() == 0
    assert await frontier.finished()


async def test_a_worker_that_died_before_all_was_moved_leaves_it_to_the_next(crawl, page, claimed):
    frontier = await crawl.open()
    await frontier.commit([page("a/1"), page("a/2"), page("a/3")], [])
    await fetch_all(frontier, claimed, due_ms=1)
    await asyncio.sleep(0.01)
    killed = await next_run(crawl)
    assert await killed.store.run("due", killed.store.boot, 2) == 2
    late = await crawl.open()
    assert not late.partitions[0].run_began
    assert await late.add_due() == 1


async def test_a_page_that_comes_again_is_due_by_its_last_visit(crawl, page, claimed):
    frontier = await crawl.open()
    await frontier.commit([page("a/1")], [])
    await fetch_all(frontier, claimed, due_ms=1)
    await asyncio.sleep(0.01)
    frontier = await next_run(crawl)
    await frontier.add_due()
    await fetch_all(frontier, claimed, due_ms=3_600_000)
    key = frontier.store.keys
    assert await frontier.store.command("ZCARD", key("due")) == 1
    assert await frontier.store.command("HLEN", key("recrawl")) == 1
    known_by = str(fingerprint("http://a/1"))
    score = float(await frontier.store.command("ZSCORE", key("due"), known_by))
    run = float(await frontier.store.command("HGET", key("crawl"), "run"))
    assert score - run > 3_500_000
