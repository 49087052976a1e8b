"""A server that lost its last second, or all, makes no crawl lose a page or call itself finished."""

import socket

import pytest

from crawler.config import Config
from crawler.errors import (
    FrontierError,
    RedisUnreachable,
    SettingError,
    StaleBoot,
    WrongFrontier,
)
from crawler.frontier.frontier import Frontier
from crawler.frontier.lease import Verdict
from crawler.model.collection import Collection
from crawler.store import address


async def restarted(frontier, *, lost=True):
    """As if the server had been restarted: for it, the run that it knows is another one."""
    key = frontier.store.keys("crawl")
    await frontier.store.command("HSET", key, "boot", "another")
    await frontier.store.command("HDEL", key, "hold")


async def test_a_stale_ack_is_refused_and_the_children_can_be_added_again(crawl, page, acked):
    frontier = await crawl.open(lease_time=5.0)
    await frontier.commit([page("a/1")], [])
    acks = acked((await frontier.claim(1, 1)).leased)
    await restarted(frontier)
    with pytest.raises(StaleBoot):
        await frontier.commit([], acks)
    assert (await frontier.counts()).done == 0
    await frontier.commit([page("a/2")], acks)
    counts = await frontier.counts()
    assert (counts.added, counts.done) == (2, 1)


async def test_after_a_restart_nothing_is_claimed_for_a_lease_and_the_longest_delay(crawl, page):
    frontier = await crawl.open(lease_time=40.0, download_delay=3.0)
    await frontier.commit([page("a/1"), page("z/1")], [])
    await frontier.set_delay("z", 20)
    await restarted(frontier)
    with pytest.raises(StaleBoot):
        await frontier.claim(1, 1)
    claim = await frontier.claim(1, 1)
    assert claim.leased == []
    assert 60 <= claim.wait <= 70


async def test_a_clean_stop_is_no_restart(crawl, page):
    frontier = await crawl.open(lease_time=40.0)
    await frontier.commit([page("a/1")], [])
    await frontier.leave()
    assert await frontier.store.run("clean") == 1
    await restarted(frontier)
    with pytest.raises(StaleBoot):
        await frontier.claim(1, 1)
    assert len((await frontier.claim(1, 1)).leased) == 1


async def test_no_clean_stop_with_a_lease_out_or_a_worker_left(crawl, page, acked):
    frontier, other = await crawl.open(), await crawl.open()
    await frontier.commit([page("a/1")], [])
    leased = (await frontier.claim(1, 1)).leased
    await frontier.leave()
    assert await frontier.store.run("clean") == 0
    await other.leave()
    assert await frontier.store.run("clean") == 0
    await frontier.commit([], acked(leased, Verdict.BACK))
    assert await frontier.store.run("clean") == 1


async def test_seeds_and_delays_survive_a_restart(crawl, page):
    frontier = await crawl.open(lease_time=5.0)
    await restarted(frontier)
    assert await frontier.add_seeds([page("a/", seed="http://a/")], interval=9, again=False) == [True]
    await restarted(frontier)
    await frontier.set_delay("a", 7)
    assert await frontier.store.command("HGET", frontier.store.keys("host:a"), "asked") == b"7000"


async def test_scripts_that_the_server_forgot_are_loaded_again(crawl, page, acked):
    frontier = await crawl.open()
    await frontier.store.command("SCRIPT", "FLUSH")
    await frontier.commit([page("a/1")], [])
    leased = (await frontier.claim(1, 1)).leased
    await frontier.store.command("SCRIPT", "FLUSH")
    await frontier.commit([page("a/2")], acked(leased))
    counts = await frontier.counts()
    assert (counts.added, counts.done) == (2, 1)


async def wipe(frontier):
    names = await frontier.store.command("KEYS", frontier.store.keys("*"))
    await frontier.store.command("DEL", *names)


async def test_a_wiped_server_is_not_finished(crawl, page, acked):
    frontier = await crawl.open()
    await frontier.commit([page("a/1")], [])
    leased = (await frontier.claim(1, 1)).leased
    await wipe(frontier)
    with pytest.raises(WrongFrontier, match="began"):
        await frontier.finished()
    with pytest.raises(WrongFrontier):
        await frontier.commit([], acked(leased))
    with pytest.raises(WrongFrontier):
        await frontier.claim(1, 1)


