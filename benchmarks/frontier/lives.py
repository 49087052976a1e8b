"""What the life of a URL costs a worker: added, claimed, acknowledged."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial

from benchmarks.capture.figures import Benchmark, Contender, Figures, Target
from benchmarks.frontier.server import valkey

CPU = "client CPU us/URL"
PEER = "scrapy-redis, enqueue_request and next_request"
CLEW = "Clew, add, claim and ack"
REQUESTS = "Clew, up to a scrapy.Request"
_SIDES = {PEER: "scrapy-redis", CLEW: "clew", REQUESTS: "clew-requests"}
_RATIO = 1 / 8


def benchmark(runs: int, urls: int) -> Benchmark:
    """The same links, each run on a new server and in a process of its own."""
    made = Benchmark(f"The lives of {urls:,} URLs", CPU, PEER, targets=[Target(CLEW, PEER, _RATIO)])
    contenders: dict[str, Contender] = {
        name: partial(_measured, side, urls) for name, side in _SIDES.items()
    }
    made.measure(contenders, runs)
    return made


def _measured(side: str, urls: int) -> Figures:
    with valkey() as server:
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.frontier.life", side]
        done = subprocess.run(
            [*command, server.url, str(urls)], stdout=subprocess.PIPE, check=True, timeout=600
        )
    spent = json.loads(done.stdout)
    return {CPU: spent["client"], "server CPU us/URL": spent["server"]}
