"""A frontier on a cluster: 8 partitions in several histories, and no ack before the children are on disk."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal

import pytest
from redis.asyncio import Redis

from crawler.errors import FrontierError, RedisUnreachable, StaleBoot
from crawler.frontier.lease import Ack, Verdict
from crawler.frontier.partition import Partition, partition_of
from crawler.model.sighting import Sighting
from crawler.scheduler.grace import Grace
from crawler.store.keys import Keys
from crawler.store.sites import SiteMemory, number_of
from tests.frontier import servers
from tests.frontier.conftest import Crawl
from tests.frontier.walks import Walk, commit

PAGES, HOSTS = 60, 12


@pytest.fixture
async def crawled(cluster_url, tmp_path):
    crawl = Crawl(cluster_url, tmp_path)
    yield crawl
    await crawl.close()


@contextlib.asynccontextmanager
async def on(cluster, folder):
    crawl = Crawl(cluster.url, folder)
    try:
        yield crawl
    finally:
        await crawl.close()


async def test_a_walk_over_all_partitions_ends_when_each_page_is_done(crawled, page):
    walk = Walk(page, PAGES, HOSTS)
    workers = [await crawled.open() for _ in range(3)]
    await workers[0].commit([walk.page(0)], [])
    async with asyncio.TaskGroup() as group:
        for worker in workers:
            group.create_task(walk.work(worker))
    assert dict(walk.seen) == dict.fromkeys(range(PAGES), 1)
    counts = await workers[0].counts()
    assert (counts.added, counts.done, counts.in_flight) == (PAGES, PAGES, 0)
    shares = [(await part.fields(["added"]))[0]["added"] for part in workers[0].partitions]
    assert sum(map(bool, shares)) > 1, "hosts lie in several partitions"


async def test_what_was_learnt_of_a_site_lies_in_one_partition_that_every_worker_finds(crawled):
    first, second = [
        SiteMemory([part.store for part in (await crawled.open()).partitions]) for _ in range(2)
    ]
    names = [f"site{n}.example" for n in range(HOSTS)]
    assert None not in [await first.take_in(name, Sighting("page 1")) for name in names]
    known = [await second.take_in(name, Sighting("page 2")) for name in names]
    assert [round(one.pages) for one in known] == [1] * HOSTS
    assert len({number_of(name, 8) for name in names}) > 1


async def test_a_partition_that_moves_to_another_node_is_found_there(crawled, page):
    frontier = await crawled.open(lease_time=1.0)
    await frontier.commit([page(f"h{n}/1") for n in range(HOSTS)], [])
    await move_slot(frontier.store)
    walk = Walk(page, 1, 1)
    await walk.work(frontier)
    assert (await frontier.counts()).done == HOSTS


async def move_slot(store):
    """Move the slot of a partition with all its keys to another node, as ``redis-cli --cluster`` does."""
    nodes = [line.split() for line in (await store.command("CLUSTER", "NODES")).decode().splitlines()]
    (old,) = [node for node in nodes if "myself" in node[2]]
    new = next(node for node in nodes if node is not old)
    slot = await store.command("CLUSTER", "KEYSLOT", store.keys("crawl"))
    place, _, port = new[1].partition("@")[0].rpartition(":")
    async with Redis(host=place, port=int(port)) as other:
        await other.execute_command("CLUSTER SETSLOT", slot, "IMPORTING", old[0])
        await store.command("CLUSTER SETSLOT", slot, "MIGRATING", new[0])
        keys = await store.command("CLUSTER", "GETKEYSINSLOT", slot, 1000)
        await store.command("MIGRATE", place, port, "", 0, 5000, "KEYS", *keys)
        await other.execute_command("CLUSTER SETSLOT", slot, "NODE", new[0])
        await store.command("CLUSTER SETSLOT", slot, "NODE", new[0])


async def refused(url, folder):
    crawl = Crawl(url, folder)
    try:
        with pytest.raises(FrontierError) as caught:
            await crawl.open()
    finally:
        await crawl.close()
    assert caught.value.exit_code == 8
    assert not isinstance(caught.value, RedisUnreachable)
    return str(caught.value)


async def test_a_cluster_that_does_not_know_waitaof_is_refused(tmp_path):
    with servers.Cluster(servers.redis_server(), tmp_path, *servers.DURABLE) as cluster:
        said = await refused(cluster.url, tmp_path)
    assert "unknown command 'WAITAOF'" in said
    assert "a child and its parent's ack lie in two histories" in said
    assert "use nodes of Redis 7.2 or Valkey with appendonly yes, or one primary" in said


async def test_a_cluster_without_an_append_only_file_is_refused(tmp_path):
    with servers.Cluster(servers.valkey_server(), tmp_path) as cluster:
        said = await refused(cluster.url, tmp_path)
    assert "appendonly" in said
    assert "a child and its parent's ack lie in two histories" in said


async def test_what_is_no_cluster_is_told(tmp_path):
    with servers.Server(servers.redis_server(), tmp_path / "redis") as server:
        said = await refused(
            server.url.replace("redis://", "redis+cluster://").removesuffix("/0"), tmp_path
        )
    assert "cluster support disabled" in said


class TwoHistories:
    """A parent on one node and its child on another, whose tail nobody has on disk."""

    def __init__(self, cluster, frontier, page):
        self.cluster = cluster
        self.frontier = frontier
        self.parent, self.child = page("h0/1"), None
        for number in range(1, 100):
            self.child = page(f"h{number}/2")
            if self.node_of(self.child) is not self.node_of(self.parent):
                break

    def node_of(self, addition):
        name = self.frontier.store.keys.collection
        place = partition_of(addition, len(self.frontier.partitions))
        return self.cluster.node_of(Keys(name, place)("crawl"))

    def file(self):
        """The append-only file of the child's node."""
        (file,) = (self.node_of(self.child).folder / "appendonlydir").glob("*.incr.aof")
        return file

    def cut_power(self, size):
        """The child's node dies, and what it wrote since its file had that size is gone."""
        node, file = self.node_of(self.child), self.file()
        node.kill()
        os.truncate(file, size)
        node.options = (*node.options, "--appendfsync", "always")
        node.start()


