"""The background tasks of a worker: one that died must end the crawl, else the crawl would never end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from crawler.errors import ClewError

logger = logging.getLogger(__name__)

_AGAIN = 0.05
"""Seconds after which a task that did not end is cancelled once more."""


class Background:
    """The tasks that run; `fatal` is told the error of one that failed."""

    def __init__(self, fatal: Callable[[ClewError], None]) -> None:
        self._fatal = fatal
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run it until it ends, or all do."""
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def end(self) -> None:
        """Cancel them all, and wait until each has ended."""
        await end(self._tasks)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        if not isinstance(error, ClewError):
            logger.error("a task of the scheduler failed", exc_info=error)
            error = ClewError(f"internal error: {error!r}", "please report it with the log")
        self._fatal(error)


async def end(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel tasks until each has ended, however.

    Once is not enough: before Python 3.12 `asyncio.wait_for` loses a cancellation that comes when what
    it waits for is just done, and redis-py sends every command through it.
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_AGAIN)
