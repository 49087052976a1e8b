"""One site, crawled and archived by each: GNU wget, scrapy with scrapy-webarchive, and Clew."""

from __future__ import annotations

import importlib
import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.capture import measured, website
from benchmarks.capture.counting import answers
from benchmarks.capture.figures import Benchmark, Contender, Figures, Target
from benchmarks.capture.server import serving
from benchmarks.capture.walker import CONCURRENCY

CPU = "CPU ms/capture"
BEYOND = "beyond its start"
WGET = "GNU wget --recursive --warc-file"
MINIMAL = "Clew, fetch, record and write (a small spider)"
STORY = "Clew, scrapy crawl story -a follow=all"
WEBARCHIVE = "scrapy + scrapy-webarchive (the same small spider)"

Command = Callable[[str, Path], list[str]]
"""URL and folder -> what is run."""


def benchmark(runs: int, pages: int) -> Benchmark:
    """Whole processes with all that they start; every contender must keep every answer."""
    commands, notes = _present()
    baseline = WGET if WGET in commands else MINIMAL
    made = Benchmark(f"A site of {website.captures(pages)} captures", CPU, baseline, notes=notes)
    made.targets = [Target(MINIMAL, WGET, 1.0)] if WGET in commands else []
    with serving("site", pages) as (url,):
        starts = {name: _start(command, url, runs) for name, command in commands.items()}
        contenders: dict[str, Contender] = {
            name: partial(_measured, command, url, website.captures(pages), starts[name])
            for name, command in commands.items()
        }
        made.measure(contenders, runs)
    return made


def _present() -> tuple[dict[str, Command], list[str]]:
    """The contenders that are here, and a line for each that is not."""
    commands: dict[str, Command] = {WGET: _wget, MINIMAL: partial(_walker, "lean"), STORY: _story}
    notes = []
    if not shutil.which("wget"):
        del commands[WGET]
        notes.append("GNU wget is not installed, so it is left out.")
    try:
        importlib.import_module("scrapy_webarchive.extensions")
        commands[WEBARCHIVE] = partial(_walker, "webarchive")
    except ImportError as error:
        notes.append(f"scrapy-webarchive is left out: {error}.")
    return commands, notes


def _wget(url: str, folder: Path) -> list[str]:
    words = ["--quiet", "--recursive", "--level=inf", "--tries=1", "--no-hsts", "--no-config"]
    return ["wget", *words, f"--warc-file={folder}/wget", f"--directory-prefix={folder}/files", url]


def _walker(recorder: str, url: str, folder: Path) -> list[str]:
    return [
        *(sys.executable, "-W", "ignore", "-m", "benchmarks.capture.walker"),
        *(recorder, str(folder), url),
    ]


def _story(url: str, folder: Path) -> list[str]:
    settings = {
        "COLLECTIONS_DIR": folder,
        "ALLOW_PRIVATE_ADDRESSES": "127.0.0.0/8",
        "DOWNLOAD_DELAY": 0,
        "CONCURRENT_REQUESTS": CONCURRENCY,
        "CONCURRENT_REQUESTS_PER_DOMAIN": CONCURRENCY,
        "LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-W", "ignore", "-m", "scrapy", "crawl", "story"]
    for argument in (f"seeds={url}", "follow=all", "hops=100", "collection=bench"):
        command += ["-a", argument]
    for name, value in settings.items():
        command += ["-s", f"{name}={value}"]
    return command


def _start(command: Command, url: str, runs: int) -> float:
    """CPU seconds of a crawl of one page: the least of some runs."""
    return min(_run(command, url + website.ALONE)[0].cpu for _ in range(min(runs, 3)))


def _measured(command: Command, url: str, captures: int, start: float) -> Figures:
    spent, kept, size = _run(command, url + "/")
    if kept != captures:
        raise SystemExit(f"kept {kept} answers of {captures}: {command(url, Path())}")
    return {
        CPU: 1000 * spent.cpu / captures,
        BEYOND: 1000 * (spent.cpu - start) / captures,
        "start CPU s": start,
        "wall s": spent.wall,
        "peak MB": spent.peak / 1e6,
        "archive MB": size / 1e6,
    }


def _run(command: Command, url: str) -> tuple[measured.Spent, int, int]:
    """What it cost, how many answers were kept, and the bytes of the archive."""
    with tempfile.TemporaryDirectory(prefix="clew-bench-") as name:
        folder = Path(name)
        spent = measured.run(command(url, folder), folder)
        if spent.status:
            raise SystemExit((folder / "said.txt").read_text(errors="replace")[-2000:])
        files = [*folder.rglob("*.warc.gz"), *folder.rglob("*.wacz")]
        return spent, answers(folder), sum(file.stat().st_size for file in files)
