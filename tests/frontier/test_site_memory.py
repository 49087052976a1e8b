"""What one worker learnt of a site every other one knows, at once, bounded, and nobody waits for it."""

from __future__ import annotations

import asyncio
import math
import os
import signal
import time

import pytest

from crawler.model.sighting import BlockKnown, BlockSeen, LinkKnown, LinkSeen, Sighting
from crawler.store import sites
from crawler.store.sites import SiteMemory

SITE = "news.example"


def sighting(page, *links, block="menu", edges=(), apart=True):
    """A page with one block of links; `edges` are the links that it names as related."""
    shown = tuple(
        LinkSeen(f"{block}-{link}", 0, f"{link}>{page}", f"{page}>{link}" * (link in edges), apart)
        for link in links
    )
    return Sighting(page, (BlockSeen(block, len(links), len(edges)),), shown)


def pages_of(known):
    return [link.pages for link in known.links]


@pytest.fixture
def made(monkeypatch):
    monkeypatch.setattr(sites, "PATIENCE", 20.0)  # a new connection over TLS takes its time
    return SiteMemory


async def test_what_one_worker_saw_the_other_knows(workers):
    first, second = await workers.open(), await workers.open()
    known = await first.take_in(SITE, sighting("p1", "a", "b", edges=("b",)))
    assert (known.pages, known.blocks) == (0, (BlockKnown(0, 0, 0, 0),))
    assert known.links == (LinkKnown(0, False),) * 2
    known = await second.take_in(SITE, sighting("p2", "b", "c"))
    assert known.pages == pytest.approx(1)
    assert pages_of(known) == pytest.approx([1, 0], abs=0.01)
    (block,) = known.blocks
    assert (block.pages, block.shown, block.related) == pytest.approx((1, 2, 1), abs=0.01)


async def test_another_site_and_another_block_know_nothing_of_it(workers):
    memory = await workers.open()
    await memory.take_in(SITE, sighting("p1", "a"))
    assert (await memory.take_in("other.example", sighting("p2", "a"))).pages == 0
    known = await memory.take_in(SITE, sighting("p3", "a", block="rail"))
    assert pages_of(known) == [0]
    assert known.pages == pytest.approx(1)


async def test_a_page_counts_once_however_often_it_is_read(workers):
    first, second = await workers.open(), await workers.open()
    for memory in (first, second, first):  # tried again; taken over from a worker that was killed
        known = await memory.take_in(SITE, sighting("p1", "a", edges=("a",)))
        assert (known.pages, pages_of(known)) == (0, [0])
        assert known.blocks[0].shown == known.blocks[0].related == 0
    known = await first.take_in(SITE, sighting("p2", "a"))
    assert known.pages == pytest.approx(1)
    assert pages_of(known) == pytest.approx([1], abs=0.01)


async def test_many_workers_at_once_lose_no_page(workers):
    memories = [await workers.open() for _ in range(4)]
    calls = [memories[n % 4].take_in(SITE, sighting(f"p{n}", "a", f"own{n}")) for n in range(40)]
    assert None not in await asyncio.gather(*calls)
    known = await memories[0].take_in(SITE, sighting("p", "a", "own7"))
    assert pages_of(known) == pytest.approx([40, 1], rel=0.05)
    assert known.blocks[0].repeats == pytest.approx(39, rel=0.05), "its own links came once each"


async def test_a_link_that_belongs_to_its_pages_is_held_against_nothing(workers):
    memory = await workers.open()
    for n in range(5):
        known = await memory.take_in(SITE, sighting(f"p{n}", "hub", apart=False))
    assert pages_of(known) == [0]
    assert known.blocks[0].repeats == 0
    assert known.blocks[0].shown == pytest.approx(4, rel=0.05)


async def test_a_link_is_returned_once_its_target_named_the_page(workers):
    memory = await workers.open()
    known = await memory.take_in(SITE, sighting("a", "b", "c", edges=("b",)))
    assert not any(link.returned for link in known.links)
    known = await memory.take_in(SITE, sighting("b", "a", "d"))
    assert [link.returned for link in known.links] == [True, False]
    known = await memory.take_in(SITE, sighting("c", "a"))
    assert [link.returned for link in known.links] == [False], "it showed c, but not as related"


