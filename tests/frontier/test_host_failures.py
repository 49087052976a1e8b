"""Failures of a host in a row: counted for all its URLs, over all workers, and ended by an answer."""

import pytest

from crawler.frontier.lease import Ack, Verdict


async def failures(frontier, claimed):
    """What a worker that claims now is told."""
    (lease,) = await claimed(frontier, 1, 1)
    await frontier.commit([], [Ack(lease.id, Verdict.BACK)])
    return lease.failures


@pytest.mark.parametrize(
    ("ack", "left"),
    [
        ({"verdict": Verdict.DONE, "failed": False}, 0),
        ({"verdict": Verdict.DEAD, "failed": False}, 0),
        ({"verdict": Verdict.RETRY, "failed": True}, 3),
        ({"verdict": Verdict.DEAD, "failed": True}, 3),
        ({"verdict": Verdict.DONE}, 2),
        ({"verdict": Verdict.DEAD}, 2),
        ({"verdict": Verdict.BACK}, 2),
    ],
)
async def test_only_an_answer_ends_a_row_and_only_a_failure_goes_on_with_it(
    crawl, page, claimed, ack, left
):
    one, other = await crawl.open(), await crawl.open()
    await one.commit([page(f"a/{n}") for n in range(9)], [])
    for _ in range(2):
        (lease,) = await claimed(one, 1, 1)
        await one.commit([], [Ack(lease.id, Verdict.RETRY, failed=True)])
    (lease,) = await claimed(other, 1, 1)
    await other.commit([], [Ack(lease.id, **ack)])
    assert await failures(one, claimed) == left


async def test_what_is_refused_without_a_request_saves_no_host(crawl, page, claimed):
    frontier = await crawl.open(host_failures=3, retry_times=9)
    await frontier.commit([page(f"a/{n}") for n in range(9)], [])
    for number in range(5):
        (lease,) = await claimed(frontier, 1, 1)
        refused = number % 2 == 1
        verdict = Verdict.DONE if refused else Verdict.RETRY
        await frontier.commit([], [Ack(lease.id, verdict, failed=None if refused else True)])
    counts = await frontier.counts()
    assert (counts.done, counts.dead, counts.queued) == (2, 7, 0)