async def test_a_wiped_or_foreign_server_cannot_be_joined(crawl):
    frontier = await crawl.open()
    key = frontier.store.keys("generation")
    await frontier.store.command("SET", key, "somebody-else")
    with pytest.raises(WrongFrontier) as caught:
        await crawl.open()
    assert caught.value.exit_code == 8
    await wipe(frontier)
    with pytest.raises(WrongFrontier):
        await crawl.open()
    assert await frontier.store.command("KEYS", frontier.store.keys("*")) == []


async def test_a_collection_without_a_generation_adopts_the_servers(crawl):
    frontier = await crawl.open()
    file = crawl.collection.frontier / "generation"
    before = file.read_text()
    file.unlink()
    await crawl.open()
    assert file.read_text() == before == frontier.store.generation + "\n"


async def test_a_server_that_evicts_keys_is_refused(crawl):
    frontier = await crawl.open()
    await frontier.store.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
    try:
        with pytest.raises(FrontierError, match=r"allkeys-lru.*noeviction") as caught:
            await crawl.open()
        assert caught.value.exit_code == 8
    finally:
        await frontier.store.command("CONFIG", "SET", "maxmemory-policy", "noeviction")


async def test_no_server_is_one_clear_error(tmp_path, monkeypatch):
    monkeypatch.setattr("crawler.frontier.frontier.START_PATIENCE", 0.3)
    config = Config(frontier_url=f"unix://user:secret@{tmp_path}/none.sock")
    with pytest.raises(RedisUnreachable) as caught:
        await Frontier.open(config, Collection(tmp_path, "x"), "host:1")
    assert "none.sock" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert not (tmp_path / "x").exists()


async def test_a_server_that_says_nothing_is_one_clear_error(tmp_path, monkeypatch):
    monkeypatch.setattr("crawler.frontier.frontier.START_PATIENCE", 0.3)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        listener.listen()
        config = Config(frontier_url=f"unix://{tmp_path}/s")
        with pytest.raises(RedisUnreachable, match="it says nothing"):
            await Frontier.open(config, Collection(tmp_path, "x"), "host:1")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("redis+cluster://u:secret@a:1/1", "a cluster has none but 0"),
        ("redis+cluster://u:secret@a:1/x", "a database, which is a number"),
        ("redis+sentinel://:secret@a:1,b:2", "names no service"),
        ("redis+sentinel://:secret@a:1/m/x", "a database, which is a number"),
        ("redis+other://:secret@a:1", "names no server"),
        ("redis://:secret@a:1,b:2/0", "names no server"),
        ("redis+sentinel://:secret@,/m", "names no server"),
        ("redis://:secret@a:1?ssl_ca_certs=x", "unknown option 'ssl_ca_certs' .*need rediss"),
        ("rediss://:secret@a:1?ssl_ca_certs=/no/ca.pem", "no such file"),
        ("rediss://:secret@a:1?ssl_cert_reqs=maybe", "required or none"),
        ("http://u:secret@a/", "names no server"),
        ("redis://", "names no server"),
        ("redis://:secret@a:port", "FRONTIER_URL"),
        ("unix://", "names no server"),
        ("redis://:secret@a:1/zero", "a database, which is a number"),
        ("redis://:secret@a:1/0?retry=1", "unknown option 'retry'"),
        ("", "names no server"),
    ],
)
async def test_a_url_that_names_no_server_is_a_setting_error(tmp_path, given, words):
    with pytest.raises(SettingError, match=words) as caught:
        await Frontier.open(Config(frontier_url=given), Collection(tmp_path, "x"), "host:1")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("embedded:", "embedded:"),
        ("redis://a:1/2", "redis://a:1/2"),
        ("rediss://user:pass@word@a:1/2?password=x", "rediss://a:1/2"),
        ("unix:///tmp/a.sock?password=x", "unix:///tmp/a.sock"),
    ],
)
def test_a_url_is_shown_without_its_password(given, shown):
    assert address.shown(given) == shown
