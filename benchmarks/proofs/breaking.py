"""Takes a guard out of a copy of the sources, and lets the copy prove itself: it must fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.proofs.guards import Guard

ROOT = Path(__file__).parents[2]
_PARTS = ("crawler", "pipelines", "benchmarks/proofs")
_PATIENCE = 40
UNENDED = "workers did not end"
TRIES = 4
"""Seeds that a guard's absence may need to show."""


def take_out(guard: Guard, folder: Path) -> None:
    """Copy the sources to `folder`, without the guard.

    Raises ValueError where a text is not there exactly once.
    """
    for part in _PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for change in guard.changes:
        path = folder / change.file
        source = path.read_text()
        if source.count(change.text) != 1:
            raise ValueError(
                f"{guard.name}: {change.file} has {source.count(change.text)} of {change.text!r}"
            )
        path.write_text(source.replace(change.text, change.instead))


def prove(folder: Path, mode: str, program: str, seed: int) -> list[str]:
    """Play the copy's short proof of a mode; the promises that it broke."""
    words = [mode, "--short", "--seed", str(seed), "--server", program, "--patience", str(_PATIENCE)]
    with tempfile.TemporaryDirectory(prefix="proof-") as scratch:  # what a broken crawl leaves, too
        own = {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": scratch}
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.proofs", *words],
            cwd=folder,
            env=os.environ | own,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode not in (0, 1) or not done.stdout:
        raise RuntimeError(done.stderr)
    last = done.stdout.splitlines()[-1].split("|")[-2]
    return [] if done.returncode == 0 else [word.strip() for word in last.split(";")]


def shows(guard: Guard, folder: Path, program: str) -> list[str]:
    """What is broken without a guard, in the first of a few proofs that shows it, if any."""
    take_out(guard, folder)
    for seed in range(1, TRIES + 1):
        broken = prove(folder, guard.mode, program, seed)
        found = [word for word in broken if word.startswith(guard.fails)]
        # What a crawl that was broken off has not fetched is not lost.
        if found and (UNENDED in broken) == (UNENDED in guard.fails):
            return [f"seed {seed}", *found]
    return []
