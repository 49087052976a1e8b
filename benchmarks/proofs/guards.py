"""The guards: what keeps the promises, how each is taken out, and which mode must then fail.

A guard is taken out by changes of the sources' text. A text that is to be changed must be there exactly
once, so that a guard that was written anew is not forgotten here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One text of a file, and what stands there instead."""

    file: str
    text: str
    instead: str


@dataclass(frozen=True, slots=True)
class Guard:
    """A guard, and how the verdict on `mode` must begin to name what is broken without it."""

    name: str
    changes: tuple[Change, ...]
    mode: str
    fails: tuple[str, ...]


LOST = ("pages lost", "added ", "finished too early")
"""A page that is lost for the crawl was perhaps fetched before an old state came back."""
LUA = "crawler/store/lua/"
COMMITTER = "crawler/scheduler/committer.py"
_COMMIT = "await self.grace.bear(lambda: self.frontier.commit({}))"

GUARDS = (
    Guard(
        "hold after a restart",
        (Change(LUA + "claim.lua", "if t < hold then", "if false then"),),
        "restored",
        ("politeness", "slots"),
    ),
    Guard(
        "no act for another run of the server",
        (Change(LUA + "fresh.lua", "~= ARGV[1]", "== ''"),),
        "restored",
        LOST,
    ),
    Guard(
        "a commit learns of each restart by itself",
        (
            Change(
                "crawler/frontier/partition.py",
                'nothing was done."""\n        calls = wire.calls(self._told,',
                'nothing was done."""\n        calls = wire.calls(self.store.boot,',
            ),
        ),
        "restored",
        LOST,
    ),
    Guard(
        "children of what is not acknowledged are added again after a restart",
        (
            Change(
                COMMITTER,
                "[*batch.additions, *batch.children(), *self.bench.children_in_hand()]",
                "[*batch.additions]",
            ),
        ),
        "restored",
        LOST,
    ),
    Guard(
        "children of ended pages, too",
        (Change("crawler/scheduler/bench.py", "return held + self.outbox.children()", "return held"),),
        "restored",
        LOST,
    ),
    Guard(
        "children before the ack",
        (
            Change(
                COMMITTER,
                _COMMIT.format("additions, acks"),
                "\n        ".join(
                    (
                        _COMMIT.format("[], acks"),
                        "await asyncio.sleep(0.1)",
                        _COMMIT.format("additions, []"),
                    )
                ),
            ),
        ),
        "workers",
        LOST,
    ),
    Guard(
        "the capture on disk before the ack",
        (
            Change(COMMITTER, "            await self.sink.sync()\n", "            pass\n"),
            Change(
                COMMITTER,
                "        await self._commit(batch)\n",
                "        await self._commit(batch)\n        await self.sink.sync()\n",
            ),
        ),
        "workers",
        LOST,
    ),
    Guard(
        "leases that run out come back",
        (
            Change(
                LUA + "claim.lua",
                "for _, id in ipairs(expired) do",
                "for _ in pairs({}) do local id",
            ),
        ),
        "workers",
        ("workers did not end",),
    ),
    Guard(
        "leases of long answers are extended",
        (Change("crawler/scheduler/claimer.py", "or not self.bench.held:", "or True:"),),
        "plain",
        ("slots",),
    ),
    Guard(
        "nothing starts after its lease",
        (Change("crawler/scheduler/bench.py", "any(now > lease.deadline", "any(False"),),
        "starved",
        ("politeness", "slots", "finished too early"),
    ),
    Guard(
        "a lease has an id of its own, also after the server forgot",
        (
            Change(
                LUA + "claim.lua",
                "PARTITION .. ':' .. ARGV[1] .. ':' ..",
                "PARTITION .. ':' .. ':' ..",
            ),
        ),
        "behind",
        ("politeness", "slots", "repeats", *LOST),
    ),
    Guard(
        "a server of another generation is refused",
        (
            Change(LUA + "boot.lua", "if ARGV[2] ~= '' and", "if false and"),
            Change(
                "crawler/frontier/frontier.py",
                "await every(partition.store.check_generation() for partition in self.partitions)",
                "pass",
            ),
        ),
        "foreign",
        ("finished in another's server", "another's server was written to"),
    ),
    Guard(
        "a host's requests keep its delay within a batch",
        (
            Change(
                "crawler/scheduler/chain.py",
                "max(first.not_before, spacing, self.rest_until)",
                "max(first.not_before, self.rest_until)",
            ),
        ),
        "plain",
        ("politeness",),
    ),
    Guard(
        "the delay counts on after the last of a batch",
        (Change(LUA + "clock.lua", "and t + 1 + clock.delay - since or t", "and t or t"),),
        "plain",
        ("politeness",),
    ),
    Guard(
        "no more batches of a host than it has slots",
        (
            Change(
                LUA + "clock.lua",
                "if waits and clock.used < clock.slots then",
                "if waits then",
            ),
        ),
        "plain",
        ("slots", "politeness"),
    ),
    Guard(
        "a Crawl-delay that the server lost is told again",
        (
            Change(
                "crawler/scheduler/gate.py", "return asked if asked > chain.delay else 0.0", "return 0.0"
            ),
        ),
        "restored",
        ("politeness",),
    ),
)
