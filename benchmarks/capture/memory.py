"""Long answers in flight at once, through a whole crawl: the most memory that the worker had."""

from __future__ import annotations

import shutil
import sys
import tempfile
import urllib.request
from functools import partial
from pathlib import Path

from benchmarks.capture import measured
from benchmarks.capture.counting import answers
from benchmarks.capture.figures import Benchmark, Figures
from benchmarks.capture.server import serving

PEAK = "peak MB"
LIMIT = 300
"""Megabytes."""


def benchmark(runs: int, count: int, size: int) -> Benchmark:
    """`count` answers of `size` bytes, all in flight at once, without a delay."""
    name = "Clew, scrapy crawl story"
    made = Benchmark(f"{count} answers of {size / 1e6:.0f} MB at once", PEAK, name)
    _need_room(2 * count * size + 1_000_000_000)  # the spools, and the archive
    made.measure({name: partial(_measured, count, size)}, runs)
    peak = max(run[PEAK] for run in made.rows[name])
    word = "reached" if peak <= LIMIT else "NOT reached"
    made.notes.append(f"Target {word}: at most {LIMIT} MB, was {peak:.0f} MB.")
    return made


def _need_room(wanted: int) -> None:
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free
    if free < wanted:
        raise SystemExit(
            f"{folder} has {free / 1e9:.1f} GB free, and {wanted / 1e9:.1f} are needed: "
            "set TMPDIR to a larger disk, or ask for less with --count and --size"
        )


def _measured(count: int, size: int) -> Figures:
    with (
        tempfile.TemporaryDirectory(prefix="clew-bench-") as name,
        serving("bodies", count, size) as urls,
    ):
        folder = Path(name)
        seeds = folder / "seeds.txt"
        seeds.write_text("".join(f"{url}/{number}\n" for number, url in enumerate(urls)))
        spent = measured.run(_command(seeds, folder, count), folder)
        with urllib.request.urlopen(urls[0] + "/most", timeout=10) as answer:
            most = int(answer.read())
        kept = answers(folder)
        if kept != 2 * count or spent.status:  # each host has a robots.txt too
            said = (folder / "said.txt").read_text(errors="replace")[-2000:]
            raise SystemExit(f"{said}\nkept {kept} answers of {2 * count}, exit {spent.status}")
        return {
            PEAK: spent.peak / 1e6,
            "in flight at once": most,
            "CPU s": spent.cpu,
            "wall s": spent.wall,
        }


def _command(seeds: Path, folder: Path, count: int) -> list[str]:
    settings = {
        "COLLECTIONS_DIR": folder,
        "ALLOW_PRIVATE_ADDRESSES": "127.0.0.0/8",
        "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_TIMEOUT": 900,
        "LEASE_TIME": 900,
        "CONCURRENT_REQUESTS": count,
        "LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-W", "ignore", "-m", "scrapy", "crawl", "story"]
    command += ["-a", f"seeds={seeds}", "-a", "collection=bench", "-a", "hops=0"]
    for name, value in settings.items():
        command += ["-s", f"{name}={value}"]
    return command
