"""How far long work has come: one line on a terminal, which the next output takes away."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from pipelines.report.crawl import size

_EVERY = 0.5
"""Seconds between two lines."""
_CLEAR = "\r\x1b[K"


class Watching:
    """Call it with a file and the offset in it that has been reached."""

    def __init__(self) -> None:
        self._shown = False
        self._next = time.monotonic() + _EVERY

    def __call__(self, path: Path, offset: int) -> None:
        """Show it, unless that was done a moment ago or nobody looks."""
        if time.monotonic() < self._next or not sys.stderr.isatty():
            return
        line = f"{path.name}: {size(offset)} of {size(path.stat().st_size)}"
        print(f"{_CLEAR}{line}", end="", file=sys.stderr, flush=True)
        self._next, self._shown = time.monotonic() + _EVERY, True

    def clear(self) -> None:
        """Take the line away, before something else is printed."""
        if self._shown:
            print(_CLEAR, end="", file=sys.stderr, flush=True)
        self._shown = False
