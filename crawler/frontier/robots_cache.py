"""robots.txt of every origin, in Redis: one worker asks, and all of them know the answer.

Theory of operation. An origin is in one of these states; each lasts for its time, then the origin is
unknown again::

    unknown --ask--> Yours (a lock) --put--> Known, for as long as the answer may be kept
                          |
                          +--fail--> Held, until it may be asked again
                          +--fail, the last that is allowed--> Closed: nothing of it is fetched
                          +--pass_on--> still locked, and counted as failed until `put`

While one worker has the lock the others see `Asked`. The count of failed fetches outlives a `Held`.
"""

from __future__ import annotations

from dataclasses import dataclass

from crawler.store.client import Store
from crawler.store.scripts import script

COUNTED = 86400.0
"""Seconds that failed fetches are remembered beyond their hold."""
CLOSED = 600.0
"""Seconds that an origin stays closed whose robots.txt could not be had."""


@dataclass(frozen=True, slots=True)
class Known:
    """The text of the rules, and the seconds that it holds."""

    text: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Closed:
    """Every try failed: complete disallow (RFC 9309, 2.3.1.4) for so many seconds."""

    reason: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Held:
    """The last try failed: the next is due in so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Asked:
    """Another worker is fetching it."""


@dataclass(frozen=True, slots=True)
class Yours:
    """This worker is to fetch it; `failures` tries failed before."""

    failures: int


Found = Known | Closed | Held | Asked | Yours


class RobotsCache:
    """One worker's view. Methods raise `RedisUnreachable`."""

    def __init__(self, store: Store, worker: str, tries: int) -> None:
        """An origin is closed after `tries` failed fetches."""
        self._store = store
        self._worker = worker
        self._tries = tries

    async def ask(self, origin: str) -> Found:
        """What is known of ``scheme://host[:port]``; after `Yours` this worker owes `put` or `fail`."""
        words = (self._worker, self._store.lease_ms, self._tries)
        state, text, number = await self._store.evaluate("robots", self._keys(origin), *words)
        match state:
            case b"text":
                return Known(text.decode("utf-8", "replace"), number / 1000)
            case b"closed":
                return Closed(text.decode("utf-8", "replace"), number / 1000)
            case b"held":
                return Held(number / 1000)
            case b"asked":
                return Asked()
        return Yours(number)

    async def put(self, origin: str, text: str, seconds: float) -> None:
        """Keep the rules for all workers, for `seconds`; lets go of the lock."""
        robots, asking = self._keys(origin)
        await self._store.commands(
            ("DEL", robots),
            ("HSET", robots, "text", text.encode("utf-8", "replace")),
            ("PEXPIRE", robots, round(1000 * seconds)),
            ("EVAL", script("unlock").text, 1, asking, self._worker),
        )

    async def fail(self, origin: str, failures: int, reason: str, hold: float) -> Held | Closed:
        """A fetch brought nothing, the one after `failures` others: nobody asks for `hold` seconds."""
        robots, asking = self._keys(origin)
        closed = failures + 1 >= self._tries
        kept = CLOSED if closed else COUNTED + hold
        await self._store.commands(
            ("HSET", robots, "failures", failures + 1, "reason", reason),
            ("PEXPIRE", robots, round(1000 * kept)),
            ("DEL", asking) if closed else ("SET", asking, "", "PX", max(1, round(1000 * hold))),
        )
        return Closed(reason, kept) if closed else Held(hold)

    async def pass_on(self, origin: str, failures: int, reason: str) -> None:
        """The answer lies at another host, where whoever's turn it is will fetch it.

        Should nobody, the lock ends with a lease, and this try was one that failed.
        """
        robots, asking = self._keys(origin)
        await self._store.commands(
            ("HSET", robots, "failures", failures + 1, "reason", reason),
            ("PEXPIRE", robots, round(1000 * COUNTED)),
            ("SET", asking, self._worker, "PX", self._store.lease_ms),
        )

    async def unlock(self, origin: str) -> None:
        """Let another worker ask: this one did not."""
        await self._store.unlock(self._keys(origin)[1], self._worker)

    def _keys(self, origin: str) -> tuple[str, str]:
        return self._store.keys.robots(origin), self._store.keys.asking(origin)
