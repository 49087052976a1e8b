"""The progress line: in place on a terminal, now and then in a log, and never in the way."""

from __future__ import annotations

import os
import re
import subprocess
from contextlib import suppress
from typing import Any

import pytest

pytestmark = pytest.mark.slow

LOG_LINE = re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[")
ALONE = re.compile(rb"(?:\A|\n|\x1b\[2K)\Z")


def on_a_terminal(crawler_in: Any, *words: str, **settings: object) -> bytes:
    """What a crawl whose standard error is a terminal writes there."""
    master, slave = os.openpty()
    process = crawler_in.start(*words, stderr=slave, **settings)
    os.close(slave)
    written = b""
    with suppress(OSError):  # a terminal that nobody holds any more ends with EIO
        while piece := os.read(master, 65536):
            written += piece
    os.close(master)
    process.communicate(timeout=60)
    assert process.returncode == 0
    return written


def test_a_terminal_shows_one_line_in_place_and_log_lines_stand_alone(
    site: Any, crawler_in: Any
) -> None:
    written = on_a_terminal(crawler_in, f"seeds={site.start}", "collection=x", "hops=1")
    shown = written.count(b" in flight")
    assert shown > 2
    assert written.count(b"\x1b[2K") >= shown - 1
    log_lines = list(LOG_LINE.finditer(written))
    assert log_lines
    assert all(ALONE.search(written, max(0, m.start() - 4), m.start()) for m in log_lines)


def test_a_log_gets_the_last_state(site: Any, crawler_in: Any) -> None:
    done: subprocess.CompletedProcess[str] = crawler_in.run(
        f"seeds={site.start}", "collection=x", "hops=0", REQUISITES=False
    )
    assert done.stderr.count("1 URLs done") == 1
    assert "\x1b" not in done.stderr


def test_warnings_only_means_silence(site: Any, crawler_in: Any) -> None:
    done = crawler_in.run(f"seeds={site.start}", "collection=x", "hops=0", LOG_LEVEL="WARNING")
    assert (done.returncode, done.stderr) == (0, "")
