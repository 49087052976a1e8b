"""When a crawl is over, and who is left."""

from crawler.frontier.lease import Verdict


async def test_a_crawl_is_finished_when_all_that_was_added_has_ended(crawl, page, acked):
    first, second = await crawl.open(), await crawl.open()
    assert await first.finished()
    await first.commit([page("a/1"), page("b/1")], [])
    assert not await second.finished(), "queued"
    leased = (await first.claim(9, 9)).leased
    assert not await second.finished(), "in flight"
    await first.commit([page("c/1")], acked(leased[:1]))
    await first.commit([], acked(leased[1:], Verdict.DEAD))
    assert not await second.finished(), "a child waits"
    await second.commit([], acked((await second.claim(9, 9)).leased))
    assert await first.finished()
    assert await second.finished()


async def test_a_change_between_two_collections_is_no_end(crawl, page, monkeypatch):
    frontier, other = await crawl.open(), await crawl.open()
    collect = frontier.counts
    calls = []

    async def counts():
        calls.append(await collect())
        if len(calls) == 1:
            await other.commit([page("a/1")], [])
        return calls[-1]

    monkeypatch.setattr(frontier, "counts", counts)
    assert not await frontier.finished()
    assert len(calls) == 2


async def test_a_worker_that_leaves_learns_who_stays(crawl):
    first = await crawl.open(worker="host:1")
    second = await crawl.open(worker="host:2")
    await second.claim(1, 1)
    assert await first.leave() == ["host:2"]
    assert await second.leave() == []


async def test_a_worker_that_was_not_heard_for_a_lease_does_not_count(crawl):
    dead = await crawl.open(worker="host:1", lease_time=5.0)
    alive = await crawl.open(worker="host:2", lease_time=5.0)
    await dead.store.command("ZADD", dead.store.keys("workers"), 1, "host:1")
    assert await alive.leave() == []
