"""The table of moves (crawler/frontier/lease.py) against the scripts: every place, every event."""

import pytest

from crawler.frontier.lease import MOVES, Ack, Event, Move, Place, Verdict

TRIES, EXPIRIES = 3, 3
_VERDICTS = {
    Event.ACK_DONE: Verdict.DONE,
    Event.ACK_RETRY: Verdict.RETRY,
    Event.ACK_LAST_RETRY: Verdict.RETRY,
    Event.ACK_BACK: Verdict.BACK,
    Event.ACK_DEAD: Verdict.DEAD,
}


class Url:
    """One URL on the real server, between two others of its class."""

    def __init__(self, frontier, page):
        self.frontier = frontier
        self.page = page
        self.lease_id = b"0:nothing:1"

    async def command(self, *words):
        return await self.frontier.store.command(*words)

    def key(self, name):
        return self.frontier.store.keys(name)

    async def bring_to(self, place):
        if place is not Place.UNKNOWN:
            await self.frontier.commit([self.page("a/1")], [])
        if place in (Place.LEASED, Place.DONE, Place.DEAD):
            await self.claim()
        if place in (Place.DONE, Place.DEAD):
            verdict = Verdict.DONE if place is Place.DONE else Verdict.DEAD
            await self.frontier.commit([], [Ack(self.lease_id, verdict)])
        await self.surround()

    async def surround(self):
        """Two more of its class, one before and one behind whatever waits."""
        await self.frontier.commit([self.page("a/2")], [])
        if await self.command("LLEN", self.key("queue:a:3")) > 1:
            return
        await self.frontier.commit([self.page("a/0")], [])

    async def claim(self):
        leased = (await self.frontier.claim(1, 1)).leased
        self.lease_id = leased[0].id

    async def happens(self, event):
        if event is Event.ADD:
            await self.frontier.commit([self.page("a/1")], [])
        elif event in (Event.EXPIRY, Event.LAST_EXPIRY):
            await self.expire(EXPIRIES - 1 if event is Event.LAST_EXPIRY else 0)
        elif event is not Event.CLAIM:
            if event is Event.ACK_LAST_RETRY:
                await self.rewrite(attempts=TRIES - 1)
            await self.frontier.commit([], [Ack(self.lease_id, _VERDICTS[event])])

    async def expire(self, before):
        """Its lease runs out; the claim that sees it takes nothing."""
        await self.rewrite(expiries=before)
        await self.command("ZADD", self.key("leases"), "XX", 0, self.lease_id)
        await self.frontier.claim(0, 1)

    async def rewrite(self, attempts=0, expiries=0):
        record = await self.command("HGET", self.key("items"), self.lease_id)
        if record is not None:
            host, class_, _, _, rest = record.split(b"\n", 4)
            changed = b"\n".join([host, class_, b"%d" % attempts, b"%d" % expiries, rest])
            await self.command("HSET", self.key("items"), self.lease_id, changed)

    async def places(self):
        """Every place in which it is, with attempts, expiries and side where it waits."""
        found = []
        queue = await self.command("LRANGE", self.key("queue:a:3"), 0, -1)
        for at, entry in enumerate(queue):
            if b"http://a/1" in entry:
                side = "head" if at == 0 else "tail" if at == len(queue) - 1 else "middle"
                found.append(Move(Place.QUEUED, entry[0], entry[1], side))
        for record in await self.command("HVALS", self.key("items")):
            if b"http://a/1" in record:
                found.append(Move(Place.LEASED))
        for record in await self.command("LRANGE", self.key("dead"), 0, -1):
            found.append(Move(Place.DEAD)) if b"http://a/1" in record else None
        if (await self.frontier.counts()).done:
            found.append(Move(Place.DONE))
        return found


@pytest.fixture
async def one(crawl, page):
    return Url(await crawl.open(retry_times=TRIES - 1, max_expiries=EXPIRIES), page)


@pytest.mark.parametrize(("move", "expected"), MOVES.items(), ids=lambda value: str(value)[:60])
async def test_every_move_of_the_table(one, move, expected):
    place, event = move
    await one.bring_to(place)
    if event is Event.CLAIM:
        await one.claim()
    await one.happens(event)
    assert await one.places() == [expected]
    counts = await one.frontier.counts()
    assert counts.added == counts.queued + counts.in_flight + counts.done + counts.dead


_NOTHING = [
    (place, event)
    for place in Place
    for event in Event
    if (place, event) not in MOVES and event is not Event.CLAIM
]


@pytest.mark.parametrize(("place", "event"), _NOTHING)
async def test_what_is_not_in_the_table_changes_nothing(one, place, event):
    await one.bring_to(place)
    before, counts = await one.places(), await one.frontier.counts()
    await one.happens(event)
    assert await one.places() == before
    after = await one.frontier.counts()
    assert (after.added, after.done, after.dead) == (counts.added, counts.done, counts.dead)
