"""Whether a worker that was heard of late still runs: one that was killed said no good-bye."""

from __future__ import annotations

import os
import socket


def may_run(worker: str) -> bool:
    """Whether `worker` (``HOST:PID``) may run: one of this machine is looked up, others are believed."""
    host, _, pid = worker.rpartition(":")
    return host != socket.gethostname() or not pid.isdigit() or _runs(int(pid))


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
