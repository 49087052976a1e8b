"""What recording adds to a fetch: Scrapy's aiohttp handler without an archive, and Clew's handler."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from functools import partial

from benchmarks.capture.figures import Benchmark, Contender, Figures, Target
from benchmarks.capture.server import serving

CPU = "CPU ms/page"
_BARE = "all middlewares off: "
_STOCK = "stock middlewares: "
_PLAIN = "aiohttp, no archive"
_RECORDED = "Clew, recorded, not written"
_WRITTEN = "Clew, recorded and written"
_ROWS = {_PLAIN: "aiohttp", _RECORDED: "dropping", _WRITTEN: "clew"}
_AT_MOST = 1.25


def benchmark(runs: int, pages: int) -> Benchmark:
    """The same pages, one spider, each run in a process of its own."""
    bare, stock = _BARE + _PLAIN, _STOCK + _PLAIN
    made = Benchmark(f"Fetching {pages} pages with Scrapy, its start not counted", CPU, bare)
    made.targets = [
        Target(middlewares + name, against, _AT_MOST)
        for middlewares, against in ((_BARE, bare), (_STOCK, stock))
        for name in (_RECORDED, _WRITTEN)
    ]
    with serving("site", pages) as (url,):
        run = partial(_measured, url, pages)
        contenders: dict[str, Contender] = {
            **{_BARE + name: partial(run, recorder, "--bare") for name, recorder in _ROWS.items()},
            **{_STOCK + name: partial(run, recorder) for name, recorder in _ROWS.items()},
            _STOCK + "Scrapy's own handler, no archive": partial(run, "twisted"),
        }
        made.measure(contenders, runs)
    return made


def _measured(url: str, pages: int, recorder: str, *more: str) -> Figures:
    with tempfile.TemporaryDirectory(prefix="clew-bench-") as folder:
        command = [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "benchmarks.capture.walker",
            recorder,
            folder,
            url,
        ]
        done = subprocess.run(
            [*command, "--list", str(pages), *more], stdout=subprocess.PIPE, check=True, timeout=600
        )
    result = json.loads(done.stdout)
    if result["answers"] != pages:
        raise SystemExit(f"{recorder}: {result['answers']} answers of {pages}")
    return {CPU: result["cpu_ms"] / pages}
