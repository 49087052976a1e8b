"""Background tasks end when they are told, also one that lost its cancellation."""

import asyncio

from crawler.scheduler.background import end


async def test_a_task_that_lost_its_cancellation_is_cancelled_again():
    lost = []

    async def loses_two():
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                lost.append(1)
                if len(lost) > 2:
                    raise

    async def fails():
        raise ValueError

    tasks = [asyncio.create_task(loses_two()), asyncio.create_task(fails())]
    await asyncio.sleep(0)
    await asyncio.wait_for(end(tasks), 5)
    assert len(lost) == 3
    assert tasks[0].cancelled()
    assert isinstance(tasks[1].exception(), ValueError)
    await end([])
