"""`scrapy frontier`: an operator looks at a crawl and steers it, and is never one of its workers."""

import asyncio
import json
import re
import socket
import sys
from pathlib import Path

import msgspec
import pytest

from crawler.commands import frontier as frontier_command
from crawler.commands._frontier_dead import print_dead, requeue_dead
from crawler.commands._frontier_drop import drop_frontier
from crawler.commands._frontier_status import print_status
from crawler.commands._frontier_steer import pause, resume, stop
from crawler.config import Config
from crawler.errors import FrontierError, UnknownCollection, WrongFrontier
from crawler.frontier import errand
from crawler.frontier.lease import Verdict
from crawler.frontier.segment_folder import SegmentFolder
from crawler.scheduler.grace import Grace
from crawler.scheduler.overflow import Overflow


class Operator:
    """Calls a command as the program does, outside the test's loop; its output as text or JSON."""

    def __init__(self, crawl, capsys):
        self.crawl = crawl
        self.capsys = capsys

    async def __call__(self, command, *words, as_json=False, **options):
        config = Config(frontier_url=self.crawl.url)
        given = (self.crawl.collection, config, as_json, *words)
        await asyncio.to_thread(command, *given, **options)
        return self.capsys.readouterr().out

    async def json(self, command, *words, **options):
        return json.loads(await self(command, *words, as_json=True, **options))


@pytest.fixture
def operator(crawl, capsys):
    return Operator(crawl, capsys)


async def raw(frontier, *words):
    return await frontier.store.command(words[0], frontier.store.keys(words[1]), *words[2:])


async def test_a_look_shows_hosts_leases_workers_and_the_dead(crawl, page, acked, operator):
    frontier = await crawl.open(worker="box:1", download_delay=30.0)
    await frontier.commit([page(f"{host}/{n}") for host in ("a", "b") for n in range(3)], [])
    leased = (await frontier.claim(2, 1)).leased
    await frontier.commit([], acked(leased[:1], Verdict.DEAD, reason="TimeoutError: 60 s"))
    document = await operator.json(print_status)
    assert document["state"] == "running"
    assert (document["counts"]["added"], document["queued"], document["counts"]["dead"]) == (6, 4, 1)
    assert [worker["name"] for worker in document["workers"]] == ["box:1"]
    assert {host["name"]: host["queued"] for host in document["hosts"]} == {"a": 2, "b": 2}
    assert document["hosts"][0]["used"] == 1, "those with all slots taken stand first"
    assert [lease["uri"] for lease in document["leases"]] == [leased[1].item.uri]
    assert 100 < document["leases"][0]["expires"] <= 150
    assert document["dead"] == {"TimeoutError": 1}
    text = await operator(print_status)
    assert "6 URLs: 0 done, 1 given up, 4 waiting on 2 hosts, 1 on lease" in text
    assert leased[1].item.uri in text
    assert "worker box:1, heard" in text


async def test_a_look_is_no_worker_and_changes_no_limit(crawl, page, operator):
    frontier = await crawl.open(worker="box:1", download_delay=30.0, lease_time=50.0)
    before = await raw(frontier, "HGETALL", "crawl")
    await operator(print_status)
    assert await raw(frontier, "HGETALL", "crawl") == before
    assert await raw(frontier, "ZRANGE", "workers", 0, -1) == [b"box:1"]


async def test_all_shows_what_twenty_hosts_leave_out(crawl, page, operator):
    frontier = await crawl.open()
    await frontier.commit([page(f"host{n}/") for n in range(30)], [])
    short = await operator(print_status)
    assert short.count("    host") - 1 == 20
    assert "and 10 hosts more: --all" in short
    assert (await operator(print_status, all=True)).count("    host") - 1 == 30
    assert len((await operator.json(print_status, all=True))["hosts"]) == 30


async def test_hosts_of_a_shared_clock_are_named(crawl, page, operator):
    frontier = await crawl.open()
    shared = [msgspec.structs.replace(page(f"{name}/"), clock="1.2.3.4@address") for name in "ab"]
    await frontier.commit(shared, [])
    hosts = (await operator.json(print_status))["hosts"]
    assert sorted((host["name"], host["clock"]) for host in hosts) == [
        *(("a", "1.2.3.4@address"), ("b", "1.2.3.4@address")),
    ]