async def test_counts_halve_as_pages_come(workers, monkeypatch):
    monkeypatch.setattr(sites, "HALF_LIFE", 10)
    memory = await workers.open()
    for n in range(10):
        await memory.take_in(SITE, sighting(f"old{n}", "was-popular"))
    before = await memory.take_in(SITE, sighting("p", "was-popular"))
    for n in range(20):
        await memory.take_in(SITE, sighting(f"new{n}", "is-popular"))
    known = await memory.take_in(SITE, sighting("q", "was-popular", "is-popular"))
    assert known.links[0].pages < before.links[0].pages / 3 < known.links[1].pages
    assert known.pages == pytest.approx((1 - 2**-3.1) / (1 - 2**-0.1), rel=0.001), "of 31 pages"
    assert known.blocks[0].pages == pytest.approx(known.pages)


async def test_a_site_is_bounded_and_forgets_what_is_rare(workers, monkeypatch):
    monkeypatch.setattr(sites, "FIELDS_MOST", 300)
    memory = await workers.open()
    for n in range(60):
        await memory.take_in(SITE, sighting(f"p{n}", "everywhere", *(f"once{n}-{m}" for m in range(30))))
    store = workers.stores[0]
    assert await store.command("HLEN", store.keys.learned(SITE)) <= 300
    known = await memory.take_in(SITE, sighting("q", "everywhere", "once0-0"))
    assert known.pages == pytest.approx(60, rel=0.05)
    assert pages_of(known) == pytest.approx([60, 0], rel=0.05)


async def test_a_site_is_forgotten_after_its_time(workers):
    memory = await workers.open()
    await memory.take_in(SITE, sighting("p1", "a"))
    store = workers.stores[0]
    left = await store.command("PTTL", store.keys.learned(SITE))
    assert 0 <= 1000 * sites.KEPT - left < 60_000


async def test_the_largest_page_is_taken_in(workers):
    memory = await workers.open()
    links = [f"l{n}" for n in range(500)]
    for n in range(2):
        known = await memory.take_in(SITE, sighting(f"p{n}", *links, edges=links))
    assert pages_of(known) == pytest.approx([1] * 500, rel=0.01)


async def test_a_page_without_links_is_a_page(workers):
    memory = await workers.open()
    await memory.take_in(SITE, Sighting("p1"))
    known = await memory.take_in(SITE, Sighting("p2"))
    assert known.pages == pytest.approx(1)
    assert known.blocks == known.links == ()


async def test_what_was_learnt_outlives_the_workers(own):
    memory = await own.open()
    await memory.take_in(SITE, sighting("p1", "a"))
    await own.close()
    known = await (await own.open()).take_in(SITE, sighting("p2", "a"))
    assert pages_of(known) == pytest.approx([1], rel=0.01)


async def test_a_server_that_hangs_is_waited_for_once_and_not_by_all(own, monkeypatch):
    memory = await own.open()
    assert await memory.take_in(SITE, sighting("p1", "a")) is not None
    monkeypatch.setattr(sites, "PATIENCE", 0.2)
    pid = int((await own.stores[0].command("INFO", "server"))["process_id"])
    os.kill(pid, signal.SIGSTOP)
    try:
        async with asyncio.timeout(10):
            assert await memory.take_in(SITE, sighting("p2", "a")) is None
        started = time.monotonic()
        for n in range(1000):
            assert await memory.take_in(SITE, sighting(f"q{n}", "a")) is None
        assert time.monotonic() - started < sites.PAUSE, "none of the thousand has waited"
    finally:
        os.kill(pid, signal.SIGCONT)
    monkeypatch.setattr(memory, "_away_until", -math.inf)
    async with asyncio.timeout(20):
        while await memory.take_in(SITE, sighting("p3", "a")) is None:
            await asyncio.sleep(0.02)
            monkeypatch.setattr(memory, "_away_until", -math.inf)


async def test_a_server_that_refuses_is_no_more_than_one_that_is_away(workers):
    memory = await workers.open()
    store = workers.stores[0]
    await store.command("SET", store.keys.learned(SITE), "no hash")
    assert await memory.take_in(SITE, sighting("p1", "a")) is None
