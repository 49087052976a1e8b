"""What a restarted server forgot is not taken for the end of the crawl."""

import pytest

from crawler.errors import StaleBoot


async def test_nothing_is_finished_while_a_restarted_server_is_held(crawl):
    frontier = await crawl.open(lease_time=40.0)
    assert await frontier.finished()
    key = frontier.store.keys("crawl")
    await frontier.store.command("HSET", key, "boot", "another")
    with pytest.raises(StaleBoot):
        await frontier.claim(1, 1)
    assert (await frontier.claim(1, 1)).state == "held"
    assert not await frontier.finished()
    await frontier.store.command("HDEL", key, "hold")
    assert await frontier.finished()
