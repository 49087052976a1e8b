"""The command line of the proofs."""

from __future__ import annotations

import argparse
import random
import sys

from benchmarks.proofs.modes import MODES
from benchmarks.proofs.play import LONG, SHORT, play
from benchmarks.proofs.server import programs
from benchmarks.proofs.verdict import HEAD


def main() -> int:
    """Print a line of the table for each mode; 1 where a promise was broken."""
    asked = _arguments().parse_args()
    print(f"seed {asked.seed}\n\n{HEAD}", flush=True)
    broken = 0
    for program in asked.server or programs():
        for mode in asked.modes or MODES:
            verdict = play(mode, SHORT if asked.short else LONG, program, asked.seed)
            print(verdict.row(), flush=True)
            broken += bool(verdict.broken)
    return 1 if broken else 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.proofs", description=__doc__)
    parser.add_argument("modes", nargs="*", metavar="MODE", help="of " + ", ".join(MODES))
    parser.add_argument("--server", action="append", choices=programs(), help="all by default")
    parser.add_argument("--short", action="store_true", help="as the tests play it")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    return parser


if __name__ == "__main__":
    sys.exit(main())
