"""What a worker comes too late for, since it stood still, goes back unstarted."""

import asyncio
from typing import Any

from crawler.frontier.item import Item
from crawler.frontier.lease import Verdict
from crawler.scheduler.bench import Workbench
from crawler.scheduler.pacer import Pacer
from crawler.scheduler.task import RobotsTask, robots_task
from tests.scheduler.test_bench import leased, taken


class Gate:
    """The part of the gate that a robots.txt is told to which nobody asked for."""

    def __init__(self) -> None:
        self.let: list[str] = []

    async def let_ask(self, origin: str) -> None:
        self.let.append(origin)


def with_robots(bench: Workbench, deadline: float) -> RobotsTask:
    """A page on lease until then, and the robots.txt in front of it, started."""
    chain = taken(bench, leased(1, deadline=deadline), leased(2, deadline=deadline))[0].chain
    item = Item("http://a/robots.txt", data={"robots_of": "http://a"})
    chain.robots_first(robots_task(item, chain))
    bench.ready.append(chain)
    started = bench.start(deadline)
    assert isinstance(started, RobotsTask)
    return started


def test_a_robots_txt_is_late_when_the_page_that_wants_it_is() -> None:
    bench = Workbench()
    robots = with_robots(bench, deadline=5.0)
    assert not bench.is_late(robots, 5.0)
    assert bench.is_late(robots, 5.1)
    robots.chain.queue.clear()
    assert not bench.is_late(robots, 5.1), "nothing waits for it"


def test_a_late_robots_txt_goes_back_with_its_pages_and_another_worker_may_ask() -> None:
    bench, gate = Workbench(), Gate()
    robots = with_robots(bench, deadline=5.0)
    told: list[Any] = []
    # Of the gate only `let_ask` is called, and no sink: a real gate would want a server for nothing.
    Pacer(bench, gate, None, told.append, lambda: None).give_back(robots)  # type: ignore[arg-type]
    assert [(back.lease_id, back.verdict) for back in bench.outbox.backs] == [
        (2, Verdict.BACK),
        (1, Verdict.BACK),
    ]
    assert not bench.held
    assert [over.host for over in bench.over] == ["a"], "its slot is free"
    assert robots.chain.running is None
    for coroutine in told:
        asyncio.run(coroutine)
    assert gate.let == ["http://a"]
