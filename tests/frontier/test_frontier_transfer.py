"""A frontier as a file: half a crawl goes out, comes back, and what was missing is fetched, no more."""

import asyncio
import gzip
import json
import sys

import msgspec
import pytest

from crawler.config import Config
from crawler.errors import CheckFailed, FrontierError, RedisUnreachable, SettingError
from crawler.frontier import errand, generation, importing, steering, wire
from crawler.frontier.exporting import export
from crawler.frontier.importing import import_
from crawler.frontier.lease import Verdict
from crawler.frontier.segment_folder import SegmentFolder
from crawler.model.collection import Collection
from crawler.scheduler.grace import Grace
from crawler.scheduler.overflow import Overflow
from crawler.store.client import Call

HOSTS, PAGES = 5, 12


def web(page):
    return [page(f"h{host}/{number}", number % 3) for host in range(HOSTS) for number in range(PAGES)]


async def half_a_crawl(crawl, page, acked):
    """A frontier with URLs that wait, are done, dead, on lease, were tried, and will be due again."""
    frontier = await crawl.open(lease_time=1.0, retry_times=3)
    await frontier.add_seeds([page("h0/", seed="http://h0/")], interval=3600, again=False)
    await frontier.commit(web(page), [])
    leased = (await frontier.claim(30, 6)).leased
    done, again, dead, lost = leased[:20], leased[20:23], leased[23:25], leased[25:]
    again_due = {"due_ms": 5_000_000, "key": done[0].item.uri, "again": done[0].item}
    acks = [msgspec.structs.replace(acked(done[:1])[0], **again_due), *acked(done[1:])]
    acks += acked(again, Verdict.RETRY) + acked(dead, Verdict.DEAD, reason="404: not\nthere")
    await frontier.commit([], acks)
    await frontier.set_delay("h1", 7)
    await frontier.leave()
    assert lost
    rest = {addition.item.uri: 0 for addition in web(page)} | {"http://h0/": 0}
    rest |= {lease.item.uri: 1 for lease in again}
    for lease in (*done, *dead):
        del rest[lease.item.uri]
    return frontier, sorted(rest.items())


async def finish(frontier, acked):
    """Fetch all that is left; the URIs, each as often as it was fetched, with its tries before."""
    fetched = []
    while not await frontier.finished():
        claim = await frontier.claim(50, 50)
        fetched += [(lease.item.uri, lease.attempts) for lease in claim.leased]
        await frontier.commit([], acked(claim.leased))
        assert claim.leased or claim.wait is not None
    return sorted(fetched)


def ignore(lines):
    pass


def lines_of(path):
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


async def exported(crawl, path):
    return await export(Config(frontier_url=crawl.url), crawl.collection, path, ignore)


async def imported(url, collection, path, *, sure=False):
    return await import_(Config(frontier_url=url), collection, path, ignore, sure=sure)


async def drop(crawl):
    return await steering.drop(Config(frontier_url=crawl.url), crawl.collection)


@pytest.fixture(params=["embedded", "unix"])
def other_url(request):
    return str(request.getfixturevalue(f"{request.param}_url"))


async def test_exactly_what_was_missing_is_fetched_after_export_drop_and_import(
    crawl, page, acked, tmp_path, other_url
):
    frontier, missing = await half_a_crawl(crawl, page, acked)
    before, file = await frontier.counts(), tmp_path / "frontier.jsonl.gz"
    await exported(crawl, file)
    assert await drop(crawl) > 10
    assert await frontier.store.command("KEYS", frontier.store.keys("*")) == []
    await imported(other_url, crawl.collection, file)

    crawl.url = other_url
    again = await crawl.open(retry_times=3)
    after = await again.counts()
    assert after.queued == len(missing) == before.queued + before.in_flight
    assert (after.added, after.done, after.dead, after.retried) == (
        *(before.added, before.done, before.dead, before.retried),
    )
    await again.commit(web(page), [])
    assert (await again.counts()).added == before.added, "all were seen"
    await again.set_terms({"h1": (0, 9)})
    assert await finish(again, acked) == missing


async def test_the_file_is_one_of_lines_that_say_what_they_are(crawl, page, acked, tmp_path):
    await half_a_crawl(crawl, page, acked)
    header = await exported(crawl, tmp_path / "f")
    lines = lines_of(tmp_path / "f")
    assert lines[0] == {"kind": "frontier", **msgspec.to_builtins(header)} | {"kind": "frontier"}
    assert lines[-1] == {"kind": "end", "lines": len(lines) - 1}
    kinds = [line["kind"] for line in lines]
    assert kinds == sorted(kinds, key=kinds.index), "each kind together"
    heads = [line["item"][0] for line in lines if line.get("side") == "head"]
    assert len(heads) == 5
    assert [line["reason"] for line in lines if line["kind"] == "dead"] == 2 * ["404: not there"]
    assert [line["uri"] for line in lines if line["kind"] == "seed"] == ["http://h0/"]
    assert [line["item"][0] for line in lines if line["kind"] == "due"] != []
    assert list(tmp_path.glob(".*")) == [], "no draft is left"


