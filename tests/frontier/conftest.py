"""The same tests on every kind of server."""

import itertools
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
from crawler.store import client
from crawler.store.client import Store
from crawler.store.embedded import EmbeddedServer
from tests.frontier import servers

_NUMBERS = itertools.count(1)


KINDS = ["embedded", "unix", "password", "tls", "sentinel", "cluster"]
EVERYWHERE = {
    *("test_frontier_leases", "test_frontier_moves", "test_frontier_end", "test_frontier_restart"),
    *("test_frontier_additions", "test_frontier_quotas", "test_due_stories", "test_originals"),
    "test_site_memory",
}
ACL = "~{*}:* +@all -@dangerous +info +keys +config|set"
"""For the tests themselves; `test_servers_acl.py` has the line that a crawl needs."""


@pytest.fixture(scope="session")
def embedded_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = EmbeddedServer(tmp_path_factory.mktemp("valkey"))
    server.hold()
    yield server.url
    server.release()


@pytest.fixture(scope="session")
def unix_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with servers.over_unix(tmp_path_factory.mktemp("unix")) as server:
        yield server.url


@pytest.fixture(scope="session")
def password_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with servers.with_password(tmp_path_factory.mktemp("password") / "redis", ACL) as server:
        yield server.url


@pytest.fixture(scope="session")
def tls_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with servers.over_tls(tmp_path_factory.mktemp("tls") / "redis") as server:
        yield server.url


@pytest.fixture(scope="session")
def sentinel_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with servers.Watched(tmp_path_factory.mktemp("sentinel"), sentinels=1) as watched:
        yield watched.url


@pytest.fixture(scope="session")
def cluster_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("cluster")
    with servers.Cluster(servers.valkey_server(), folder, *servers.DURABLE) as cluster:
        yield cluster.url


@pytest.fixture
def url(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A server, of the kinds that `pytest_generate_tests` chose.

    These tests look into their one partition, so a cluster has one too: on one of its nodes, where a
    script may touch no other slot. `test_servers_cluster.py` has several.
    """
    monkeypatch.setattr(client, "PARTITIONS", 1)
    return str(request.getfixturevalue(f"{request.param}_url"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What is about rules runs on both programs, what is about the server on every kind."""
    if "url" in metafunc.fixturenames:
        everywhere = metafunc.module.__name__.rpartition(".")[2] in EVERYWHERE
        metafunc.parametrize("url", KINDS if everywhere else KINDS[:2], indirect=True)


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


class Workers:
    """As many workers of one collection as a test opens; `made` makes what one has of its stores."""

    def __init__(self, url: str, folder: Path, made: Callable[[list[Store]], Any]) -> None:
        self.url = url
        self.collection = Collection(folder, f"workers{next(_NUMBERS)}")
        self.stores: list[Store] = []
        self._made = made
        self._opened: list[Any] = []

    async def open(self) -> Any:
        stores = await Store.open_all(self.url, self.collection, 20_000)
        for store in stores:
            await store.reach(10)
        self.stores += stores
        self._opened.append(self._made(stores))
        return self._opened[-1]

    async def close(self) -> None:
        while self._opened:
            opened = self._opened.pop()
            if hasattr(opened, "close"):
                await opened.close()
        while self.stores:
            await self.stores.pop().close()


@pytest_asyncio.fixture
async def workers(
    url: str, tmp_path: Path, made: Callable[[list[Store]], Any]
) -> AsyncIterator[Workers]:
    """Workers of a server of each kind; a module's own fixture `made` says what they have."""
    workers = Workers(url, tmp_path, made)
    yield workers
    await workers.close()


@pytest_asyncio.fixture
async def own(tmp_path: Path, made: Callable[[list[Store]], Any]) -> AsyncIterator[Workers]:
    """Workers of a server that a test may stop."""
    workers = Workers("embedded:", tmp_path, made)
    yield workers
    await workers.close()


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
