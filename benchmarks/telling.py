"""What command lines of benchmarks share: words, tables as they come, JSON of all runs."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Iterable
from pathlib import Path

from benchmarks.capture.figures import Benchmark


def arguments(program: str, about: str | None, names: Iterable[str]) -> argparse.ArgumentParser:
    """A parser for `benchmarks` (all of `names` where none is given), ``--runs`` and ``--json``."""
    parser = argparse.ArgumentParser(prog=f"python -m {program}", description=about)
    parser.add_argument(
        "benchmarks", nargs="*", choices=[*names, []], help="all of them if none is named"
    )
    parser.add_argument(
        "--runs", type=int, default=5, help="how often each contender runs (%(default)s)"
    )
    parser.add_argument("--json", type=Path, help="a file for all runs")
    return parser


def tell(made: Iterable[Benchmark], file: Path | None) -> None:
    """Print each table when it is there, and write all runs so far into `file`, where there is one."""
    done: list[Benchmark] = []
    for one in made:
        done.append(one)
        print(one.table(), flush=True)
        if file:
            file.write_text(json.dumps(_document(done), indent=1) + "\n")


def _document(done: list[Benchmark]) -> dict[str, object]:
    machine = f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}"
    return {"machine": machine, "benchmarks": [one.to_dict() for one in done]}