async def test_a_collection_without_a_frontier_is_one_clear_line(crawl, operator):
    with pytest.raises(UnknownCollection, match="has no frontier yet - crawl first") as caught:
        await operator(print_status)
    assert caught.value.exit_code == 4


async def test_a_wiped_server_is_one_clear_line_with_the_way_out(crawl, operator):
    frontier = await crawl.open()
    keys = await frontier.store.command("KEYS", frontier.store.keys("*"))
    await frontier.store.command("DEL", *keys)
    for command in (print_status, pause, print_dead):
        with pytest.raises(WrongFrontier, match="scrapy frontier rebuild NAME") as caught:
            await operator(command)
        assert caught.value.exit_code == 8
    assert await frontier.store.command("KEYS", frontier.store.keys("*")) == []


async def test_another_layout_is_refused(crawl, operator):
    frontier = await crawl.open()
    await raw(frontier, "HSET", "crawl", "layout", "1")
    with pytest.raises(FrontierError, match="laid out by another version") as caught:
        await operator(print_status)
    assert caught.value.exit_code == 8


async def test_a_paused_crawl_gives_nothing_until_it_is_resumed(crawl, page, operator):
    frontier = await crawl.open(worker="box:1")
    await frontier.commit([page("a/1")], [])
    assert "1 worker will end what is in flight and wait" in await operator(pause)
    claim = await frontier.claim(1, 1)
    assert (claim.state, claim.leased) == ("paused", [])
    assert (await operator.json(print_status))["why"][0].startswith("paused")
    document = await operator.json(resume)
    assert (document["state"], document["was"], document["workers"]) == ("running", "paused", 1)
    assert len((await frontier.claim(1, 1)).leased) == 1


async def test_a_stop_is_for_the_workers_of_now(crawl, page, operator):
    frontier = await crawl.open(worker="box:1")
    await frontier.commit([page("a/1")], [])
    await operator(stop)
    late = await crawl.open(worker="box:2")
    assert [(await each.claim(1, 1)).state for each in (frontier, late)] == ["stopped", "stopped"]
    await frontier.leave()
    await late.leave()
    fresh = await crawl.open(worker="box:3")
    assert len((await fresh.claim(1, 1)).leased) == 1


async def test_a_pause_outlives_the_workers(crawl, page, operator):
    frontier = await crawl.open(worker="box:1")
    await frontier.commit([page("a/1")], [])
    await frontier.leave()
    assert "no worker is running, and one that is started will wait" in await operator(pause)
    assert (await (await crawl.open(worker="box:2")).claim(1, 1)).state == "paused"


async def give_up(frontier, page, acked, reasons, **fields):
    for number, reason in enumerate(reasons):
        await frontier.commit([page(f"a/{number}", **fields)], [])
        leased = (await frontier.claim(1, 1)).leased
        await frontier.commit([], acked(leased, Verdict.DEAD, reason=reason))


async def test_the_dead_are_listed_with_reasons_the_newest_last(crawl, page, acked, operator):
    frontier = await crawl.open()
    await give_up(frontier, page, acked, ["404", "TimeoutError: slow", "404"])
    lines = (await operator(print_dead)).splitlines()
    assert [line.split("  ")[1:] for line in lines] == [
        *(["http://a/0", "404"], ["http://a/1", "TimeoutError: slow"], ["http://a/2", "404"]),
    ]
    rows = [json.loads(row) for row in (await operator(print_dead, "Time", as_json=True)).splitlines()]
    assert [(row["url"], row["reason"], row["host"], row["hops"]) for row in rows] == [
        ("http://a/1", "TimeoutError: slow", "a", 0)
    ]


