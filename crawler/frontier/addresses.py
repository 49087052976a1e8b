"""Which clock a host has on several primaries, where no host itself can tell (``POLITENESS=address``).

The partition of a URL follows from the clock of its host. Two workers whose name servers answer
differently would otherwise put one host into two partitions, and it would have two clocks.
"""

from __future__ import annotations

from collections.abc import Mapping

from crawler.store.client import Store


async def agreed(store: Store, clocks: Mapping[str, str]) -> dict[str, str]:
    """The clocks of hosts, as whichever worker said them first. Raises `RedisUnreachable`.

    `clocks` is what this worker found, by host; an empty one is the host's own.
    """
    key, names = store.keys("addresses"), list(clocks)
    told = [("HSETNX", key, host, clock) for host, clock in clocks.items()]
    *_, held = await store.commands(*told, ("HMGET", key, *names))
    return {host: clock.decode() for host, clock in zip(names, held, strict=True)}
