"""The private touches of Scrapy's engine, all in this file (Scrapy's minor version is pinned).

* ``_slot.nextcall.schedule``: new work that the engine did not enqueue itself; without it the engine's
  heartbeat of 5 seconds would decide the pace.
* ``_slot.remove_request``: the end of a request. No public signal sees every way out of the engine, and
  a spider middleware sees the end of a callback's output before its last children are enqueued.
* ``_slot.close``: the beginning of the end (signal, ``CLOSESPIDER_*``), when what waits goes back.
"""

from __future__ import annotations

from collections.abc import Callable

from scrapy import Request
from scrapy.crawler import Crawler


class EngineHooks:
    """Hooks on one engine, set once from ``Scheduler.open``."""

    def __init__(
        self, crawler: Crawler, ended: Callable[[Request], None], closing: Callable[[], None]
    ) -> None:
        slot = crawler.engine._slot
        assert slot is not None
        remove, close = slot.remove_request, slot.close

        def remove_request(request: Request) -> None:
            ended(request)
            remove(request)

        async def close_slot() -> None:
            closing()
            await close()

        slot.remove_request = remove_request  # type: ignore[method-assign]
        slot.close = close_slot  # type: ignore[method-assign]
        self._slot = slot

    def wake(self) -> None:
        """Let the engine ask for the next request now."""
        self._slot.nextcall.schedule()
