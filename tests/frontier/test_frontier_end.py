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


async def test_robots_are_asked_by_one_worker_and_known_to_all(crawl):
    first, second = await crawl.open(), await crawl.open()
    origin = "https://a:444"
    assert await first.robots(origin) is None
    assert await first.lock_robots(origin)
    assert not await second.lock_robots(origin)
    await first.put_robots(origin, "User-agent: ü", 60)
    assert await second.robots(origin) == "User-agent: ü"
    assert await second.lock_robots(origin), "the lock is free again"


async def test_a_robots_lock_can_be_given_up_by_its_owner_only(crawl):
    first, second = await crawl.open(), await crawl.open()
    assert await first.lock_robots("http://a")
    await second.unlock_robots("http://a")
    assert not await second.lock_robots("http://a")
    await first.unlock_robots("http://a")
    assert await second.lock_robots("http://a")


async def test_a_robots_lock_dies_with_a_lease(crawl):
    frontier = await crawl.open(lease_time=7.0)
    await frontier.lock_robots("http://a")
    left = await frontier.store.command("PTTL", frontier.store.keys.asking("http://a"))
    assert 0 < left <= 7000


async def test_robots_are_kept_no_longer_than_asked(crawl):
    frontier = await crawl.open()
    await frontier.put_robots("http://a", "", 3600)
    assert 3590 < await frontier.store.command("TTL", frontier.store.keys.robots("http://a")) <= 3600
    assert await frontier.robots("http://a") == ""
