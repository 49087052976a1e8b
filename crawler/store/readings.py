"""Which CDXJ files were read into the originals, and whose turn it is to read."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from crawler.store.client import Store

TURN = 30.0
"""Seconds after which a reader that said nothing counts as dead."""
_PAUSE = 0.2


class Readings:
    """What one worker knows and tells of readings. Each method raises `FrontierError`."""

    def __init__(self, store: Store, reader: str) -> None:
        """`reader` is a name that no other worker has."""
        self._store = store
        self._reader = reader
        self._told = 0.0

    async def known(self, name: str, state: str) -> bool:
        """Whether a file was read when it was in this state, such as its size and time."""
        found = await self._store.command("HGET", self._store.keys("cdxj"), os.fsencode(name))
        return found is not None and found == state.encode()

    async def note(self, name: str, state: str) -> None:
        """A file was read to its end."""
        await self._store.command("HSET", self._store.keys("cdxj"), os.fsencode(name), state)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for the turn, and keep others waiting until the block ends."""
        key = self._store.keys("reading")
        while True:
            if await self._store.command("SET", key, self._reader, "NX", "PX", _MILLISECONDS):
                break
            await asyncio.sleep(_PAUSE)
        self._told = time.monotonic()
        try:
            yield
        finally:
            await self._store.unlock(key, self._reader)

    async def go_on(self) -> None:
        """Tell from time to time that the reading goes on."""
        if time.monotonic() - self._told > TURN / 6:
            self._told = time.monotonic()
            await self._store.command("PEXPIRE", self._store.keys("reading"), _MILLISECONDS)


_MILLISECONDS = round(1000 * TURN)
