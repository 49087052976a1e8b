"""Frames of a page under a hand: milliseconds from one to the next while something is done with it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.graph_page.chromium import Page

_WATCH = """window.frames_ = []; window.watching_ = true; (function next(last) {
  requestAnimationFrame(() => { const now = performance.now(); frames_.push(now - last);
    if (watching_) next(now); }); })(performance.now())"""


@dataclass(frozen=True, slots=True)
class Frames:
    """Milliseconds: the frame in the middle, the one that 95 of 100 are not longer than, the longest."""

    median: float
    most: float
    longest: float

    def __str__(self) -> str:
        return f"{self.median:.0f}/{self.most:.0f}/{self.longest:.0f}"


def frames(page: Page, deed: Callable[[Page], None]) -> Frames:
    """Those while `deed` is done, and half a second longer."""
    page.value(_WATCH)
    deed(page)
    time.sleep(0.5)
    times = sorted(page.value("(watching_ = false, frames_)")[1:])
    return Frames(statistics.median(times), times[int(len(times) * 0.95)], times[-1])


def pan(page: Page) -> None:
    """Drag the network there and back."""
    page.mouse("mousePressed", 400, 380, button="left", clickCount=1)
    for step in range(60):
        page.mouse("mouseMoved", 400 + 4 * (30 - abs(30 - step)), 380, button="left", buttons=1)
        time.sleep(0.012)
    page.mouse("mouseReleased", 400, 380, button="left", clickCount=1)


def zoom(page: Page) -> None:
    """Turn the wheel over the network, closer and farther."""
    for step in range(48):
        page.mouse("mouseWheel", 420, 360, deltaX=0, deltaY=-60 if step < 24 else 60)
        time.sleep(0.012)


def hover(page: Page) -> None:
    """Move over the network."""
    for step in range(80):
        page.mouse("mouseMoved", 160 + 7 * step, 260 + (step * 37) % 220)
        time.sleep(0.012)


def stretch(page: Page) -> None:
    """Turn the wheel over the timeline: the period gets shorter and longer, and filters everything."""
    for step in range(48):
        page.mouse("mouseWheel", 500, 660, deltaX=0, deltaY=-60 if step < 24 else 60)
        time.sleep(0.012)


def search(page: Page) -> None:
    """Type a word into the search, letter by letter, and take it out."""
    page.value("document.getElementById('search').focus()")
    for letter in "harbour":
        page.call("Input.insertText", text=letter)
        time.sleep(0.04)
    page.value("clearFilter()")


DEEDS = {"pan": pan, "zoom": zoom, "hover": hover, "period": stretch, "search": search}