@pytest.mark.parametrize(
    ("uri", "reason", "back", "left"),
    [
        ("http://a/1", "", ["http://a/1"], ["http://a/0", "http://a/2"]),
        ("", "404", ["http://a/0", "http://a/2"], ["http://a/1"]),
        ("", "", ["http://a/0", "http://a/1", "http://a/2"], []),
        ("http://a/9", "", [], ["http://a/0", "http://a/1", "http://a/2"]),
    ],
)
async def test_the_dead_wait_again(crawl, page, acked, operator, uri, reason, back, left):
    frontier = await crawl.open()
    await give_up(frontier, page, acked, ["404", "503", "404"])
    assert (await operator.json(requeue_dead, uri, reason))["requeued"] == len(back)
    counts = await frontier.counts()
    assert (counts.dead, counts.queued, counts.over) == (len(left), len(back), not back)
    assert [line.split("  ")[1] for line in (await operator(print_dead)).splitlines()] == left
    leased = (await frontier.claim(9, 9)).leased
    assert [(lease.item.uri, lease.attempts) for lease in leased] == [(one, 0) for one in back]
    await frontier.commit([], acked(leased))
    assert await frontier.finished()


async def test_a_seed_that_waits_again_is_pending_and_its_host_gets_all_its_failures(
    crawl, page, acked, operator
):
    frontier = await crawl.open(host_failures=1)
    await frontier.add_seeds([page("a/", seed="http://a/"), page("a/x")], interval=9, again=False)
    leased = (await frontier.claim(1, 1)).leased
    words = {"reason": "refused", "seed": "http://a/", "seed_state": "refused", "failed": True}
    await frontier.commit([], acked(leased, Verdict.DEAD, **words))
    assert (await frontier.counts()).dead == 2, "host-down gave up what waited"
    await operator(requeue_dead)
    assert (await frontier.seeds())["http://a/"] == "pending"
    assert await raw(frontier, "HGET", "host:a", "failures") == b"0"


async def test_many_dead_keep_their_order(crawl, page, acked, operator):
    frontier = await crawl.open()
    await frontier.commit([page(f"a/{n}") for n in range(1300)], [])
    while leased := (await frontier.claim(500, 500)).leased:
        acks = [acked([one], Verdict.DEAD, reason=str(n % 2))[0] for n, one in enumerate(leased)]
        await frontier.commit([], acks)
    await operator(requeue_dead, "", "1")
    left = [int(line.split("  ")[1][9:]) for line in (await operator(print_dead)).splitlines()]
    assert left == list(range(0, 1300, 2))


async def test_what_waits_at_a_host_is_dropped_and_counted(crawl, page, acked, operator):
    frontier = await crawl.open(queue_most=4)
    await frontier.commit([page(f"{host}/{n}", n % 2) for host in "ab" for n in range(40)], [])
    assert (await operator.json(drop_frontier, "a"))["dropped"] == 40
    assert (await operator.json(drop_frontier, "nowhere"))["dropped"] == 0
    assert await raw(frontier, "EXISTS", "host:nowhere") == 0
    counts = await frontier.counts()
    assert (counts.dead, counts.queued) == (40, 40)
    assert (await operator.json(print_status))["dead"] == {"dropped": 40}
    fetched = []
    while leased := (await frontier.claim(50, 50)).leased:
        fetched += [lease.item.uri for lease in leased]
        await frontier.commit([], acked(leased))
    assert sorted(fetched) == sorted(f"http://b/{n}" for n in range(40))


async def test_what_waits_on_disk_is_dropped_too(crawl, page, operator, monkeypatch):
    monkeypatch.setattr(errand, "GATHER", 0)
    frontier = await crawl.open(queue_most=4)
    await frontier.commit([page(f"a/{n}", n % 2) for n in range(40)], [])
    folder = SegmentFolder(crawl.collection.frontier)
    overflow = Overflow(frontier, folder, Grace(5.0), lambda: None)
    while await overflow.look(frontier.partitions[0], folder.place()):
        pass
    document = await operator.json(print_status)
    assert document["outside"] > 20
    assert (await operator.json(drop_frontier, "a"))["dropped"] == 40
    assert (await frontier.counts()).over
    assert (await operator.json(print_status))["segments"] == 0
    await frontier.leave()
    assert folder.files()
    await operator(drop_frontier)
    assert folder.files() == []


