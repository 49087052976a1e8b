"""The first of several addresses that takes a connection (RFC 8305, Happy Eyeballs)."""

from __future__ import annotations

import asyncio
import socket
from itertools import chain, zip_longest

from crawler.download.guard import Address

STAGGER = 0.25
"""Seconds before the next address is tried beside the last one (RFC 8305, 5)."""
_MOST = 8
"""Addresses of a name that are tried."""


def interleaved(addresses: list[Address]) -> list[Address]:
    """The resolver's order, but the two families take turns (RFC 8305, 4); at most 8 of them."""
    first = addresses[0].version
    ours = [address for address in addresses if address.version == first]
    others = [address for address in addresses if address.version != first]
    taken = chain.from_iterable(zip_longest(ours, others))
    return [address for address in taken if address is not None][:_MOST]


async def race(addresses: list[Address], port: int) -> tuple[socket.socket, Address]:
    """A connected socket and its address, taken from the front of `addresses`; what has been tried is
    taken out of the list. Raises the last OSError where all refuse.
    """
    trying: dict[asyncio.Task[socket.socket], Address] = {}
    refused: BaseException | None = None
    try:
        while addresses or trying:
            if addresses:
                address = addresses.pop(0)
                trying[asyncio.create_task(connect(address, port))] = address
            done, _ = await asyncio.wait(
                trying, timeout=STAGGER if addresses else None, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                address = trying.pop(task)
                refused = task.exception()
                if refused is None:
                    return task.result(), address
    finally:
        for loser in trying:
            loser.cancel()
            loser.add_done_callback(_discard)
    assert refused is not None
    raise refused


async def connect(address: Address, port: int) -> socket.socket:
    """A socket that is connected to `address`. Raises OSError."""
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    connecting = socket.socket(family, socket.SOCK_STREAM)
    try:
        connecting.setblocking(False)
        await asyncio.get_running_loop().sock_connect(connecting, (str(address), port))
    except BaseException:
        connecting.close()
        raise
    return connecting


def _discard(loser: asyncio.Task[socket.socket]) -> None:
    if not loser.cancelled() and loser.exception() is None:
        loser.result().close()
