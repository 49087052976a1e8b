"""Each command as a process of its own, beside the least that reading the same files can cost."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks.capture import measured
from benchmarks.capture.figures import Benchmark, Figures
from crawler.model.collection import Collection

CPU, WALL, PEAK = "CPU s", "wall s", "peak MB"
LEAST = "zcat | sha1sum"
COMMANDS = ("index", "check", "wacz", "repair")
_LIMIT = 7200


def benchmark(title: str, collection: Collection, runs: int) -> Benchmark:
    """All commands on `collection`, which is as it was afterwards, but for its index."""
    made = Benchmark(title, CPU, LEAST)
    contenders = {LEAST: partial(_least, collection)}
    contenders |= {name: partial(_PREPARED.get(name, _of), name, collection) for name in COMMANDS}
    made.measure(contenders, runs)
    return made


def _least(collection: Collection) -> Figures:
    return _run(["sh", "-c", "zcat archive/*.warc.gz | sha1sum"], collection.path)


def _index(name: str, collection: Collection) -> Figures:
    for path in collection.indexes.glob("*"):
        path.unlink()
    return _of(name, collection)


def _repair(name: str, collection: Collection) -> Figures:
    with _damaged(collection):
        return _of(name, collection)


def _package(name: str, collection: Collection) -> Figures:
    figures = _of(name, collection)
    collection.wacz.unlink()
    return figures


def _of(name: str, collection: Collection) -> Figures:
    command = [sys.executable, "-W", "ignore", "-m", "scrapy", "collection", name, collection.name]
    return _run([*command, "-s", f"COLLECTIONS_DIR={collection.path.parent}"], collection.path)


_PREPARED: dict[str, Callable[[str, Collection], Figures]] = {
    "index": _index,
    "repair": _repair,
    "wacz": _package,
}


@contextmanager
def _damaged(collection: Collection) -> Iterator[None]:
    """One file with 16 wrong bytes in its middle, for the length of the block."""
    warcs = sorted(collection.archive.glob("*.warc.gz"))
    path = warcs[len(warcs) // 2]
    with path.open("r+b") as file:
        middle = file.seek(path.stat().st_size // 2)
        whole = file.read(16)
        file.seek(middle)
        file.write(bytes(16))
    yield
    kept = path.with_name(path.name + ".damaged")
    kept.replace(path)
    with path.open("r+b") as file:
        file.seek(middle)
        file.write(whole)


def _run(command: list[str], folder: Path) -> Figures:
    spent = measured.run(command, folder, _LIMIT)
    said = (folder / "said.txt").read_text(errors="replace")
    (folder / "said.txt").unlink()
    if spent.status:
        raise SystemExit(f"exit {spent.status} of {command}: {said[-2000:]}")
    return {CPU: spent.cpu, WALL: spent.wall, PEAK: spent.peak / 1e6}


def need_room(folder: Path, wanted: int) -> None:
    """Raises `SystemExit` where the disk has not `wanted` bytes."""
    free = shutil.disk_usage(folder).free
    if free < wanted:
        raise SystemExit(
            f"{folder} has {free / 1e9:.1f} GB free, and {wanted / 1e9:.1f} are needed: "
            "name another --folder, or ask for fewer --gigabytes"
        )
