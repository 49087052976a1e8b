"""A failover in mid-crawl: workers go on with the replica, which may lack the primary's last words."""

from __future__ import annotations

import asyncio

import pytest

from crawler.errors import FrontierError, RedisUnreachable, StaleBoot
from crawler.scheduler.grace import Grace
from tests.frontier import servers
from tests.frontier.conftest import Crawl
from tests.frontier.servers import until
from tests.frontier.walks import Walk
from tests.ports import free_port

PAGES, HOSTS = 60, 5


@pytest.fixture
def watched(tmp_path, request):
    sentinels = getattr(request, "param", 1)
    with servers.Watched(tmp_path / "servers", sentinels) as watched:
        yield watched


@pytest.fixture
async def crawled(watched, tmp_path):
    crawl = Crawl(watched.url, tmp_path)
    yield crawl
    await crawl.close()


@pytest.mark.parametrize("watched", [3], indirect=True, ids=["three sentinels"])
async def test_a_failover_in_mid_crawl_loses_nothing(watched, crawled, page, caplog):
    walk = Walk(page, PAGES, HOSTS)
    workers = [await crawled.open(lease_time=1.0) for _ in range(3)]
    await workers[0].commit([walk.page(0)], [])
    async with asyncio.TaskGroup() as group:
        for worker in workers:
            group.create_task(walk.work(worker))
        await walk.reaches(PAGES // 3)
        watched.primary.kill()
    assert set(walk.seen) == set(range(PAGES))
    assert walk.seen.total() < PAGES + 20, "repeats were in hand, or not yet at the replica"
    assert walk.stale, "acks for the old primary's leases are not taken blindly"
    counts = await workers[0].counts()
    assert (counts.added, counts.done, counts.dead) == (PAGES, PAGES, 0)
    assert counts.queued == counts.in_flight == 0
    said = [record.getMessage() for record in caplog.records]
    assert sum("Redis is away" in line for line in said) == 3, "each worker says so once"
    assert sum("Redis is back" in line for line in said) == 3
    assert any(
        f"the frontier's primary is now redis://127.0.0.1:{watched.replica.port}" in x for x in said
    )


async def test_a_child_that_the_replica_never_got_is_added_again(watched, crawled, page, acked):
    frontier = await crawled.open(lease_time=1.0)
    await frontier.commit([page("a/1")], [])
    acks = acked((await frontier.claim(1, 1)).leased)
    until(lambda: watched.replica.ask("HLEN", frontier.store.keys("items")) == 1)
    watched.replica.ask("REPLICAOF", "NO", "ONE")  # for some seconds nobody mends that
    await frontier.commit([page("b/1")], [])
    watched.primary.kill()
    grace = Grace(30)
    with pytest.raises(StaleBoot):
        await grace.bear(lambda: frontier.commit([], acks))
    assert (await frontier.counts()).added == 1, "the child is gone, and its parent is not done"
    await frontier.commit([page("b/1")], acks)
    counts = await frontier.counts()
    assert (counts.added, counts.done) == (2, 1)
    assert not await frontier.finished()


async def test_without_any_sentinel_a_running_crawl_goes_on(watched, crawled, page):
    frontier = await crawled.open()
    for sentinel in watched.sentinels:
        sentinel.kill()
    await frontier.commit([page("a/1")], [])
    assert (await frontier.counts()).added == 1


async def refused(url, tmp_path):
    crawl = Crawl(url, tmp_path)
    try:
        with pytest.raises(FrontierError) as caught:
            await crawl.open()
    finally:
        await crawl.close()
    assert servers.PASSWORD not in str(caught.value)
    assert "\n" not in str(caught.value)
    return caught.value


async def test_what_is_wrong_with_sentinels_is_told_in_one_line(sentinel_url, tmp_path, monkeypatch):
    other = sentinel_url.replace("/news?", "/olds?")
    assert "know no service 'olds'" in str(await refused(other, tmp_path))
    other = sentinel_url.replace("=another", "=wrong")
    assert "a Sentinel refuses this user and password" in str(await refused(other, tmp_path))
    other = sentinel_url.partition("?")[0]
    assert "sentinel_password=PASSWORD" in str(await refused(other, tmp_path))
    other = sentinel_url.replace(servers.QUOTED, "wrong")
    assert "refuses this user and password" in str(await refused(other, tmp_path))
    monkeypatch.setattr("crawler.frontier.frontier.START_PATIENCE", 0.5)
    other = f"redis+sentinel://127.0.0.1:{free_port()}/news"
    error = await refused(other, tmp_path)
    assert isinstance(error, RedisUnreachable)
    assert "no Sentinel answers" in str(error)