@pytest.fixture
async def histories(tmp_path, page):
    never = ("--appendonly", "yes", "--appendfsync", "no")
    with servers.Cluster(servers.valkey_server(), tmp_path / "nodes", *never) as cluster:
        async with on(cluster, tmp_path) as crawl:
            yield TwoHistories(cluster, await crawl.open(lease_time=1.0), page)


async def fetched(frontier, grace):
    """What comes until the crawl calls itself finished."""
    uris = []
    while not await grace.bear(frontier.finished):
        with contextlib.suppress(FrontierError):
            leased = (await grace.bear(lambda: frontier.claim(8, 8))).leased
            uris += [lease.item.uri for lease in leased]
            await frontier.commit([], [Ack(lease.id, Verdict.DONE) for lease in leased])
        await asyncio.sleep(0.05)
    return uris


async def test_a_child_is_lost_where_the_ack_does_not_wait(histories, acked, monkeypatch):
    async def skipped(_partition):
        return

    monkeypatch.setattr(Partition, "settle", skipped)
    frontier = histories.frontier
    await frontier.commit([histories.parent], [])
    acks = acked((await frontier.claim(1, 1)).leased)
    before = histories.file().stat().st_size
    await frontier.commit([histories.child], acks)
    histories.cut_power(before)
    assert await fetched(frontier, Grace(20)) == [], "the crawl calls itself finished"
    assert (await frontier.counts()).added == 1, "and never knew the child"


async def test_no_child_is_lost_where_the_ack_waits(histories, acked):
    frontier, grace = histories.frontier, Grace(20)
    await frontier.commit([histories.parent], [])
    acks = acked((await frontier.claim(1, 1)).leased)
    before = histories.file().stat().st_size
    told = asyncio.create_task(commit(frontier, grace, [histories.child], acks))
    while (await frontier.counts()).added < 2:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.3)
    assert not told.done(), "the child's node has nothing on disk yet"
    histories.cut_power(before)
    for node in histories.cluster.nodes:
        node.ask("CONFIG", "SET", "appendfsync", "always")
    assert await told == 1, "the child's node was restarted: the child is told again, then the ack"
    assert await fetched(frontier, grace) == [histories.child.item.uri]
    assert (await frontier.counts()).done == 2


async def test_what_no_replica_knows_is_not_durable(tmp_path, page, monkeypatch):
    monkeypatch.setattr("crawler.store.client._FSYNC_MS", 300)
    valkey, options = servers.valkey_server(), servers.DURABLE
    with (
        servers.Server(valkey, tmp_path / "one", *options) as primary,
        servers.Server(valkey, tmp_path / "other", *options) as replica,
    ):
        replica.ask("REPLICAOF", "127.0.0.1", primary.port)
        servers.until(lambda: "online" in str(primary.ask("INFO", "replication")))
        async with on(primary, tmp_path) as crawl:
            store = (await crawl.open()).store
            await store.durable(store.boot)
            replica.signal(signal.SIGSTOP)
            with pytest.raises(RedisUnreachable, match="lag behind"):
                await store.durable(store.boot)
            replica.signal(signal.SIGCONT)
            await Grace(20).bear(lambda: store.durable(store.boot))
            with pytest.raises(StaleBoot):
                await store.durable("another")
