"""A worker that walks a long queue: ``overflowing_worker.py URL FOLDER NUMBER [STEP]``.

Each URI that it is about to acknowledge is a line of ``walked-NUMBER``. It kills itself (SIGKILL) at the given step:
``written``, ``stored``, ``read`` or ``refilled``.
"""

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

from crawler.config import Config
from crawler.errors import StaleBoot
from crawler.frontier import errand
from crawler.frontier.frontier import Frontier
from crawler.frontier.lease import Ack, Verdict
from crawler.frontier.segment_folder import SegmentFolder
from crawler.model.collection import Collection
from crawler.scheduler.background import end
from crawler.scheduler.grace import Grace
from crawler.scheduler.overflow import Overflow

LEASE_TIME, QUEUE_MOST = 1.0, 40
STEPS = {
    "written": (SegmentFolder, "write"),
    "stored": (errand, "stored"),
    "read": (SegmentFolder, "read"),
    "refilled": (errand, "refill"),
}


def die_after(owner, name):
    """Let the process die as soon as that function has done its work."""
    whole = getattr(owner, name)

    def die():
        os.kill(os.getpid(), signal.SIGKILL)

    async def then_die(*args):
        await whole(*args)
        die()

    def at_once_die(*args):
        whole(*args)
        die()

    setattr(owner, name, then_die if asyncio.iscoroutinefunction(whole) else at_once_die)


async def walk(url, folder, number):
    config = Config(frontier_url=url, download_delay=0.0, lease_time=LEASE_TIME, queue_most=QUEUE_MOST)
    collection = Collection(folder, "long")
    frontier = await Frontier.open(config, collection, f"host:{number}")
    overflow = Overflow(frontier, SegmentFolder(collection.frontier), Grace(20.0), lambda: None)
    task = asyncio.create_task(overflow.run())
    with (folder / f"walked-{number}").open("a", buffering=1) as walked:
        while not await frontier.finished():
            assert not task.done(), task.exception()
            with contextlib.suppress(StaleBoot):
                leased = (await frontier.claim(10, 10)).leased
                walked.writelines(f"{lease.item.uri}\n" for lease in leased)
                await frontier.commit([], [Ack(lease.id, Verdict.DONE) for lease in leased])
            await asyncio.sleep(0.005)
    await end([task])
    await frontier.close(clean=False)


if __name__ == "__main__":
    errand.PATIENCE, errand.GATHER = 500, 0
    if len(sys.argv) > 4:
        die_after(*STEPS[sys.argv[4]])
    asyncio.run(walk(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
