"""Where the time goes: each stage of reading a page by itself, those that it calls taken out."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from benchmarks.capture.figures import Benchmark
from benchmarks.related.pages import Sample
from benchmarks.related.readers import everything
from benchmarks.related.timing import forget

CPU = "CPU ms/page"
REST = "the rest"
# Stage, the module that calls it, and the name by which it does.
STAGES = (
    ("charset", "crawler.links.page", "decode"),
    ("parse", "crawler.links.page", "parse"),
    ("head", "crawler.links.page", "read_head"),
    ("facts", "crawler.links.page", "read_facts"),
    ("sketch", "crawler.links.page", "sketch"),
    ("site's memory", "crawler.links.page", "sighting"),
    ("outline", "crawler.links.page", "outline"),
    ("segments", "crawler.links.features", "sections"),
    ("features", "crawler.links.page", "Describer"),
    ("features", "crawler.links.features", "Describer.describe"),
    ("addresses", "crawler.links.resolve", "Resolver._resolve"),
    ("judge", "crawler.links.page", "judge"),
    ("requisites", "crawler.links.page", "requisites"),
)


class Watch:
    """Stops the stage around while the one inside runs, so that no millisecond counts twice."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._open: list[str] = []
        self._since = time.process_time()

    def wrap(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """`function`, its time counted for `stage`."""

        def timed(*args: Any, **named: Any) -> Any:
            self.enter(stage)
            try:
                return function(*args, **named)
            finally:
                self.leave()

        return timed

    def enter(self, stage: str) -> None:
        """A stage begins."""
        self._count()
        self._open.append(stage)

    def leave(self) -> None:
        """The innermost stage ends."""
        self._count()
        self._open.pop()

    def _count(self) -> None:
        now = time.process_time()
        if self._open:
            stage = self._open[-1]
            self.spent[stage] = self.spent.get(stage, 0.0) + now - self._since
        self._since = now


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """All stages are timed inside."""
    undone = []
    for stage, module, path in STAGES:
        owner: Any = importlib.import_module(module)
        *outer, name = path.split(".")
        for part in outer:
            owner = getattr(owner, part)
        undone.append((owner, name, getattr(owner, name)))
        setattr(owner, name, watch.wrap(stage, getattr(owner, name)))
    try:
        yield
    finally:
        for owner, name, function in reversed(undone):
            setattr(owner, name, function)


def benchmark(pages: Sequence[Sample], runs: int) -> Benchmark:
    """One row a stage, on pages of sites not seen before; stages add up to all that a spider asks."""
    made = Benchmark("Stages of a page, cold", CPU, "all of it")
    names = list(dict.fromkeys(["all of it", *(stage for stage, _, _ in STAGES), REST]))
    made.rows = {name: [] for name in names}
    for _ in range(runs):
        watch = Watch()
        with watched(watch):
            for page in pages:
                forget()
                watch.enter(REST)
                everything(page)
                watch.leave()
        whole = sum(watch.spent.values())
        for name in names:
            spent = whole if name == "all of it" else watch.spent.get(name, 0.0)
            made.rows[name].append({CPU: 1000 * spent / len(pages)})
    return made
