"""The command line of the proofs."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.proofs.breaking import shows
from benchmarks.proofs.guards import GUARDS
from benchmarks.proofs.modes import MODES
from benchmarks.proofs.play import LONG, SHORT, play
from benchmarks.proofs.server import programs
from benchmarks.proofs.verdict import HEAD


def main() -> int:
    """1 where a promise was broken, or was kept without its guard."""
    asked = _arguments().parse_args()
    return _break(asked) if asked.without is not None else _prove(asked)


def _prove(asked: argparse.Namespace) -> int:
    shape = SHORT if asked.short else LONG
    shape = replace(shape, patience=asked.patience or shape.patience)
    print(f"seed {asked.seed}\n\n{HEAD}", flush=True)
    broken = 0
    for program in asked.server or programs():
        for mode in asked.modes or MODES:
            verdict = play(mode, shape, program, asked.seed)
            print(verdict.row(), flush=True)
            broken += bool(verdict.broken)
    return 1 if broken else 0


def _break(asked: argparse.Namespace) -> int:
    """Print for each guard whose name has the word what its absence breaks."""
    program = (asked.server or list(programs()))[0]
    unseen = 0
    print("| guard | mode | without it |\n|---|---|---|", flush=True)
    for guard in GUARDS:
        if asked.without in guard.name:
            with tempfile.TemporaryDirectory(prefix="broken-") as folder:
                seen = shows(guard, Path(folder), program)
            print(f"| {guard.name} | {guard.mode} | {'; '.join(seen) or 'KEPT'} |", flush=True)
            unseen += not seen
    return 1 if unseen else 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.proofs", description=__doc__)
    parser.add_argument("modes", nargs="*", metavar="MODE", help="of " + ", ".join(MODES))
    parser.add_argument("--server", action="append", choices=programs(), help="all by default")
    parser.add_argument("--short", action="store_true", help="as the tests play it")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--patience", type=float, help="seconds that a crawl may take")
    parser.add_argument(
        "--break",
        dest="without",
        nargs="?",
        const="",
        metavar="GUARD",
        help="take out each guard whose name has these words, all by default, and see the proof fail",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
