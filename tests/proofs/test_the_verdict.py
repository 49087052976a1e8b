"""What a proof does not judge: a start whose worker was stopped after the last look at its lease."""

from __future__ import annotations

import pytest

from benchmarks.proofs.journal import Start
from benchmarks.proofs.stage import Fault
from benchmarks.proofs.verdict import is_caught

STOPPED = [Fault(begin=1.1, end=3.6, worker=1)]


def start(moment: float, looked: float, worker: int = 1, deadline: float = 2.6) -> Start:
    return Start(moment, "h1.test", 1, worker, deadline, looked)


def test_a_start_that_a_stop_held_up_behind_the_last_look_is_caught() -> None:
    assert is_caught(start(3.7, looked=1.09), STOPPED)


@pytest.mark.parametrize(
    "other",
    [
        start(3.7, looked=3.65),  # nobody looked, or in vain: the lease was over
        start(2.5, looked=1.09),  # in time
        start(3.7, looked=1.09, worker=2),  # another worker's
        start(6.0, looked=3.7, deadline=5.0),  # late by itself
    ],
)
def test_every_other_start_is_judged(other: Start) -> None:
    assert not is_caught(other, STOPPED)
