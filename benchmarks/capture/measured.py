"""What a command costs with everything it starts: run as a small program between it and the benchmark.

A server that a command leaves behind (Clew's embedded Valkey, and the guard that keeps it) is no child
of the command any more. So this program makes itself the reaper of all that is orphaned below it (Linux,
``PR_SET_CHILD_SUBREAPER``) and waits until the last one has gone: user and system seconds are the
kernel's own accounting of each (wait4), and nobody's CPU is lost. Wall seconds end with the command.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, slots=True)
class Spent:
    """User and system seconds, wall seconds, the largest process in bytes, the command's exit status."""

    cpu: float
    wall: float
    peak: int
    status: int


def run(command: list[str], folder: Path, limit: int = 900) -> Spent:
    """Run `command` in `folder`, its output into ``said.txt`` there; killed after `limit` seconds."""
    environment = {"PYTHONPATH": str(_ROOT), "SCRAPY_SETTINGS_MODULE": "crawler.settings"}
    result, said = folder / "spent.json", folder / "said.txt"
    wrapper = [sys.executable, "-I", "-S", __file__, str(result), str(limit), *command]
    with said.open("ab") as output:
        subprocess.run(
            wrapper,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            check=True,
            env={**os.environ, **environment},
        )
    return Spent(**json.loads(result.read_text()))


def main(result: str, limit: str, *command: str) -> None:
    """Run a command and write what it cost as JSON."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    begun = time.monotonic()
    child = subprocess.Popen(command, start_new_session=True)
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(child.pid, signal.SIGKILL))
    signal.alarm(int(limit))
    spent = {"cpu": 0.0, "wall": 0.0, "peak": 0, "status": -1}
    while True:
        try:
            pid, status, usage = os.wait4(-1, 0)
        except ChildProcessError:
            break
        spent["cpu"] += usage.ru_utime + usage.ru_stime
        spent["peak"] = max(spent["peak"], usage.ru_maxrss * 1024)
        if pid == child.pid:
            spent |= {"wall": time.monotonic() - begun, "status": os.waitstatus_to_exitcode(status)}
            signal.alarm(0)
    Path(result).write_text(json.dumps(spent))


if __name__ == "__main__":
    main(*sys.argv[1:])
