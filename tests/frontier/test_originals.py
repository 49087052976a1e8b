"""The originals in Redis outlive a crawl, are all workers' own, and never hold a fetch up."""

import asyncio
import contextlib
import hashlib
import os
import signal
import threading
from datetime import UTC, datetime, timedelta

import pytest

from crawler.errors import FrontierError, RedisUnreachable
from crawler.model import digest
from crawler.model.original import UNKNOWN_LENGTH, Original, OriginalIndex, Visit
from crawler.store import lookups
from crawler.store.embedded import EmbeddedServer
from crawler.store.originals import Originals
from crawler.store.readings import Readings
from tests.frontier.conftest import Workers

NOON = datetime(2008, 4, 4, 12, 0, 0, 123456, tzinfo=UTC)
RECORD = "<urn:uuid:01234567-89ab-cdef-0123-456789abcdef>"
ALPHA, BETA = digest.of(b"alpha"), digest.of(b"beta", "sha256")


def original(n=1, **fields):
    values = {
        "record_id": RECORD,
        "uri": f"https://a.example/{n}?ä",
        "date": NOON + timedelta(seconds=n),
    }
    return Original(**(values | {"filename": f"w-{n}.warc.gz", "offset": 1000 * n} | fields))


@pytest.fixture
def made():
    return lambda stores: Originals(stores[0])


@pytest.mark.parametrize("labelled", [ALPHA, BETA], ids=["sha1", "sha256"])
@pytest.mark.parametrize(
    "kept",
    [
        original(),
        original(offset=1 << 40, filename="sub/other file.warc.gz", foreign=True, record_id=""),
        original(reconstructed=True, date=datetime(1996, 1, 1, 0, 0, 0, 999999, tzinfo=UTC)),
        original(date=datetime(1960, 1, 1, tzinfo=UTC), filename=""),
    ],
    ids=["plain", "foreign", "reconstructed", "early"],
)
async def test_what_one_worker_adds_the_other_finds(workers, labelled, kept):
    first, second = await workers.open(), await workers.open()
    index: OriginalIndex = first
    assert await index.find(labelled, 5) is None
    await index.add([(labelled, 5, kept)], [])
    assert await first.find(labelled, 5) == kept
    assert await second.find(labelled, 5) == kept


async def test_the_length_counts_where_it_is_known(workers):
    index = await workers.open()
    await index.add([(ALPHA, 5, original(1)), (BETA, UNKNOWN_LENGTH, original(2))], [])
    assert await index.find(ALPHA, 6) is None
    assert await index.find(BETA, 6) == original(2)


async def test_the_older_original_stays_until_it_is_replaced(workers):
    first, second = await workers.open(), await workers.open()
    await first.add([(ALPHA, 5, original(1)), (BETA, 5, original(1))], [])
    await second.add([(ALPHA, 5, original(2)), (BETA, 5, original(2))], [], replace={BETA})
    assert await first.find(ALPHA, 5) == original(1)
    assert await first.find(BETA, 5) == original(2)


@pytest.mark.parametrize("algorithm", digest.ALGORITHMS)
async def test_an_empty_payload_never_enters(workers, algorithm):
    index = await workers.open()
    await index.add([(digest.of(b"", algorithm), UNKNOWN_LENGTH, original())], [])
    assert await index.find(digest.of(b"", algorithm), 0) is None
    assert await index.store.command("EXISTS", index.store.keys("originals")) == 0


async def test_a_digest_of_another_kind_neither_enters_nor_finds(workers):
    index = await workers.open()
    await index.add([("md5:d41d8cd98f00b204e9800998ecf8427e", 5, original())], [])
    assert await index.find("md5:d41d8cd98f00b204e9800998ecf8427e", 5) is None
    assert await index.find("", 5) is None


@pytest.mark.parametrize("labelled", [ALPHA, BETA], ids=["sha1", "sha256"])
@pytest.mark.parametrize(("etag", "modified"), [(b'W/"\xe4"', b""), (b"", b"Fri"), (b'"1"', b"Fri")])
async def test_a_visit_is_what_the_last_answer_said(workers, labelled, etag, modified):
    first, second = await workers.open(), await workers.open()
    for kept in (original(1), original(2, uri="https://elsewhere.example/")):
        visit = Visit(etag, modified, labelled, kept)
        await first.add([], [("https://a.example/1?ä", visit)])
        assert await second.visit("https://a.example/1?ä") == visit
    assert await second.visit("https://a.example/2") is None


