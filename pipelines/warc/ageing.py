"""A WARC file is finished at its age although nothing more comes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from crawler.errors import ClewError


class Ageing:
    """A clock on the running loop: `left` says in how many seconds `turn` is due, None for never."""

    def __init__(self, left: Callable[[], float | None], turn: Callable[[], None]) -> None:
        self._left = left
        self._turn = turn
        self._timer: asyncio.TimerHandle | None = None

    def set(self) -> None:
        """Set the clock, unless it is set."""
        left = self._left()
        if self._timer is not None or left is None:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return  # the end of a process: the file is finished at once
        self._timer = loop.call_later(left, self._due)

    def stop(self) -> None:
        """May be called more than once."""
        if self._timer is not None:
            self._timer.cancel()

    def _due(self) -> None:
        self._timer = None
        with suppress(ClewError):  # whoever turns the file keeps it in mind
            self._turn()
        self.set()  # the file may have been begun after the one for which the clock was set
