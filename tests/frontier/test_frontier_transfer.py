"""A frontier as a file: half a crawl goes out, comes back, and is finished with exactly what was missing."""

import gzip
import json

import msgspec
import pytest

from crawler.config import Config
from crawler.errors import CheckFailed, ClewError, FrontierError, SettingError
from crawler.frontier import steering
from crawler.frontier.exporting import export
from crawler.frontier.frontier import Frontier
from crawler.frontier.importing import import_
from crawler.frontier.lease import Verdict
from crawler.model.collection import Collection

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
    return frontier, {lease.item.uri for lease in (*done, *dead)}


async def finish(frontier, acked):
    """Fetch all that is left; the URIs."""
    fetched = []
    while not await frontier.finished():
        claim = await frontier.claim(50, 50)
        fetched += [lease.item.uri for lease in claim.leased]
        await frontier.commit([], acked(claim.leased))
        assert claim.leased or claim.wait is not None
    return fetched


def ignore(lines):
    pass


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
    frontier, ended = await half_a_crawl(crawl, page, acked)
    before, file = await frontier.counts(), tmp_path / "frontier.jsonl.gz"
    await exported(crawl, file)
    assert await drop(crawl) > 10
    assert await frontier.store.command("KEYS", frontier.store.keys("*")) == []
    await imported(other_url, crawl.collection, file)

    crawl.url = other_url
    again = await crawl.open(retry_times=3)
    after, missing = await again.counts(), {a.item.uri for a in web(page)} | {"http://h0/"}
    missing -= ended
    assert after.queued == len(missing) == before.queued + before.in_flight
    assert (after.added, after.done, after.dead, after.retried) == (
        *(before.added, before.done, before.dead, before.retried),
    )
    await again.commit(web(page), [])
    assert (await again.counts()).added == before.added, "all were seen"
    await again.set_terms("h1", 0, 9)
    assert sorted(await finish(again, acked)) == sorted(missing)
