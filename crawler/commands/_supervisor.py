"""The supervisor of ``WORKERS=N``: N times the same command, one set of signals, one exit code."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Sequence

from scrapy import signals
from scrapy.crawler import Crawler

from crawler.errors import ExitCode


def supervise(workers: int) -> int:
    """Start the workers, forward each signal once, wait for all, merge their exit codes.

    Each worker runs in a session of its own, since Ctrl-C reaches a whole process group and would
    otherwise reach them twice. The pipe tells them when this process is gone, however it went.
    """
    reading, writing = os.pipe()
    os.set_inheritable(reading, True)
    children = [_start(reading) for _ in range(workers)]
    os.close(reading)

    def forward(number: int, _frame: object) -> None:
        for child in children:
            if child.poll() is None:
                child.send_signal(number)

    signal.signal(signal.SIGINT, forward)
    signal.signal(signal.SIGTERM, forward)
    codes = [child.wait() for child in children]
    os.close(writing)
    return merge(codes)


def merge(codes: Sequence[int]) -> int:
    """The lowest non-zero code, but 13 before 11; a worker killed by a signal counts only alone.

    >>> merge([0, 15, 11]), merge([11, 13]), merge([0, -9]), merge([-9, -9])
    (11, 13, 0, 1)
    """
    said = [code for code in codes if code >= 0]
    if not said:
        return ExitCode.UNEXPECTED
    if ExitCode.KILLED in said and min((c for c in said if c), default=0) == ExitCode.STOPPED:
        return ExitCode.KILLED
    bad = [code for code in said if code]
    return min(bad) if bad else ExitCode.FINISHED


def die_with_supervisor(crawler: Crawler, descriptor: int) -> None:
    """In a worker: a clean stop when the supervisor's end of the pipe closes."""
    if descriptor < 0:
        return

    def watch() -> None:
        loop = asyncio.get_running_loop()

        def gone() -> None:
            loop.remove_reader(descriptor)
            os.kill(os.getpid(), signal.SIGTERM)

        loop.add_reader(descriptor, gone)

    crawler.signals.connect(watch, signals.engine_started, weak=False)


def _start(descriptor: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, *sys.orig_argv[1:]]
    command += ["-s", "WORKERS=1", "-s", f"SUPERVISOR_FD={descriptor}"]
    return subprocess.Popen(
        command, pass_fds=(descriptor,), start_new_session=True, stdin=subprocess.DEVNULL
    )
