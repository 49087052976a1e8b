"""The same tests on the embedded Valkey and on a redis-server of the system."""

import itertools
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from crawler.config import Config
from crawler.frontier.frontier import Frontier
from crawler.frontier.item import Addition, Item
from crawler.frontier.lease import Ack, Leased, Verdict
from crawler.frontier.quota import Quotas
from crawler.model.collection import Collection
from crawler.store.embedded import EmbeddedServer

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def embedded_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = EmbeddedServer(tmp_path_factory.mktemp("valkey"))
    server.hold()
    yield server.url
    server.release()


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed")
    folder = tmp_path_factory.mktemp("redis")
    socket = folder / "redis.sock"
    arguments = ["--port", "0", "--unixsocket", str(socket), "--dir", str(folder), "--save", ""]
    server = subprocess.Popen([program, *arguments, "--logfile", str(folder / "log")])
    deadline = time.monotonic() + 10
    while not socket.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    yield f"unix://{socket}"
    server.terminate()
    server.wait(10)


@pytest.fixture(params=["embedded", "redis"])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


class Crawl:
    """A crawl of its own, with as many workers as a test opens."""

    def __init__(self, url: str, folder: Path) -> None:
        self.collection = Collection(folder, f"test{next(_NUMBERS)}")
        self.url = url
        self.workers: list[Frontier] = []

    async def open(self, *, worker: str = "", quotas: Quotas | None = None, **settings: Any) -> Frontier:
        values = {"frontier_url": self.url, "download_delay": 0.0} | settings
        name = worker or f"host:{len(self.workers)}"
        frontier = await Frontier.open(Config(**values), self.collection, name, quotas)
        self.workers.append(frontier)
        return frontier

    async def close(self) -> None:
        for worker in self.workers:
            await worker.close(clean=False)


@pytest_asyncio.fixture
async def crawl(url: str, tmp_path: Path) -> AsyncIterator[Crawl]:
    crawl = Crawl(url, tmp_path)
    yield crawl
    await crawl.close()


@pytest.fixture
def page() -> Callable[..., Addition]:
    """An addition: ``page("host/path", priority=3, forced=False, **fields of the item)``."""

    def make(name: str, priority: int = 3, *, forced: bool = False, **fields: Any) -> Addition:
        uri = f"http://{name}"
        return Addition(Item(uri, **fields), priority, "" if forced else uri)

    return make


@pytest.fixture
def acked() -> Callable[..., list[Ack]]:
    """Acks for leases: ``acked(leases, Verdict.DONE, hold_ms=...)``."""

    def make(leased: Sequence[Leased], verdict: Verdict = Verdict.DONE, **fields: Any) -> list[Ack]:
        return [Ack(lease.id, verdict, **fields) for lease in leased]

    return make


@pytest.fixture
def claimed() -> Callable[..., Any]:
    """Claim until there is something: ``await claimed(frontier, urls, per_host)``."""

    async def claim(frontier: Frontier, urls: int = 100, per_host: int = 100) -> list[Leased]:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            answer = await frontier.claim(urls, per_host)
            if answer.leased:
                return answer.leased
            assert answer.wait is not None, "nothing will come"
            time.sleep(min(answer.wait, 0.5) + 0.001)
        raise AssertionError("nothing came within 10 s")

    return claim
