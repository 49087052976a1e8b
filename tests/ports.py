"""Ports for servers that a test starts by number, each given out once, to one worker of pytest-xdist only."""

from __future__ import annotations

import contextlib
import os
import random
import socket

_RANGE, _SHARES = range(11_000, 21_000), 10
"""None of those that the system gives to connections (32768 and up on Linux), nor is that of a cluster's
bus, 10,000 higher."""


def _mine() -> list[int]:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    ports = list(_RANGE[worker % _SHARES :: _SHARES])
    random.shuffle(ports)
    return ports


_left = _mine()


def free_port() -> int:
    """A port that a server can have again after it was away: no other server of the tests gets it."""
    while True:
        port = _left.pop()
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
