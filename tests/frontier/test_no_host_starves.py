"""However long the queue of one host is, every host gets its turn."""

from collections import Counter

from crawler.frontier.lease import Ack, Verdict

HOSTS, LONG, SHORT = 200, 10_000, 8
URLS, PER_HOST = 8, 4
"""Of one claim: two hosts at most."""
ROUND = HOSTS * PER_HOST // URLS


async def fill(frontier, page):
    """Host ``h0`` has a long queue of the best class, the others short ones of the last."""
    for start in range(0, LONG, 2000):
        await frontier.commit([page(f"h0/{n}", 0) for n in range(start, start + 2000)], [])
    await frontier.commit([page(f"h{n}/{k}", 15) for n in range(1, HOSTS) for k in range(SHORT)], [])


async def turns(frontier, claims, urls, per_host):
    """The hosts of each of so many claims; what was claimed is done before the next."""
    for _ in range(claims):
        leased = (await frontier.claim(urls, per_host)).leased
        await frontier.commit([], [Ack(lease.id, Verdict.DONE) for lease in leased])
        yield [lease.host for lease in leased]


async def test_every_host_gets_its_turn_within_a_round_of_small_claims(crawl, page):
    frontier = await crawl.open()
    await fill(frontier, page)
    seen = Counter()
    async for hosts in turns(frontier, ROUND, URLS, PER_HOST):
        seen.update(hosts)
    assert len(seen) == HOSTS
    assert set(seen.values()) == {PER_HOST}


async def test_the_long_queue_is_not_starved_either(crawl, page):
    frontier = await crawl.open()
    await fill(frontier, page)
    seen = Counter()
    async for hosts in turns(frontier, 3 * ROUND, URLS, PER_HOST):
        seen.update(hosts)
    assert seen["h0"] >= 3 * PER_HOST
    assert sum(seen.values()) - seen["h0"] == SHORT * (HOSTS - 1)


async def test_hosts_that_share_a_clock_take_turns(crawl, page):
    frontier = await crawl.open()
    additions = [page(f"h{n}/{k}") for n in range(20) for k in range(100 if n == 0 else 2)]
    shared = [type(one)(one.item, one.priority, one.key, clock="@address") for one in additions]
    await frontier.commit(shared, [])
    seen = Counter()
    async for hosts in turns(frontier, 20, 4, 4):
        assert len(set(hosts)) == 1
        seen.update(hosts)
    assert len(seen) == 20
