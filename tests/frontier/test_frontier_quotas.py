"""A quota of pages is never passed, however many workers and slots there are; requisites are no pages."""

import asyncio

import pytest

from crawler.frontier.lease import Ack, Verdict
from crawler.frontier.quota import HostQuota, Quotas

REQUISITE = 2


def pages_of(leased):
    return [Ack(lease.id, Verdict.DONE, pages=1, bytes=10) for lease in leased]


async def drain(workers, per_host):
    """Claim and acknowledge in turns, the acks a round late, until nothing more comes; pages in order."""
    fetched, late = [], []
    for _ in range(500):
        before, late, waits = late, [], []
        for worker in workers:
            claim = await worker.claim(50, per_host)
            fetched += [lease.item.uri for lease in claim.leased]
            late += claim.leased
            waits.append(claim.wait)
        await workers[0].commit([], pages_of(before))
        if not before and not late:
            if None in waits:
                break
            await asyncio.sleep(min(waits) + 0.001)  # some may rest until what is on lease has ended
    return fetched


@pytest.mark.parametrize("slots", [1, 4])
async def test_a_hosts_pages_stay_within_its_quota(crawl, page, slots):
    quotas = Quotas(host_pages=10, hosts={"b": HostQuota(pages=3)})
    settings = {"quotas": quotas, "concurrent_requests_per_domain": slots}
    workers = [await crawl.open(**settings) for _ in range(3)]
    await workers[0].commit([page(f"{host}/{n}") for host in "abc" for n in range(40)], [])
    fetched = await drain(workers, 8)
    by_host = [sum(uri.startswith(f"http://{host}/") for uri in fetched) for host in "abc"]
    assert by_host == [10, 3, 10]
    counts = await workers[0].counts()
    assert (counts.done, counts.dead, counts.over) == (23, 97, True)
    reasons = await workers[0].store.command("LRANGE", workers[0].store.keys("dead"), 0, -1)
    assert {reason.partition(b"\n")[0] for reason in reasons} == {b"quota"}


async def test_the_crawls_pages_stay_within_its_quota_and_the_rest_waits(crawl, page):
    workers = [await crawl.open(quotas=Quotas(pages=25)) for _ in range(3)]
    await workers[0].commit([page(f"h{n % 20}/{n}") for n in range(200)], [])
    assert len(await drain(workers, 8)) == 25
    assert (await workers[1].claim(9, 9)).state == "full"
    counts = await workers[0].counts()
    assert (counts.pages, counts.queued, counts.dead) == (25, 175, 0)


async def test_a_crawl_that_may_bring_more_goes_on(crawl, page):
    first = await crawl.open(quotas=Quotas(pages=2))
    await first.commit([page(f"a/{n}") for n in range(9)], [])
    assert len(await drain([first], 8)) == 2
    more = await crawl.open(quotas=Quotas(pages=5))
    assert len(await drain([more], 8)) == 3


async def test_the_requisites_of_the_last_page_are_fetched(crawl, page, claimed):
    frontier = await crawl.open(quotas=Quotas(host_pages=1))
    await frontier.commit([page("a/1"), page("a/2"), page("a/0", 0)], [])
    (lease,) = await claimed(frontier)
    assert lease.item.uri == "http://a/0"
    await frontier.commit([page("a/css", REQUISITE), page("a/3", 1)], pages_of([lease]))
    (lease,) = await claimed(frontier)
    assert lease.item.uri == "http://a/css"
    await frontier.commit([], [Ack(lease.id, Verdict.DONE, bytes=10)])
    counts = await frontier.counts()
    assert (counts.done, counts.dead, counts.over) == (2, 3, True)


async def test_requisites_are_fetched_while_the_last_page_is(crawl, page):
    quotas = Quotas(host_pages=1)
    frontier = await crawl.open(quotas=quotas, concurrent_requests_per_domain=2)
    await frontier.commit([page("a/1"), page("a/2")], [])
    assert len((await frontier.claim(9, 9)).leased) == 1
    await frontier.commit([page("a/css", REQUISITE)], [])
    assert [lease.item.uri for lease in (await frontier.claim(9, 9)).leased] == ["http://a/css"]


async def test_a_quota_of_bytes_ends_requisites_too(crawl, page, claimed):
    frontier = await crawl.open(quotas=Quotas(host_bytes=10))
    await frontier.commit([page("a/1"), page("a/css", REQUISITE), page("a/img", REQUISITE)], [])
    leased = await claimed(frontier, 1, 1)
    await frontier.commit([], [Ack(leased[0].id, Verdict.DONE, bytes=10)])
    assert (await frontier.claim(9, 9)).leased == []
    assert (await frontier.counts()).dead == 2


async def test_a_page_that_is_no_page_leaves_room_for_another(crawl, page):
    frontier = await crawl.open(quotas=Quotas(host_pages=1))
    await frontier.commit([page("a/1"), page("a/2")], [])
    (lease,) = (await frontier.claim(9, 9)).leased
    assert (await frontier.claim(9, 9)).leased == []
    await frontier.commit([], [Ack(lease.id, Verdict.DONE)])  # a 404, say
    (lease,) = (await frontier.claim(9, 9)).leased
    await frontier.commit([], pages_of([lease]))
    assert (await frontier.counts()).over


NAMES = {"b.org": HostQuota(pages=3), "a.b.org:81": HostQuota(pages=2), "1.9": HostQuota(pages=1)}
HOSTS = (
    "b.org",
    "b.org:80",
    "x.b.org",
    "a.b.org:81",
    "a.b.org",
    "y.a.b.org:81",
    "bb.org",
    "127.0.1.9:80",
)


async def test_the_server_reads_the_names_of_hosts_as_the_rule_does(crawl, page):
    quotas = Quotas(host_pages=5, hosts=NAMES)
    frontier = await crawl.open(quotas=quotas)
    await frontier.commit([page(f"{host}/{n}") for host in HOSTS for n in range(9)], [])
    fetched = await drain([frontier], 9)
    for host in HOSTS:
        assert sum(uri.startswith(f"http://{host}/") for uri in fetched) == quotas.of(host).pages


async def test_another_quota_of_a_host_holds_for_what_waits_already(crawl, page):
    first = await crawl.open(quotas=Quotas(hosts={"a": HostQuota(pages=2)}))
    await first.commit([page(f"a/{n}") for n in range(9)], [])
    (one,) = (await first.claim(1, 1)).leased
    more = await crawl.open(quotas=Quotas(hosts={"a": HostQuota(pages=4)}))
    await more.commit([], pages_of([one]))
    assert len(await drain([more], 9)) == 3


async def test_hosts_that_wait_for_their_quota_are_in_nobodys_way(crawl, page):
    quotas = Quotas(host_pages=1, hosts={"z": HostQuota(pages=9)})
    frontier = await crawl.open(quotas=quotas, concurrent_requests_per_domain=2)
    await frontier.commit([page(f"h{n}/{k}") for n in range(5) for k in range(3)], [])
    assert len((await frontier.claim(5, 1)).leased) == 5
    await asyncio.sleep(0.002)
    await frontier.commit([page("z/1"), page("z/2")], [])
    found = []
    for _ in range(3):
        found += [lease.host for lease in (await frontier.claim(5, 1)).leased]
    assert found == ["z", "z"]


async def test_a_hosts_line_that_is_gone_limits_nothing(crawl, page):
    first = await crawl.open(quotas=Quotas(hosts={"a": HostQuota(pages=1)}))
    await first.commit([page(f"a/{n}") for n in range(4)], [])
    free = await crawl.open(quotas=Quotas())
    assert len(await drain([free], 9)) == 4
