"""The ACL that docs/frontier-servers.md tells of is enough for a worker, and for nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crawler.errors import FrontierError
from crawler.frontier.lease import Ack, Verdict
from crawler.model.sighting import Sighting
from crawler.store.originals import Originals
from crawler.store.sites import SiteMemory
from tests.frontier import servers
from tests.frontier.conftest import Crawl

PAGE = Path(__file__).parents[2] / "docs" / "frontier-servers.md"


def documented():
    (line,) = re.findall(r"^user clew on >PASSWORD (.+)$", PAGE.read_text(), re.MULTILINE)
    return line


@pytest.fixture
def server(tmp_path):
    # The collections of these tests are called testN.
    with servers.with_password(tmp_path / "redis", documented().replace("news", "test")) as server:
        yield server


@pytest.fixture
async def crawled(server, tmp_path):
    crawl = Crawl(server.url, tmp_path)
    yield crawl
    await crawl.close()


async def test_a_worker_may_do_all_that_it_must(server, crawled, page, claimed):
    frontier = await crawled.open()
    assert await frontier.add_seeds([page("a/", seed="http://a/")], interval=9, again=False) == [True]
    leased = await claimed(frontier)
    await frontier.extend(leased)
    await frontier.commit([page("b/1")], [Ack(lease.id, Verdict.RETRY) for lease in leased])
    while not await frontier.finished():
        leased = await claimed(frontier)
        await frontier.commit([], [Ack(lease.id, Verdict.DONE) for lease in leased])
    await frontier.set_delay("a", 2)
    await frontier.hold("a", 1)
    assert (await frontier.counts()).done == 2
    assert await frontier.seeds()
    index = Originals(frontier.store)
    await index.add([], [])
    await index.close()
    memory = SiteMemory([frontier.store])
    assert await memory.take_in("a", Sighting("page")) is not None
    await frontier.leave()
    assert server.ask("ACL", "LOG") == []


@pytest.mark.parametrize(
    "words", [("FLUSHALL",), ("CONFIG", "GET", "*"), ("KEYS", "*"), ("GET", "{other:0}:generation")]
)
async def test_and_nothing_else(crawled, words):
    frontier = await crawled.open()
    with pytest.raises(FrontierError, match=r"lets this user do too little .*frontier-servers.md"):
        await frontier.store.command(*words)


async def test_a_wrong_password_is_one_line_without_it(server, tmp_path):
    crawl = Crawl(server.url.replace(servers.QUOTED, "sesame"), tmp_path)
    try:
        with pytest.raises(FrontierError, match="refuses this user and password") as caught:
            await crawl.open()
    finally:
        await crawl.close()
    assert "sesame" not in str(caught.value)
    assert "\n" not in str(caught.value)