async def test_tries_delays_holds_and_dates_come_back(crawl, page, acked, tmp_path):
    frontier, _ = await half_a_crawl(crawl, page, acked)
    await frontier.hold("h2", 500)
    names = ("crawl", "dead", "seeds", "passes", "due", "recrawl")

    async def state(store):
        read = {"dead": "LRANGE", "due": "ZRANGE"}
        more = {"dead": (0, -1), "due": (0, -1, "WITHSCORES")}
        found = {
            n: await store.command(read.get(n, "HGETALL"), store.keys(n), *more.get(n, ()))
            for n in names
        }
        crawl = {name: value for name, value in found.pop("crawl").items() if value != b"0"}
        hosts = [
            await store.command(
                "HMGET", store.keys(f"host:{host}"), "asked", "held", "pages", "failures"
            )
            for host in ("h1", "h2")
        ]
        return crawl, hosts, {n: sorted(v) if n != "dead" else v for n, v in found.items()}

    before = await state(frontier.store)
    await exported(crawl, tmp_path / "f")
    await drop(crawl)
    await imported(crawl.url, crawl.collection, tmp_path / "f")
    after = await state(frontier.store)
    assert after == before


async def test_what_was_on_lease_comes_first_and_not_before_its_lease_would_have_run_out(
    crawl, page, acked, tmp_path
):
    frontier = await crawl.open(lease_time=60.0)
    await frontier.commit([page(f"a/{n}") for n in range(5)], [])
    leased = (await frontier.claim(3, 3)).leased
    await frontier.leave()
    await exported(crawl, tmp_path / "f")
    await drop(crawl)
    await imported(crawl.url, crawl.collection, tmp_path / "f")
    again = await crawl.open(lease_time=60.0)
    claim = await again.claim(5, 5)
    assert claim.leased == []
    assert 50 < claim.wait <= 60
    await again.store.command("HSET", again.store.keys("host:a"), "held", 0)
    await again.hold("a", 0)
    order = [lease.item.uri for lease in (await again.claim(5, 5)).leased]
    assert order == [f"http://a/{n}" for n in range(5)]
    assert {lease.id for lease in leased} & {
        task.id for task in (await again.claim(5, 5)).leased
    } == set()


async def test_parts_of_queues_that_lie_on_disk_come_along(crawl, page, tmp_path, monkeypatch):
    monkeypatch.setattr(errand, "GATHER", 0)
    frontier = await crawl.open(queue_most=12)
    await frontier.commit([page(f"a/{n}") for n in range(44)], [])
    overflow = Overflow(frontier, SegmentFolder(crawl.collection.frontier), Grace(5.0), lambda: None)
    while await overflow.look(frontier.partitions[0], overflow.folder.place()):
        pass
    assert overflow.folder.files()
    await frontier.leave()
    await exported(crawl, tmp_path / "f")
    lines = lines_of(tmp_path / "f")
    assert [line["item"][0] for line in lines if line["kind"] == "queue"] == [
        f"http://a/{n}" for n in range(44)
    ]
    for file in overflow.folder.files():
        overflow.folder.delete(file)
    with pytest.raises(FrontierError, match="is not to be had here"):
        await exported(crawl, tmp_path / "g")
    assert not (tmp_path / "g").exists()


async def test_nothing_is_exported_while_it_may_change(crawl, page, acked, tmp_path):
    frontier = await crawl.open(worker="box:1")
    await frontier.commit([page(f"a/{n}") for n in range(3)], [])
    with pytest.raises(FrontierError, match="may be running"):
        await exported(crawl, tmp_path / "f")
    leased = (await frontier.claim(1, 1)).leased
    await steering.steer(frontier.partitions, steering.Steered.PAUSED)
    with pytest.raises(FrontierError, match="still on lease"):
        await exported(crawl, tmp_path / "f")
    await frontier.commit([], acked(leased))
    await exported(crawl, tmp_path / "f")

    def meddle(lines):
        keys = frontier.store.keys
        calls = [Call("add", (frontier.store.boot, *wire.calls("", [page("b/9")], [])[0].args[1:]))]
        frontier.store.run_now(calls) if lines == 2 else keys

    with pytest.raises(FrontierError, match="changed while it was read"):
        await export(Config(frontier_url=crawl.url), crawl.collection, tmp_path / "g", meddle)
    assert not (tmp_path / "g").exists()


async def test_a_frontier_that_is_there_is_not_overwritten(crawl, page, acked, tmp_path):
    await half_a_crawl(crawl, page, acked)
    await exported(crawl, tmp_path / "f")
    with pytest.raises(FrontierError, match=r"already - .*drop"):
        await imported(crawl.url, crawl.collection, tmp_path / "f")
    assert (await crawl.workers[0].counts()).added == 61


