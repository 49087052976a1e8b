"""The life of URLs on one side, as a program of its own.

``python -m benchmarks.frontier.life SIDE URL COUNT`` adds, claims and acknowledges COUNT links on the
server at URL, and writes what that took as JSON: user and system microseconds a URL, of this process and
of the server. Links and requests are made before the clock starts.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import redis
from scrapy import Request

from benchmarks.frontier import links, peer
from crawler.config import Config
from crawler.frontier.frontier import Frontier
from crawler.frontier.item import Addition
from crawler.frontier.lease import Ack, Ended, Leased, Verdict
from crawler.model.collection import Collection
from crawler.scheduler.claimer import batch_size
from crawler.scheduler.committer import FULL

AHEAD = 20_000
"""Links that wait when the clock starts, so that claims find what they find in a large crawl."""


class Clock:
    """What this process and the server have spent since `start`."""

    def __init__(self, url: str) -> None:
        self._server = redis.Redis.from_url(url)
        self.client = self.server = 0.0

    def start(self) -> None:
        """From now on."""
        self.server, self.client = -self._of_server(), -_of_client()

    def stop(self) -> None:
        """Until now."""
        self.client += _of_client()
        self.server += self._of_server()

    def _of_server(self) -> float:
        info = self._server.info("cpu")
        return float(info["used_cpu_user"]) + float(info["used_cpu_sys"])


def main(side: str, url: str, count: str) -> None:
    """Live the lives, and say what they cost."""
    flow, clock = list(links.additions(AHEAD + int(count))), Clock(url)
    SIDES[side](url, flow, clock)
    spent = {"client": clock.client, "server": clock.server}
    print(json.dumps({name: 1e6 * cpu / int(count) for name, cpu in spent.items()}))


def _clew(url: str, flow: Sequence[Addition], clock: Clock, *, to_requests: bool = False) -> None:
    asyncio.run(_ours(url, flow, clock, to_requests))


async def _ours(url: str, flow: Sequence[Addition], clock: Clock, to_requests: bool) -> None:
    """In batches as a worker's: up to 64 acks with as many additions, then a claim of as many."""
    with tempfile.TemporaryDirectory(prefix="clew-") as folder:
        config = Config(frontier_url=url, collections_dir=Path(folder), download_delay=0)
        frontier = await Frontier.open(config, Collection(Path(folder), "bench"), "bench:1")
        await frontier.commit(flow[:AHEAD], ())
        leased: list[Leased] = []
        clock.start()
        for start in range(AHEAD, len(flow) + FULL, FULL):
            acks = [Ack(lease.id, Verdict.DONE, reason="200", pages=1, bytes=1) for lease in leased]
            await frontier.commit(flow[start : start + FULL], acks)
            over = _over(leased, time.monotonic())
            leased = (await frontier.claim(FULL, batch_size(0), over)).leased
            if to_requests:
                _make_requests(leased)
        clock.stop()
        done, wanted = (await frontier.counts()).done, len(flow) - AHEAD
        if done < wanted:
            raise SystemExit(f"{done} lives of {wanted} were lived")
        await frontier.close(clean=False)


def _over(leased: Sequence[Leased], now: float) -> Sequence[Ended]:
    """The chains of these leases: the first lease of each host names its batch."""
    first = {lease.host: lease.id for lease in reversed(leased)}
    return [Ended(batch, host, now, now) for host, batch in first.items()]


def _make_requests(leased: Sequence[Leased]) -> None:
    for lease in leased:
        item = lease.item
        Request(item.uri, meta={"lease": lease, "via": item.via, "path": item.path})


def _theirs(url: str, flow: Sequence[Addition], clock: Clock) -> None:
    scheduler = peer.scheduler(url)
    requests = [peer.request(addition, scheduler.spider) for addition in flow]
    for request in requests[:AHEAD]:
        scheduler.enqueue_request(request)
    clock.start()
    for request in requests[AHEAD:]:
        scheduler.enqueue_request(request)
        scheduler.next_request()
    clock.stop()


def _of_client() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


SIDES: dict[str, Callable[[str, Sequence[Addition], Clock], None]] = {
    "clew": _clew,
    "clew-requests": partial(_clew, to_requests=True),
    "scrapy-redis": _theirs,
}


if __name__ == "__main__":
    main(*sys.argv[1:])
