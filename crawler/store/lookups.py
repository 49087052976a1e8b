"""Look-ups in one hash, many at once and never long.

One HMGET is under way at a time. What is asked meanwhile goes out together as the next one: the more
is asked, the less each costs. Where no answer comes in time the hash counts as empty, at once, until the
server is back.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging

from crawler.errors import ClewError
from crawler.store.client import Store

logger = logging.getLogger(__name__)

PATIENCE = 1.0
"""Seconds that an answer may take, and between two trials whether the server is back."""

_Asked = list[tuple[bytes, asyncio.Future[bytes | None]]]


class Lookups:
    """The values of one hash, or None where it has none, or nobody answers. Never raises."""

    def __init__(self, store: Store, key: str) -> None:
        self._store = store
        self._key = key
        self._asked: _Asked = []
        self._away = False
        self._task: asyncio.Task[None] | None = None

    async def get(self, field: bytes) -> bytes | None:
        """The value of a field."""
        if self._away:
            return None
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bytes | None] = loop.create_future()
        self._asked.append((field, future))
        if self._task is None:
            self._task = loop.create_task(self._work())
        return await future

    async def close(self) -> None:
        """Ask no more; whoever still waits gets None."""
        self._away = True
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _work(self) -> None:
        try:
            while self._asked:
                asked, self._asked = self._asked, []
                await self._answer(asked)
                while self._away:
                    await asyncio.sleep(PATIENCE)
                    self._away = await self._fetch([b""]) is None
        finally:
            self._task = None

    async def _answer(self, asked: _Asked) -> None:
        values: list[bytes | None] | None = None
        try:
            values = await self._fetch([field for field, _ in asked])
        finally:
            if values is None:
                self._away = True
                asked, self._asked = asked + self._asked, []
            for (_, future), value in zip(asked, values or [None] * len(asked), strict=True):
                if not future.done():
                    future.set_result(value)

    async def _fetch(self, fields: list[bytes]) -> list[bytes | None] | None:
        """The values of the fields; None where no answer came in time."""
        try:
            async with asyncio.timeout(PATIENCE):
                values: list[bytes | None] = await self._store.command("HMGET", self._key, *fields)
                return values
        except (ClewError, TimeoutError):
            return None
        except Exception:  # a look-up is a help: whatever goes wrong, it must not end with the task
            logger.warning("originals cannot be looked up, so nothing is a revisit", exc_info=True)
            return None