async def test_an_answer_without_validators_takes_the_visit_away(workers):
    index = await workers.open()
    for etag, found in ((b'"1"', True), (b"", False), (b'"2"', True), (b"x" * 2000, False)):
        await index.add([], [("https://a.example/", Visit(etag, b"", ALPHA, original()))])
        assert (await index.visit("https://a.example/") is not None) is found


async def test_many_lookups_at_once_get_their_own_answers(workers, monkeypatch):
    index = await workers.open()
    payloads = [b"%d" % n for n in range(300)]
    await index.add(
        [(digest.of(p), len(p), original(n)) for n, p in enumerate(payloads)],
        [(original(n).uri, Visit(p, b"", digest.of(p), original(n))) for n, p in enumerate(payloads)],
    )
    sent = []
    command = index.store.command

    async def counted(*words):
        sent.append(words)
        return await command(*words)

    monkeypatch.setattr(index.store, "command", counted)
    unknown = [index.find(digest.of(b"?%d" % n), 3) for n in range(50)]
    found = [index.find(digest.of(p), len(p)) for p in payloads]
    visits = [index.visit(original(n).uri) for n in range(300)]
    answers = await asyncio.gather(*unknown, *found, *visits)
    assert answers[:50] == [None] * 50
    assert answers[50:350] == [original(n) for n in range(300)]
    assert [v.etag for v in answers[350:]] == payloads
    assert [words[0] for words in sent] == ["HMGET"] * len(sent)
    assert len(sent) <= 6, "one of each hash at a time; the files' names are asked for once"