async def test_a_collection_that_began_in_another_frontier_asks_first(crawl, page, acked, tmp_path):
    await half_a_crawl(crawl, page, acked)
    header = await exported(crawl, tmp_path / "f")
    other = Collection(tmp_path, crawl.collection.name + "b")
    generation.write(other.frontier, "another")
    with pytest.raises(SettingError, match=r"began in another frontier .* --yes"):
        await imported(crawl.url, other, tmp_path / "f")
    assert generation.read(other.frontier) == "another"
    await imported(crawl.url, other, tmp_path / "f", sure=True)
    assert generation.read(other.frontier) == header.generation


def cut(data):
    return data[: len(data) // 2]


def changed(data):
    return data[:200] + bytes([data[200] ^ 1]) + data[201:]


def without_its_end(data):
    return gzip.compress(b"\n".join(gzip.decompress(data).splitlines()[:-1]) + b"\n")


def without_a_line(data):
    lines = gzip.decompress(data).splitlines()
    return gzip.compress(b"\n".join(lines[:3] + lines[4:]) + b"\n")


def of_another_format(data):
    return gzip.compress(gzip.decompress(data).replace(b'"format":1', b'"format":2', 1))


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        *(
            (cut, "no whole export"),
            (changed, "no whole export"),
            (without_its_end, "its end is missing"),
        ),
        (without_a_line, "it has .* lines and should have"),
        (of_another_format, "has version 2 of the format, this version of Clew reads 1"),
        (lambda data: b"WARC/1.1 and so on", "no whole export"),
        (lambda data: gzip.compress(b"{}\n"), "no whole export"),
        (lambda data: b"", "no whole export"),
    ],
)
async def test_a_file_that_is_none_is_one_clear_line_and_nothing_is_imported(
    crawl, page, acked, tmp_path, harm, words
):
    frontier, _ = await half_a_crawl(crawl, page, acked)
    await exported(crawl, tmp_path / "f")
    await drop(crawl)
    (tmp_path / "g").write_bytes(harm((tmp_path / "f").read_bytes()))
    with pytest.raises(CheckFailed, match=words) as caught:
        await imported(crawl.url, crawl.collection, tmp_path / "g")
    assert caught.value.exit_code == 9
    with pytest.raises(CheckFailed, match=words):
        await imported("unix:///no/server", crawl.collection, tmp_path / "g")
    assert await frontier.store.command("KEYS", frontier.store.keys("*")) == []
    assert not (crawl.collection.frontier / "generation").exists()


async def test_no_file_is_one_clear_line(crawl, tmp_path):
    with pytest.raises(SettingError, match="cannot be read: No such file"):
        await imported(crawl.url, crawl.collection, tmp_path / "none")


async def test_an_import_that_breaks_off_leaves_nothing_that_looks_like_a_frontier(
    crawl, page, acked, tmp_path, monkeypatch
):
    frontier, _ = await half_a_crawl(crawl, page, acked)
    await exported(crawl, tmp_path / "f")
    await drop(crawl)

    def break_off(lines):
        raise RedisUnreachable("gone")

    config = Config(frontier_url=crawl.url)
    with pytest.raises(RedisUnreachable):
        await import_(config, crawl.collection, tmp_path / "f", break_off, sure=False)
    assert await frontier.store.command("KEYS", frontier.store.keys("*")) == []


KILLED = """
import asyncio, os, sys
from pathlib import Path
from crawler.config import Config
from crawler.frontier.importing import import_
from crawler.model.collection import Collection

url, root, name, path = sys.argv[1:]
kill = lambda lines: lines == 20 and os.kill(os.getpid(), 9)
asyncio.run(import_(Config(frontier_url=url), Collection(Path(root), name), Path(path), kill, sure=False))
"""


async def test_an_import_that_was_killed_can_be_joined_by_nobody_and_is_done_again(
    crawl, page, acked, tmp_path, monkeypatch
):
    frontier, missing = await half_a_crawl(crawl, page, acked)
    await exported(crawl, tmp_path / "f")
    await drop(crawl)
    monkeypatch.setattr(importing, "_AT_ONCE", 5)
    script = "from crawler.frontier import importing\nimporting._AT_ONCE = 5\n" + KILLED
    words = [crawl.url, str(tmp_path), crawl.collection.name, str(tmp_path / "f")]
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, *words)
    assert await process.wait() == -9
    keys = frontier.store.keys
    assert await frontier.store.command("EXISTS", keys("host:h0")) == 1, "it was under way"
    with pytest.raises(FrontierError, match="half imported"):
        await crawl.open()
    with pytest.raises(FrontierError, match="under way, or broke off just now - wait 15 seconds"):
        await imported(crawl.url, crawl.collection, tmp_path / "f")
    await frontier.store.command("DEL", keys("workers"))  # as if the 15 seconds were over
    await imported(crawl.url, crawl.collection, tmp_path / "f")
    again = await crawl.open(retry_times=3)
    await again.set_terms({"h1": (0, 9)})
    assert await finish(again, acked) == missing
