"""The end of background tasks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

_AGAIN = 0.05
"""Seconds after which a task that did not end is cancelled once more."""


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