async def test_a_lookup_that_is_cancelled_leaves_the_others_alone(workers):
    index = await workers.open()
    await index.add([(ALPHA, 5, original())], [])
    gone, kept = (asyncio.ensure_future(index.find(ALPHA, 5)) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    assert await kept == original()


async def test_originals_outlive_the_server(own):
    index = await own.open()
    await index.add([(ALPHA, 5, original())], [("u", Visit(b'"1"', b"", ALPHA, original()))])
    before, pid = await _run_id(index), await _pid(index)
    await own.close()
    await _until_gone(pid)
    index = await own.open()
    assert await _run_id(index) != before
    assert await index.find(ALPHA, 5) == original()
    assert await index.visit("u") == Visit(b'"1"', b"", ALPHA, original())


async def test_a_server_that_hangs_holds_no_lookup_up(own, monkeypatch):
    index = await own.open()
    await index.add([(ALPHA, 5, original())], [])
    assert await index.find(ALPHA, 5) == original()
    monkeypatch.setattr(lookups, "PATIENCE", 0.2)
    pid = await _pid(index)
    os.kill(pid, signal.SIGSTOP)
    try:
        async with asyncio.timeout(10):  # the store itself would wait for 20 seconds
            assert await asyncio.gather(*(index.find(ALPHA, 5) for _ in range(20))) == [None] * 20
            assert await index.visit("u") is None
        assert await _turns(index.find(ALPHA, 5)) == 0, "known to be away: nobody waits any more"
    finally:
        os.kill(pid, signal.SIGCONT)
    await _until_found(index, original())


async def test_a_server_that_is_gone_is_told_to_who_adds_and_comes_back(tmp_path, made, monkeypatch):
    monkeypatch.setattr(lookups, "PATIENCE", 0.2)
    server = EmbeddedServer(tmp_path / "own")
    await asyncio.to_thread(server.hold)
    workers = Workers(server.url, tmp_path, made)
    index = await workers.open()
    assert await index.find(ALPHA, 5) is None
    server.release()
    while True:
        try:
            await index.store.command("PING")
        except RedisUnreachable:
            break
    assert await index.find(ALPHA, 5) is None
    assert await index.visit("u") is None
    with pytest.raises(RedisUnreachable):
        await index.add([(ALPHA, 5, original())], [])
    await asyncio.to_thread(server.hold)
    await index.add([(ALPHA, 5, original())], [])
    await _until_found(index, original())
    await workers.close()
    server.release()


async def test_who_gives_up_waiting_for_a_server_to_start_leaves_one_thread_at_work(own, monkeypatch):
    monkeypatch.setattr(lookups, "PATIENCE", 0.05)
    index = await own.open()
    await index.add([(ALPHA, 5, original())], [])
    hold, started, may_go_on = EmbeddedServer.hold, [], threading.Event()

    def slow(server):
        started.append(1)
        may_go_on.wait(20)
        hold(server)

    monkeypatch.setattr(EmbeddedServer, "hold", slow)
    index.store._lost = True
    assert await index.find(ALPHA, 5) is None
    await asyncio.sleep(0.4)
    assert len(started) == 1
    may_go_on.set()
    await _until_found(index, original())


async def test_a_server_that_refuses_counts_as_one_that_is_away(workers):
    index = await workers.open()
    await index.store.command("SET", index.store.keys("originals"), "no hash")
    assert await index.find(ALPHA, 5) is None
    with pytest.raises(FrontierError, match="refused"):
        await index.add([(ALPHA, 5, original())], [])


async def test_who_waits_when_the_index_closes_gets_none(own):
    index = await own.open()
    await index.add([(ALPHA, 5, original())], [])
    pid = await _pid(index)
    os.kill(pid, signal.SIGSTOP)
    try:
        waiting = asyncio.ensure_future(index.find(ALPHA, 5))
        await asyncio.sleep(0.01)
        await index.close()
        assert await waiting is None
        assert await index.find(ALPHA, 5) is None
    finally:
        os.kill(pid, signal.SIGCONT)


async def test_a_closed_index_knows_nothing(workers):
    index = await workers.open()
    await index.add([(ALPHA, 5, original())], [])
    await index.close()
    assert await index.find(ALPHA, 5) is None


async def test_only_one_reads_at_a_time_and_the_others_wait(workers):
    store = (await workers.open()).store
    readers = [Readings(store, f"host:{n}") for n in range(3)]
    inside = most = 0

    async def read(reader):
        nonlocal inside, most
        async with reader.turn():
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.02)
            inside -= 1

    await asyncio.gather(*map(read, readers))
    assert most == 1


async def test_a_reading_is_known_for_the_state_that_was_read(workers):
    store = (await workers.open()).store
    first, second = Readings(store, "host:1"), Readings(store, "host:2")
    assert not await first.known("/a.cdxj", "1")
    await first.note("/a.cdxj", "1")
    assert await second.known("/a.cdxj", "1")
    assert not await second.known("/a.cdxj", "2")
    assert not await second.known("", "1")


async def test_an_entry_is_small(own):
    index = await own.open()

    async def used():
        return int((await index.store.command("INFO", "memory"))["used_memory"])

    before, count = await used(), 20_000
    entries = [
        (
            digest.labelled(hashlib.sha1(b"%d" % n).digest()),
            n + 1,
            original(n, filename="w", uri="u" * 60),
        )
        for n in range(count)
    ]
    for start in range(0, count, 1000):
        await index.add(entries[start : start + 1000], [])
    assert (await used() - before) / count < 150 + 60


async def _run_id(index):
    return (await index.store.command("INFO", "server"))["run_id"]


async def _pid(index):
    return int((await index.store.command("INFO", "server"))["process_id"])


async def _until_gone(pid):
    """A guard notices a little later that its last client is gone, and takes a new one until then."""
    with contextlib.suppress(ProcessLookupError):
        async with asyncio.timeout(20):
            while True:
                os.kill(pid, 0)
                await asyncio.sleep(0.01)


async def _turns(coroutine):
    """How often a coroutine waits before it ends."""
    task, turns = asyncio.ensure_future(coroutine), -1
    while not task.done():
        turns += 1
        await asyncio.sleep(0)
    return turns


async def _until_found(index, expected):
    async with asyncio.timeout(20):
        while await index.find(ALPHA, 5) != expected:
            await asyncio.sleep(0.02)
