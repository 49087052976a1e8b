"""The limits of a crawl as its first key holds them: what the worker that joined last was told."""

from __future__ import annotations

from crawler.config import Config
from crawler.frontier.quota import Quotas

_MOST_TRIES = 255
"""Attempts and expiries are kept in a byte each."""


def limits(config: Config, quotas: Quotas, partitions: int = 1) -> dict[str, int]:
    """Fields of the key ``crawl`` of each partition; milliseconds, 0 where there is no limit."""
    return {
        "delay": round(1000 * config.download_delay),
        "slots": config.concurrent_requests_per_domain,
        "tries": min(_MOST_TRIES, config.retry_times + 1),
        "expiries": min(_MOST_TRIES, config.max_expiries),
        "failures_most": config.host_failures,
        "queue_most": config.queue_most,
        "queue_room": -(-config.queue_room // partitions),
        "pages_most": quotas.pages,
        "bytes_most": quotas.bytes,
        "host_pages": quotas.host_pages,
        "host_bytes": quotas.host_bytes,
    }
