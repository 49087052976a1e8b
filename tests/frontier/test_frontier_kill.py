"""Three workers, one of them killed: nothing is lost, and no delay is broken."""

import itertools
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

WORKER = Path(__file__).parent / "walking_worker.py"
PAGES, DELAY = 80, 0.05


def starts_of(folder):
    lines = [line.split() for file in folder.glob("starts-*") for line in file.read_text().splitlines()]
    return [(float(moment), host, uri) for moment, host, uri in lines]


def test_kill_9_of_a_worker_loses_nothing_and_breaks_no_delay(tmp_path):
    command = [sys.executable, str(WORKER), str(tmp_path)]
    workers = [subprocess.Popen([*command, str(n)]) for n in range(3)]
    victim = tmp_path / "starts-0"
    deadline = time.monotonic() + 10
    while not (victim.exists() and victim.read_text().count("\n") >= 4):
        assert time.monotonic() < deadline, "the walk does not begin"
        time.sleep(0.005)
    workers[0].kill()
    codes = [worker.wait(30) for worker in workers]
    assert codes == [-9, 0, 0]

    starts = starts_of(tmp_path)
    assert {uri for _, _, uri in starts} == {f"http://h{n % 4}/{n}" for n in range(PAGES)}
    assert len(starts) < PAGES + 20, "repeats are those that the killed worker had in hand"
    by_host = defaultdict(list)
    for moment, host, _ in sorted(starts):
        by_host[host].append(moment)
    gaps = [b - a for moments in by_host.values() for a, b in itertools.pairwise(moments)]
    assert min(gaps) >= DELAY
