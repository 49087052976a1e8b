"""A frontier moves between kinds of servers: from one primary to a cluster of eight partitions, and back."""

from pathlib import Path

import pytest

from crawler.config import Config
from crawler.frontier import steering
from crawler.frontier.attach import attached
from crawler.frontier.exporting import export
from crawler.frontier.frontier import Frontier
from crawler.frontier.importing import import_
from crawler.frontier.lease import Verdict
from crawler.frontier.view import look
from crawler.model.collection import Collection

HOSTS, PAGES = 20, 6


def web(page):
    return [page(f"h{host}/{n}", via="http://h0/") for host in range(HOSTS) for n in range(PAGES)]


async def opened(url, collection, worker="box:1"):
    config = Config(frontier_url=url, download_delay=0.0, lease_time=30.0)
    return await Frontier.open(config, collection, worker)


async def half(url, collection, page, acked):
    """Half a crawl; the URIs that have come to their end."""
    frontier = await opened(url, collection)
    await frontier.add_seeds([page("h0/", seed="http://h0/")], interval=3600, again=False)
    await frontier.commit(web(page), [])
    leased = (await frontier.claim(64, 4)).leased
    dead, done = leased[:5], leased[5:]
    words = {"seed": "http://h0/", "seed_state": "archived"}
    acks = [*acked(done), *acked(dead, Verdict.DEAD, reason="404")]
    of_seed = [one for one in done if one.item.seed]
    await frontier.commit([], acks if not of_seed else [*acks, *acked(of_seed, **words)])
    await frontier.leave()
    await frontier.close(clean=True)
    return {lease.item.uri for lease in leased}


async def rest(url, collection, page, acked):
    """Finish a crawl; what was fetched, and the counters."""
    frontier = await opened(url, collection, "box:2")
    await frontier.add_seeds([page("h0/", seed="http://h0/")], interval=3600, again=False)
    await frontier.commit(web(page), [])
    fetched = []
    while not await frontier.finished():
        leased = (await frontier.claim(64, 9)).leased
        fetched += [lease.item.uri for lease in leased]
        await frontier.commit([], acked(leased))
    counts = await frontier.counts()
    await frontier.leave()
    await frontier.close(clean=True)
    return fetched, counts


@pytest.mark.parametrize(
    ("source", "target"),
    [
        *(("unix", "cluster"), ("cluster", "unix"), ("cluster", "cluster")),
        *(("embedded", "password"), ("password", "tls"), ("sentinel", "embedded")),
    ],
)
async def test_what_was_missing_is_fetched_on_the_other_server(
    request, tmp_path: Path, page, acked, source, target
):
    urls = [str(request.getfixturevalue(f"{kind}_url")) for kind in (source, target)]
    collection = Collection(tmp_path, f"from-{source}-to-{target}")
    ended = await half(urls[0], collection, page, acked)
    config = Config(frontier_url=urls[0])
    header = await export(config, collection, tmp_path / "f", lambda lines: None)
    assert header.partitions == (8 if source == "cluster" else 1)
    async with attached(config, collection) as partitions:
        before = await look(partitions, everything=True)
    assert sum(host.queued for host in before.hosts) == before.counts.queued
    await steering.drop(config, collection)
    other = Config(frontier_url=urls[1])
    await import_(other, collection, tmp_path / "f", lambda lines: None, sure=False)
    async with attached(other, collection) as partitions:
        after = await look(partitions, everything=True)
        dead = [one.reason async for one in steering.dead(partitions)]
    assert after.counts == before.counts
    assert dead == 5 * ["404"]
    fetched, counts = await rest(urls[1], collection, page, acked)
    missing = {addition.item.uri for addition in web(page)} - ended
    assert sorted(fetched) == sorted(missing)
    assert counts.added == 1 + HOSTS * PAGES
    async with attached(other, collection) as partitions:
        assert await steering.requeue(partitions, steering.Meant("reason", "40")) == 5
    fetched, counts = await rest(urls[1], collection, page, acked)
    assert len(fetched) == 5
    assert (counts.dead, counts.over) == (0, True)
    await steering.drop(other, collection)
