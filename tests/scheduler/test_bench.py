"""A lease ends exactly once, and its children outlive a server that loses its tail."""

import time
from typing import Any

from crawler.frontier.item import Addition, Item
from crawler.frontier.lease import Leased, Verdict
from crawler.scheduler.bench import Workbench
from crawler.scheduler.chain import GUARD
from crawler.scheduler.claimer import batch_size
from crawler.scheduler.task import LeaseTask, State


def leased(number: int, host: str = "a", **more: Any) -> Leased:
    values = {"attempts": 0, "delay_ms": 1000, "not_before": 0.0, "deadline": 1e9} | more
    return Leased(id=number, host=host, item=Item(uri=f"http://{host}/{number}"), **values)


def taken(bench: Workbench, *leases: Leased) -> list[LeaseTask]:
    bench.take(leases)
    return [bench.held[lease.id] for lease in leases]


def run(bench: Workbench, task: LeaseTask, now: float = 1.0) -> None:
    bench.ready.append(task.chain)
    assert bench.start(now) is task


def test_a_batch_is_one_chain_a_host_and_one_request_at_a_time() -> None:
    bench = Workbench()
    chains = bench.take([leased(1), leased(2), leased(3, host="b")])
    assert sorted(len(chain.queue) for chain in chains) == [1, 2]
    chain = bench.held[1].chain
    bench.ready.extend([chain, chain])
    assert bench.start(1.0) is bench.held[1]
    assert bench.start(1.0) is None


def test_a_chain_waits_for_the_delay_the_moment_and_the_rest() -> None:
    bench = Workbench()
    (task,) = taken(bench, leased(1, not_before=5.0))
    chain = task.chain
    assert chain.due() == 5.0
    chain.last_start = 6.0
    assert chain.due() == 7.0 + GUARD
    chain.rest_until = 9.0
    assert chain.due() == 9.0


def test_an_ended_lease_gives_one_ack_and_is_no_longer_held() -> None:
    bench = Workbench()
    (task,) = taken(bench, leased(1))
    run(bench, task)
    task.status = 200
    bench.end(task)
    batch = bench.swap()
    assert [(ack.lease_id, ack.verdict) for ack in batch.acks()] == [(1, Verdict.DONE)]
    assert task.state is State.ENDED
    assert bench.idle


def test_a_request_that_scrapy_dropped_is_dead() -> None:
    bench = Workbench()
    (task,) = taken(bench, leased(1))
    run(bench, task)
    bench.end(task)
    assert bench.swap().acks()[0].verdict is Verdict.DEAD


def test_the_first_verdict_counts() -> None:
    bench = Workbench()
    (task,) = taken(bench, leased(1))
    task.settle(Verdict.RETRY, "503", hold=2.0)
    task.settle(Verdict.DEAD, "late")
    bench.end(task)
    ack = bench.swap().acks()[0]
    assert (ack.verdict, ack.hold_ms) == (Verdict.RETRY, 2000)


def test_what_has_not_started_goes_back_in_order() -> None:
    bench = Workbench()
    first, _, _ = taken(bench, leased(1), leased(2), leased(3))
    run(bench, first)
    bench.give_back(first.chain)
    assert [ack.lease_id for ack in bench.swap().acks()] == [3, 2]
    assert list(bench.held) == [1]


def test_draining_lets_what_runs_end() -> None:
    bench = Workbench()
    first, _ = taken(bench, leased(1), leased(2))
    run(bench, first)
    bench.drain()
    assert list(bench.held) == [1]
    assert bench.start(2.0) is None


def test_on_a_full_disk_only_what_is_safe_is_acknowledged() -> None:
    bench = Workbench()
    safe, lost = taken(bench, leased(1), leased(2, host="b"))
    for number, task in enumerate((safe, lost), 1):
        task.status, task.capture = 200, number
        bench.end(task)
    acks = {ack.lease_id: ack.verdict for ack in bench.swap().safe_acks(synced=1)}
    assert acks == {1: Verdict.DONE, 2: Verdict.BACK}


def test_children_are_kept_until_the_ack_is_confirmed() -> None:
    bench = Workbench()
    (task,) = taken(bench, leased(1))
    child = Addition(Item(uri="http://a/child"), 3, "http://a/child")
    bench.add(child, task)
    bench.swap()
    assert bench.children_in_hand() == [child]
    bench.end(task)
    assert bench.swap().children() == [child]


def test_a_batch_is_about_a_second_of_work() -> None:
    assert [batch_size(delay) for delay in (0.0, 0.01, 0.2, 1.0, 3.0)] == [64, 64, 5, 1, 1]


def test_a_chain_that_is_over_tells_when_it_began_last_and_how_long_the_host_rests() -> None:
    bench = Workbench()
    (task,) = taken(bench, leased(1))
    run(bench, task)
    chain = task.chain
    chain.last_start = task.ended = time.monotonic() - 1.0
    task.settle(Verdict.RETRY, "503", hold=61.0)
    bench.end(task)
    bench.forget(chain)
    (over,) = bench.over
    assert (over.batch, over.host, over.started) == (1, "a", chain.last_start + GUARD)
    assert 59.5 < over.hold <= 60.0
    bench.forget(chain)
    assert len(bench.over) == 1, "a slot is given back once"


def test_what_goes_back_with_a_hold_lets_the_host_rest_before_its_ack_is_there() -> None:
    bench = Workbench()
    (task,) = taken(bench, leased(1))
    bench.give_back(task.chain, hold=5.0)
    bench.forget(task.chain)
    assert 4.5 < bench.over[0].hold <= 5.0


def test_children_are_in_hand_until_the_ack_of_their_parent_is_under_way() -> None:
    bench = Workbench()
    (task,) = taken(bench, leased(1))
    run(bench, task)
    child = Addition(Item("http://a/child"), 3, "http://a/child")
    bench.add(child, task)
    bench.swap()  # the child is told before its parent ends
    bench.end(task)
    assert bench.children_in_hand() == [child]
    assert bench.swap().children() == [child]
    assert bench.children_in_hand() == []


def test_seeds_whose_pass_began_here_can_be_told_again() -> None:
    bench = Workbench()
    seed = Addition(Item("http://a/", seed="http://a/"), 0, "")
    bench.begun[seed.item.seed] = seed
    bench.add_seeds_again()
    assert bench.swap().seeds == [seed]
    assert bench.to_tell.is_set()
