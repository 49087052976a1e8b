"""Repairs a file, and is killed at the n-th of the steps that change something on disk.

    python killed_repair.py FILE N

Ends with 9 where it was killed, with 0 where the repair came to its end before.
"""

import os
import sys
from pathlib import Path

from pipelines.repair import repair_file

left = int(sys.argv[2])


def killed(step):
    def run(*args, **more):
        global left
        if left == 0:
            os._exit(9)
        left -= 1
        return step(*args, **more)

    return run


for owner, names in ((os, ("link", "fsync")), (Path, ("replace", "rename", "unlink"))):
    for name in names:
        setattr(owner, name, killed(getattr(owner, name)))
repair_file(Path(sys.argv[1]), lambda *_: None)
