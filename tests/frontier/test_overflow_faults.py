"""Workers killed with SIGKILL at each step of an overflow, and power cuts: no URL is lost."""

import asyncio
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from crawler.config import Config
from crawler.frontier.frontier import Frontier
from crawler.frontier.item import Addition, Item
from crawler.model.collection import Collection

WORKER = Path(__file__).parent / "overflowing_worker.py"
LONG, SOON = 600, 100


def begun(url, folder, number, *step):
    return subprocess.Popen([sys.executable, str(WORKER), url, str(folder), str(number), *step])


def filled(url, folder, queue_most=40):
    """Add LONG pages of two hosts."""

    async def fill():
        config = Config(frontier_url=url, lease_time=1.0, queue_most=queue_most, download_delay=0.0)
        frontier = await Frontier.open(config, Collection(folder, "long"), "host:filler")
        uris = [f"http://h{n % 2}/{n}" for n in range(LONG)]
        await frontier.commit([Addition(Item(uri), 3, uri) for uri in uris], [])
        await frontier.leave()
        await frontier.close(clean=False)
        return uris

    return asyncio.run(fill())


def walked(folder):
    return Counter(line for file in folder.glob("walked-*") for line in file.read_text().splitlines())


class Server:
    """A redis-server with an append-only file, which can lose power."""

    def __init__(self, folder):
        self.folder = folder
        self.url = f"unix://{folder / 's'}"
        self.start()

    def start(self):
        arguments = ["--port", "0", "--unixsocket", "s", "--dir", str(self.folder), "--save", ""]
        arguments += ["--appendonly", "yes", "--logfile", "log"]
        self.process = subprocess.Popen(["redis-server", *arguments])
        deadline = time.monotonic() + 10
        while self.ask("PING") != "PONG" and time.monotonic() < deadline:
            time.sleep(0.02)

    def ask(self, *words):
        command = ["redis-cli", "-s", str(self.folder / "s"), *words]
        return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()

    @property
    def log_of_writes(self):
        (file,) = (self.folder / "appendonlydir").glob("*.incr.aof")
        return file

    def cut(self, size):
        """Lose power; of the append-only file `size` octets are on disk."""
        self.process.kill()
        self.process.wait()
        (self.folder / "s").unlink()
        with self.log_of_writes.open("r+b") as file:
            file.truncate(size)
        self.start()

    def stop(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def server(tmp_path_factory):
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    server = Server(tmp_path_factory.mktemp("s"))
    yield server
    server.stop()


@pytest.mark.parametrize("step", ["written", "stored", "read", "refilled"])
def test_a_worker_that_is_killed_at_a_step_loses_nothing(step, server, tmp_path):
    uris = filled(server.url, tmp_path)
    assert begun(server.url, tmp_path, 0, step).wait(SOON) == -9
    assert [begun(server.url, tmp_path, n).wait(SOON) for n in (1,)] == [0]
    counts = walked(tmp_path)
    assert set(counts) == set(uris)
    assert counts.total() <= LONG + 10, "what the killed worker had in hand may come twice"


def test_workers_that_are_killed_at_any_moment_lose_nothing(server, tmp_path):
    uris = filled(server.url, tmp_path)
    workers = {n: begun(server.url, tmp_path, n) for n in range(3)}
    for kill in range(6):
        time.sleep(0.35)
        workers[kill % 3].kill()
        workers[kill % 3].wait()
        workers[kill % 3] = begun(server.url, tmp_path, kill % 3)
    assert [worker.wait(SOON) for worker in workers.values()] == [0, 0, 0]
    counts = walked(tmp_path)
    assert set(counts) == set(uris)
    assert counts.total() <= LONG + 6 * 10


def test_a_power_cut_that_takes_refills_back_loses_nothing(server, tmp_path):
    uris = filled(server.url, tmp_path)
    worker = begun(server.url, tmp_path, 0)
    while sum(walked(tmp_path).values()) < 150:
        time.sleep(0.005)
    size = server.log_of_writes.stat().st_size
    assert worker.wait(SOON) == 0
    server.cut(size)
    assert begun(server.url, tmp_path, 1).wait(SOON) == 0
    counts = walked(tmp_path)
    assert set(counts) == set(uris)
    assert max(counts.values()) <= 2
    assert server.ask("HGET", "{long:0}:crawl", "lost") == ""
