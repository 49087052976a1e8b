"""One worker on sites of empty pages: Clew's scheduler and server, and Scrapy's with a memory queue."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.capture import measured
from benchmarks.capture.figures import Benchmark, Contender, Figures, Target
from benchmarks.capture.server import serving

WALL = "wall ms/page"
IDLE = "nothing in flight %"
MEMORY = "Scrapy's scheduler, memory queue"
CLEW = "Clew's scheduler, embedded server"
_AT_MOST = 1.10
_LIMIT = 300


@dataclass(frozen=True, slots=True)
class Site:
    """`hosts` ports that answer after `ms` milliseconds, at most `at_once` requests in flight."""

    name: str
    hosts: int
    at_once: int
    ms: int = 0
    sink: str = "benchmarks.frontier.nothing.NoSink"

    @property
    def settings(self) -> dict[str, dict[str, object]]:
        """What each side is told.

        Scrapy takes all ports for one host, and does not keep its limit of a host where there is no
        delay (a transfer is counted a turn after it was let go), so its limit of all is set.
        """
        of_all, of_host = "CONCURRENT_REQUESTS", "CONCURRENT_REQUESTS_PER_DOMAIN"
        one = self.hosts == 1
        ours = {of_host: self.at_once} if one else {of_host: 1, of_all: self.at_once}
        theirs = {of_host: self.at_once, of_all: self.at_once}
        sink = {"CAPTURE_SINK": self.sink}
        return {"clew": {**ours, **sink}, "memory": {**theirs, **sink}}


SITES = (
    Site("One host, one request at a time", 1, 1),
    Site("One host, 8 at once", 1, 8),
    Site("50 hosts, 16 at once", 50, 16),
)
_REAL_SINK = "pipelines.sink.CollectionSink"
RECORDED = (
    Site("One host, one request at a time, recorded", 1, 1, 0, _REAL_SINK),
    Site("One host, one request at a time, recorded, answers after 20 ms", 1, 1, 20, _REAL_SINK),
)
"""Here the disk counts: an ack waits for it, a slot does not."""


def benchmarks(runs: int, pages: int) -> Iterator[Benchmark]:
    """The time of a crawl of empty pages, on each site."""
    for site in SITES:
        yield _compared(site, runs, pages, WALL, [Target(CLEW, MEMORY, _AT_MOST)])


def gaps(runs: int, pages: int) -> Iterator[Benchmark]:
    """The share of time in which the only slot of the only host is empty."""
    for site in RECORDED:
        yield _compared(site, runs, pages, IDLE, [])


def _compared(site: Site, runs: int, pages: int, unit: str, targets: list[Target]) -> Benchmark:
    made = Benchmark(f"{site.name}: {pages} empty pages", unit, MEMORY, targets=targets)
    with serving(site.hosts, site.ms, module="benchmarks.frontier.site") as urls:
        run = partial(_measured, site, pages, urls)
        contenders: dict[str, Contender] = {
            MEMORY: partial(run, "memory"),
            CLEW: partial(run, "clew"),
        }
        made.measure(contenders, runs)
    return made


def _measured(site: Site, pages: int, urls: list[str], scheduler: str) -> Figures:
    with tempfile.TemporaryDirectory(prefix="clew-bench-") as name:
        folder = Path(name)
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.frontier.walker"]
        command += [scheduler, name, str(pages), *urls]
        for setting, value in site.settings[scheduler].items():
            command += ["-s", f"{setting}={value}"]
        spent = measured.run(command, folder, _LIMIT)
        said = (folder / "said.txt").read_text(errors="replace")
    lines = [line for line in said.splitlines() if line.startswith("{")]
    if spent.status or not lines or (found := json.loads(lines[-1]))["pages"] < pages:
        raise SystemExit(f"{said[-2000:]}\n{scheduler} did not fetch all of {pages} pages")
    if found["most"] > site.at_once:
        raise SystemExit(f"{scheduler} had {found['most']} requests in flight, not {site.at_once}")
    return {
        WALL: 1000 * found["wall"] / pages,
        "CPU ms/page": 1000 * found["cpu"] / pages,
        IDLE: 100 * found["idle"],
        "between chains %": 100 * found["between"],
        "whole wall s": spent.wall,
        "whole CPU s": spent.cpu,
    }
