"""Why nothing is happening: a table from what was seen to what an operator reads."""

import re

import pytest

from crawler.frontier.counts import Counts
from crawler.frontier.snapshot import Host, Lease, Snapshot, Worker, merged
from crawler.frontier.why import span, why

ALIVE, GONE = Worker("box:1", 0.3, True), Worker("box:2", 300.0, False)
BUSY = Counts(added=9, done=3, dead=1, in_flight=2)
OVER = Counts(added=4, done=3, dead=1)


def seen(**fields):
    return Snapshot(
        **{"state": "running", "counts": BUSY, "lease_time": 120.0, "workers": [ALIVE]} | fields
    )


def host(name="a", **fields):
    values = {"clock": name, "queued": 5, "leased": 0, "due": -1.0, "held": 0.0, "delay": 3.0}
    return Host(**{"name": name, **values, "used": 0, "slots": 1, "failures": 0} | fields)


def lease(**fields):
    values = {"uri": "http://a/1", "host": "a", "attempts": 0, "expiries": 0}
    return Lease(**values | {"expires": 119.0, "silent": 1.0} | fields)


@pytest.mark.parametrize(
    ("snapshot", "said"),
    [
        (seen(state="finished", counts=OVER), ["nothing waits: the crawl is finished"]),
        (
            seen(state="finished", counts=OVER, workers=[], recrawl=7, next_recrawl=7200.0),
            ["finished; 7 stories come again, the first in 2 h 0 min"],
        ),
        (
            seen(state="finished", counts=OVER, recrawl=7),
            ["the next `scrapy crawl` fetches what is due"],
        ),
        (seen(state="paused", workers=[], hold=9.0), ["paused: `scrapy frontier resume`"]),
        (seen(state="stopped"), ["stopped: the next `scrapy crawl` goes on"]),
        (seen(state="full"), ["a quota of pages or bytes is reached"]),
        (seen(workers=[]), ["no worker is running: start one with the command that began the crawl"]),
        (seen(workers=[GONE]), ["no worker is running.*box:2 was heard last, 5 min ago"]),
        (seen(workers=[GONE, ALIVE], ready=1, due=1, hosts=[host()]), []),
        (seen(hold=38.4), ["restarted and may have lost its last second: nothing is claimed for 38 s"]),
        (seen(ready=1, hosts=[host(due=3.0)]), []),
        (
            seen(ready=2, hosts=[host("b", due=90.0, delay=120.0), host(due=20.0, delay=30.0)]),
            [
                r"each of 2 hosts with a free slot rests, the first \(a\) for another 20 s: its delay is 30 s"
            ],
        ),
        (seen(ready=1, hosts=[host(due=20.0, held=20.0)]), [r"it asked for patience \(Retry-After\)"]),
        (seen(ready=1, hosts=[host(due=20.0, held=20.0, failures=3)]), ["3 failures in a row"]),
        (
            seen(hosts=[host(used=1), host("b", used=2, slots=2)], leases=[lease()]),
            ["every slot of the 2 hosts that have URLs waiting is taken by a lease"],
        ),
        (
            seen(hosts=[host(used=1)], leases=[lease(expires=30.0, silent=90.0), lease()]),
            [
                "every slot of the a that have URLs waiting",
                "a worker seems dead: 1 leases, such as http://a/1, were not extended for 90 s; "
                "others take them in 30 s",
            ],
        ),
        (seen(ready=1, due=1, hosts=[host()], outside=50, segments=5), []),
        (seen(outside=50, segments=5, wanted=2), ["2 of 5 parts of queues that lie on disk are wanted"]),
    ],
)
def test_a_reason_is_told_and_no_other(snapshot, said):
    told = why(snapshot)
    assert len(told) == len(said), told
    for line, pattern in zip(told, said, strict=True):
        assert re.search(pattern, line), line


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-1, "0.0 s"),
        (0.44, "0.4 s"),
        (9.96, "10 s"),
        (99, "99 s"),
        (100, "2 min"),
        (5940, "99 min"),
        (11_100, "3 h 5 min"),
        (187_200, "2 d 4 h"),
    ],
)
def test_a_time_for_people(seconds, text):
    assert span(seconds) == text


def test_partitions_are_one_frontier():
    one = seen(state="paused", ready=1, due=1, hosts=[host()], dead={"404": 2}, workers=[ALIVE])
    late = Worker("box:1", 5.0, True)
    other = seen(
        *(),
        **{"state": "finished", "counts": OVER, "ready": 2, "dead": {"404": 1, "x": 1}},
        workers=[late, GONE],
        hosts=[host("b", used=1)],
    )
    both = merged([one, other])
    assert (both.state, both.ready, both.due) == ("paused", 3, 1)
    assert (both.counts.added, both.counts.done, both.counts.in_flight) == (13, 6, 2)
    assert [each.name for each in both.hosts] == ["b", "a"]
    assert both.workers == [ALIVE, GONE]
    assert both.dead == {"404": 3, "x": 1}
    assert merged([other, other]).state == "finished"
