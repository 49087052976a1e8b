"""No URL twice in one pass, and seeds when they are due."""

from crawler.frontier.fingerprint import fingerprint
from crawler.frontier.item import Addition, Item
from crawler.frontier.lease import Verdict


def seed(uri):
    return Addition(Item(uri, seed=uri), 0, uri)


async def test_what_was_seen_is_not_added_again(crawl, page, acked):
    frontier, other = await crawl.open(), await crawl.open()
    await frontier.commit([page("a/1"), page("a/1"), page("a/2")], [])
    await frontier.commit([], acked((await frontier.claim(9, 9)).leased))
    await other.commit([page("a/1"), page("a/2")], [])
    counts = await other.counts()
    assert (counts.added, counts.dup, counts.queued) == (2, 3, 0)


async def test_what_is_forced_is_added_again(crawl, page):
    frontier = await crawl.open()
    await frontier.commit([page("a/1"), page("a/1", forced=True), page("a/1", forced=True)], [])
    assert (await frontier.counts()).added == 3


async def test_the_seen_set_stays_small_and_knows_all(crawl, page):
    frontier = await crawl.open()
    pages = [page(f"a/{n}") for n in range(6000)]
    for start in range(0, 6000, 1500):
        await frontier.commit(pages[start : start + 1500], [])
    await frontier.commit(pages, [])
    counts = await frontier.counts()
    assert (counts.added, counts.dup) == (6000, 6000)
    store, keys = frontier.store, frontier.store.keys
    buckets = int(await store.command("HGET", keys("crawl"), "buckets"))
    split = int(await store.command("HGET", keys("crawl"), "split"))
    assert buckets + split >= 6000 / 200 - 1
    for number in range(buckets + split):
        assert await store.command("OBJECT", "ENCODING", keys(f"seen:{number}")) == b"intset"


def test_a_fingerprint_fits_an_intset():
    numbers = {fingerprint(f"http://a/{n}") for n in range(1000)}
    assert len(numbers) == 1000
    assert all(0 <= number < 2**63 for number in numbers)
    assert fingerprint("http://a/\ud800") != fingerprint("http://a/")


async def test_a_seed_is_due_once_an_interval(crawl, acked):
    frontier, late = await crawl.open(), await crawl.open()
    seeds = [seed("http://a/"), seed("http://b/")]
    assert await frontier.add_seeds(seeds, interval=3600, again=False) == [True, True]
    assert await late.add_seeds(seeds, interval=3600, again=False) == [False, False]
    assert await late.add_seeds(seeds, interval=0, again=True) == [False, False], "both still wait"
    await frontier.commit([], acked((await frontier.claim(9, 9)).leased))
    assert await late.add_seeds(seeds, interval=3600, again=False) == [False, False]
    assert await late.add_seeds(seeds, interval=0, again=False) == [True, True]


async def test_again_fetches_a_seed_that_is_not_due(crawl, acked):
    frontier = await crawl.open()
    seeds = [seed("http://a/")]
    await frontier.add_seeds(seeds, interval=3600, again=False)
    await frontier.commit([], acked((await frontier.claim(9, 9)).leased))
    await frontier.leave()
    later = await crawl.open()
    assert await later.add_seeds(seeds, interval=3600, again=False) == [False]
    assert await later.add_seeds(seeds, interval=3600, again=True) == [True]
    assert await later.seeds() == {"http://a/": "pending"}


async def test_again_fetches_a_seed_once_in_a_run_however_late_a_worker_comes(crawl, acked):
    first = await crawl.open()
    seeds = [seed("http://a/")]
    assert await first.add_seeds(seeds, interval=3600, again=True) == [True]
    await first.commit([], acked((await first.claim(9, 9)).leased))
    late = await crawl.open()
    assert await late.add_seeds(seeds, interval=3600, again=True) == [False]
    assert not any(partition.run_began for partition in late.partitions)


async def test_a_link_to_a_seed_is_a_duplicate(crawl, page):
    frontier = await crawl.open()
    await frontier.add_seeds([seed("http://a/1")], interval=3600, again=False)
    await frontier.commit([page("a/1")], [])
    assert (await frontier.counts()).added == 1


async def test_one_seed_twice_in_a_list_is_added_once(crawl):
    frontier = await crawl.open()
    assert await frontier.add_seeds([seed("http://a/")] * 2, interval=0, again=True) == [True, False]


async def test_a_seed_once_archived_stays_archived_for_the_pass(crawl, acked):
    frontier = await crawl.open()
    await frontier.add_seeds([seed("http://a/1"), seed("http://b/1")], interval=9, again=False)
    by_host = {lease.host: lease for lease in (await frontier.claim(9, 9)).leased}
    told = acked([by_host["a"]], seed="http://a/1", seed_state="archived")
    await frontier.commit([], told)
    await frontier.commit([], acked([by_host["b"]], seed="http://a/1", seed_state="404"))
    assert await frontier.seeds() == {"http://a/1": "archived", "http://b/1": "pending"}


async def test_a_seed_that_will_be_tried_again_is_pending(crawl, acked, claimed):
    frontier = await crawl.open(retry_times=1)
    await frontier.add_seeds([seed("http://a/")], interval=9, again=False)
    for state in ("pending", "503"):
        leased = await claimed(frontier)
        await frontier.commit([], acked(leased, Verdict.RETRY, seed="http://a/", seed_state="503"))
        assert await frontier.seeds() == {"http://a/": state}
