"""The grace clock: how long a worker bears with a server that does not answer."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from crawler.errors import RedisUnreachable

T = TypeVar("T")
_PAUSE = 0.2

logger = logging.getLogger(__name__)


class Grace:
    """One clock for all tasks of a worker, since they speak to one server."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._since: float | None = None

    async def bear(self, call: Callable[[], Awaitable[T]]) -> T:
        """Call until it is answered. Raises `RedisUnreachable` when the grace time is over."""
        while True:
            try:
                answer = await call()
            except RedisUnreachable as error:
                self._miss(error)
                await asyncio.sleep(_PAUSE)
            else:
                self._answered()
                return answer

    def _miss(self, error: RedisUnreachable) -> None:
        now = time.monotonic()
        if self._since is None:
            self._since = now
            logger.warning("Redis is away, waiting up to %.0f s: %s", self.seconds, error.what)
        elif now - self._since > self.seconds:
            raise RedisUnreachable(
                f"no answer from Redis for {self.seconds:.0f} s: {error.what}",
                "nothing is lost; start Redis, then give the same command again",
            ) from error

    def _answered(self) -> None:
        if self._since is not None:
            logger.warning("Redis is back after %.1f s", time.monotonic() - self._since)
            self._since = None
