"""``POLITENESS=address``: hosts that share an address share its clock, ``@203.0.113.7``.

A host is looked up before its first URL is committed, so nobody who hands out requests ever waits for
it. What cannot be looked up in time is its own clock, as with ``POLITENESS=host``; so are all hosts of a
name server that is away. The first worker that meets a host decides for all, and for good: the frontier
keeps the clock of a host that it knows, and where it lies on several primaries the workers agree first.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping

PATIENCE = 5.0
"""Seconds that the hosts of one batch may take; its acks wait for them."""
AT_ONCE = 50
"""Look-ups at once."""
_MOST_KEPT = 100_000

Agree = Callable[[Mapping[str, str]], Awaitable[Mapping[str, str]]]


async def take_word(found: Mapping[str, str]) -> Mapping[str, str]:
    """On one primary a host that is known there has a clock, whatever else a worker finds."""
    return found


class Resolver:
    """Hosts (``host[:port]``) and their clocks."""

    def __init__(self, agree: Agree, patience: float = PATIENCE) -> None:
        """`agree` makes of what this worker found what all hold to."""
        self._agree = agree
        self._patience = patience
        self._clocks: dict[str, str] = {}
        self._room = asyncio.Semaphore(AT_ONCE)

    def clock(self, host: str) -> str:
        """The clock of a host; empty where it is its own, or was not learnt."""
        return self._clocks.get(host, "")

    async def learn(self, hosts: Iterable[str]) -> None:
        """Look up the hosts that are not known yet, at most `PATIENCE` seconds for all of them."""
        if len(self._clocks) >= _MOST_KEPT:
            self._clocks.clear()
        tasks = {
            asyncio.ensure_future(self._find(host)): host
            for host in set(hosts)
            if host not in self._clocks
        }
        if not tasks:
            return
        done, late = await asyncio.wait(tasks, timeout=self._patience)
        for task in late:
            task.cancel()
        found = {host: task.result() if task in done else "" for task, host in tasks.items()}
        self._clocks |= await self._agree(found)

    async def _find(self, host: str) -> str:
        async with self._room:
            name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
            try:
                loop = asyncio.get_running_loop()
                found = await loop.getaddrinfo(name.strip("[]"), None, type=socket.SOCK_STREAM)
            except (OSError, UnicodeError):
                return ""
        return _clock_of(str(peer[0]) for *_, peer in found)


def _clock_of(addresses: Iterable[str]) -> str:
    """The clock of a host with several: the lowest address, IPv4 first, so that all workers agree."""
    known = [ipaddress.ip_address(address.partition("%")[0]) for address in addresses]
    return f"@{min(known, key=lambda one: (one.version, int(one)))}" if known else ""
