"""A few hundred rounds of kill -9 at random moments: ``python -m benchmarks.kills [--rounds 300]``.

Each round, in a folder of its own: three writers of one collection, killed; repaired by the command's
function or by three workers that start at once; then every record is read back with warcio.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.warc.kill_round import Round, play


def main() -> int:
    """1 where a round broke a promise; its folder is kept and its seed printed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kills", description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    asked = parser.parse_args()
    print(f"seed {asked.seed}: repeat with --seed {asked.seed}", flush=True)
    begun, total, broken = time.monotonic(), Round(), 0
    for number in range(asked.rounds):
        folder = Path(tempfile.mkdtemp(prefix="kills-"))
        try:
            total += play(folder, asked.seed + number)
        except Exception:
            broken += 1
            traceback.print_exc()
            print(f"broken: --seed {asked.seed + number} --rounds 1; left in {folder}", flush=True)
        else:
            shutil.rmtree(folder)
    print(f"{asked.rounds} rounds in {time.monotonic() - begun:.0f} s, {broken} broken; {total}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