async def test_a_frontier_is_dropped_whole_and_a_new_one_begins(crawl, page, operator):
    frontier = await crawl.open()
    await frontier.commit([page("a/1")], [])
    with pytest.raises(FrontierError, match=r"workers of .* may be running: host:0, .* stop"):
        await operator(drop_frontier)
    await frontier.leave()
    other = frontier.store.keys("crawl").replace("test", "other")
    await frontier.store.command("HSET", other, "boot", "x")
    await operator(drop_frontier)
    assert await frontier.store.command("KEYS", frontier.store.keys("*")) == []
    assert await frontier.store.command("DEL", other) == 1, "another collection's"
    assert not (crawl.collection.frontier / "generation").exists()
    fresh = await crawl.open()
    await fresh.commit([page("a/1")], [])
    assert (await fresh.counts()).added == 1


async def test_a_worker_of_this_machine_that_was_killed_holds_nothing_up(crawl, page, operator):
    gone = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await gone.wait()
    frontier = await crawl.open(worker=f"{socket.gethostname()}:{gone.pid}")
    await frontier.commit([page("a/1")], [])
    assert "dead, or cut off" in await operator(print_status)
    assert "no worker is running" in (await operator.json(print_status))["why"][0]
    await operator(drop_frontier)


async def test_a_drop_that_broke_off_can_be_joined_by_nobody_and_is_ended_by_the_next(
    crawl, page, operator
):
    frontier = await crawl.open()
    await frontier.commit([page("a/1")], [])
    await frontier.leave()
    assert await frontier.store.run("vacate", frontier.store.generation, 1) == []
    with pytest.raises(WrongFrontier):
        await crawl.open()
    (crawl.collection.frontier / "generation").unlink()
    with pytest.raises(FrontierError, match="half imported, or half dropped"):
        await crawl.open()
    await operator(drop_frontier)
    assert await frontier.store.command("KEYS", frontier.store.keys("*")) == []


async def test_another_collections_frontier_is_not_dropped(crawl, operator):
    frontier = await crawl.open()
    await frontier.leave()
    await raw(frontier, "SET", "generation", "somebody-else")
    with pytest.raises(WrongFrontier):
        await operator(drop_frontier)
    assert await raw(frontier, "EXISTS", "crawl") == 1


def test_every_word_is_documented_and_every_documented_word_is_one():
    page = (Path(__file__).parents[2] / "docs" / "frontier.md").read_text()
    documented = re.findall(r"^scrapy frontier (\w+)", page, re.MULTILINE)
    assert list(dict.fromkeys(documented)) == list(frontier_command._ACTIONS)


async def test_parts_of_queues_that_nobody_brings_are_a_reason(
    crawl, page, acked, operator, monkeypatch
):
    monkeypatch.setattr(errand, "GATHER", 0)
    frontier = await crawl.open(queue_most=4)
    await frontier.commit([page(f"a/{n}") for n in range(20)], [])
    folder = SegmentFolder(crawl.collection.frontier)
    overflow = Overflow(frontier, folder, Grace(5.0), lambda: None)
    while await overflow.look(frontier.partitions[0], folder.place()):
        pass
    while leased := (await frontier.claim(9, 9)).leased:
        await frontier.commit([], acked(leased))
    document = await operator.json(print_status)
    assert document["state"] == "running"
    assert "parts of queues that lie on disk are wanted" in document["why"][0]
    await overflow.look(frontier.partitions[0], folder.place())
    assert (await operator.json(print_status))["why"] == []


async def test_a_worker_that_joins_between_look_and_drop_is_not_robbed(crawl, page):
    frontier = await crawl.open(worker="box:1")
    await frontier.commit([page("a/1")], [])
    assert await frontier.store.run("vacate", frontier.store.generation, 1) == [b"box:1"]
    assert len((await frontier.claim(1, 1)).leased) == 1
    await crawl.open(worker="box:2")


async def test_the_first_look_after_a_restart_keeps_the_crawls_own_lease_time(crawl, page, capsys):
    frontier = await crawl.open(lease_time=400.0)
    await raw(frontier, "HSET", "crawl", "boot", "another")
    config = Config(frontier_url=crawl.url, lease_time=1.0)
    await asyncio.to_thread(print_status, crawl.collection, config, True)
    assert json.loads(capsys.readouterr().out)["hold"] > 400
