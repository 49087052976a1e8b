"""What lies in several partitions, taken apart and put together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from typing import TypeVar

from crawler.frontier import wire
from crawler.frontier.lease import Ack, Ended

T = TypeVar("T")


async def every(calls: Iterable[Awaitable[T]]) -> list[T]:
    """The answers, once all are there. Raises the first error."""
    answers = await asyncio.gather(*calls, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return answers  # type: ignore[return-value]


def ended_in(number: int, ended: Sequence[Ended]) -> Sequence[Ended]:
    """Those of the partition of that number."""
    return [one for one in ended if wire.partition_of(one.batch) == number]


def acks_of(number: int, acks: Sequence[Ack]) -> list[Ack]:
    """Those for leases of the partition of that number."""
    return [ack for ack in acks if wire.partition_of(ack.lease_id) == number]
