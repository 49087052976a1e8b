"""A lease: a URL in the hands of one worker, for a limited time.

Theory of operation. The server knows a URL in one of four places; each move is one script, so a URL
is never in two of them and never in none::

    (unknown) --add--> QUEUED --claim--> LEASED --ack done--> DONE
                         ^                 | |
                         |                 | +--ack dead-----> DEAD
                         +--ack retry------+   (retry past RETRY_TIMES, expiry past MAX_EXPIRIES too)
                         +--ack back-------+
                         +--expiry---------+

`MOVES` has every move with what it counts; what is not in it changes nothing (a second ack, an ack after
the expiry, an addition of what is known). ``finish.lua`` and its neighbours do it; a test drives them
through the whole table. Each ack may let the clock rest (its hold); a retry goes to the tail of its
class, so that others get their turn, what was not tried goes to the head.

Time. A batch holds one slot of its host; its n-th item may not start before n delays have passed. The
server keeps a lease for ``LEASE_TIME`` plus the host's delay beyond that offset; the worker starts
nothing later than ``LEASE_TIME`` beyond it, on its own clock, counted from before it asked. So what a
worker starts late is still one delay away from what another starts after the expiry. An extension
counts anew in the same way. An ack for a lease that has expired changes nothing but a seed's state.

A slot is given back when the batch's chain is over (`Ended`, told with the next claim), or with the last
ack of the batch, or when its last lease runs out, whichever comes first.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from crawler.frontier.item import Item

ARCHIVED = "archived"
"""The state of a seed that was archived."""


class Verdict(enum.StrEnum):
    """What a worker says of a lease."""

    DONE = "done"
    RETRY = "retry"
    BACK = "back"
    DEAD = "dead"


class Place(enum.StrEnum):
    """Where a URL is."""

    UNKNOWN = "unknown"
    QUEUED = "queued"
    LEASED = "leased"
    DONE = "done"
    DEAD = "dead"


class Event(enum.StrEnum):
    """What can happen to a URL. The last retry and the last expiry are those that reach their limits."""

    ADD = "add"
    CLAIM = "claim"
    ACK_DONE = "ack done"
    ACK_RETRY = "ack retry"
    ACK_LAST_RETRY = "ack last retry"
    ACK_BACK = "ack back"
    ACK_DEAD = "ack dead"
    EXPIRY = "expiry"
    LAST_EXPIRY = "last expiry"


class Move(NamedTuple):
    """Where a URL goes, and what it counts."""

    to: Place
    attempts: int = 0
    expiries: int = 0
    side: str = ""
    """``head`` or ``tail`` of its class, where it goes back into its queue."""


MOVES: Mapping[tuple[Place, Event], Move] = {
    (Place.UNKNOWN, Event.ADD): Move(Place.QUEUED, side="tail"),
    (Place.QUEUED, Event.CLAIM): Move(Place.LEASED),
    (Place.LEASED, Event.ACK_DONE): Move(Place.DONE),
    (Place.LEASED, Event.ACK_RETRY): Move(Place.QUEUED, attempts=1, side="tail"),
    (Place.LEASED, Event.ACK_LAST_RETRY): Move(Place.DEAD),
    (Place.LEASED, Event.ACK_BACK): Move(Place.QUEUED, side="head"),
    (Place.LEASED, Event.ACK_DEAD): Move(Place.DEAD),
    (Place.LEASED, Event.EXPIRY): Move(Place.QUEUED, expiries=1, side="head"),
    (Place.LEASED, Event.LAST_EXPIRY): Move(Place.DEAD),
}


class Leased(msgspec.Struct, frozen=True):
    """A URL on lease. Moments are ``time.monotonic()`` seconds of the process that claimed it."""

    id: bytes
    """Never given twice, even by a server that lost its last second."""
    host: str
    item: Item
    attempts: int
    """Answers and network failures before this one."""
    delay_ms: int
    """The host's delay."""
    not_before: float
    deadline: float
    """Start nothing later."""
    latest: float = math.inf
    """The end of a start that no extension moves (several slots with a delay), else infinity."""
    failures: int = 0
    """Failures in a row of the host, as far as they were told before the claim."""


class Claim(msgspec.Struct, frozen=True):
    """The answer to a claim."""

    state: str
    """``running``; ``paused`` or ``stopped`` by a command; ``full``, a quota of the collection is
    reached; ``held`` after a restart of the server, until what it may have lost is over."""
    wait: float | None
    """Seconds until something may be claimable; None where nothing is known to come."""
    leased: list[Leased]


class Ended(msgspec.Struct, frozen=True):
    """A batch whose last exchange is over: its slot is free, whether or not its acks are there yet."""

    batch: bytes
    """The id of its first lease."""
    host: str
    started: float
    """When its last exchange began, in monotonic seconds."""
    ended: float
    hold: float = 0.0
    """Seconds that the host rests from `ended` on."""


class Ack(msgspec.Struct, frozen=True):
    """The end of a lease."""

    lease_id: bytes
    verdict: Verdict
    hold_ms: int = 0
    """How long the host rests from now on, for every worker."""
    reason: str = ""
    """Kept in the dead list."""
    seed: str = ""
    seed_state: str = ""
    """``archived`` or the reason why not; empty: no news."""
    failed: int | None = None
    """How many failures of the host in a row it makes, 0 ends a row; None where nobody was asked."""
    pages: int = 0
    """Pages that were archived, for quotas: 1 where it is one."""
    bytes: int = 0
    """Octets that were archived."""
    due_ms: int = 0
    """After how long the page is due again; 0 is never."""
    key: str = ""
    """What the page is known by, where it is due again."""
    again: Item | None = None
    """What will be fetched then."""
