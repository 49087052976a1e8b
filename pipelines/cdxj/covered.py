"""Which WARC files ``index.cdxj`` covers, and as they were then: ``indexes/index.files``.

A JSON object a line: the index itself, then each WARC, with size and modification time. So a file that
was replaced or deleted is noticed, and one without a capture is not read again. The list is no truth of
its own: where it is missing, or another index than the one it tells of is there, it is made again from
the lines of the index.
"""

from __future__ import annotations

import json
from collections.abc import Container, Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

from crawler.model.collection import Collection
from pipelines.cdxj.unchanged import filename_in
from pipelines.files import replacing
from pipelines.lines import read_json_lines

MERGED = "index.cdxj"
LIST = "index.files"

State = tuple[int, int]
"""Size in bytes, and modification time in nanoseconds."""


def state_of(path: Path) -> State | None:
    """None where there is no such file."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns


@dataclass(frozen=True, slots=True)
class Covered:
    """The WARCs, by file name, that ``index.cdxj`` covers and that are still as they were."""

    warcs: Mapping[str, State]
    exact: bool
    """Whether the index has their lines and no others, and the list says so."""


def covered(collection: Collection) -> Covered:
    """What the list says, held against the files; without a list, what the lines of the index say."""
    listed = {
        str(line.get("filename")): (line.get("size"), line.get("mtime_ns"))
        for line in read_json_lines(collection.indexes / LIST)
    }
    index = state_of(collection.indexes / MERGED)
    if index is None or listed.pop(MERGED, None) != index:
        return Covered(_remade(collection, index), exact=False)
    there = {name: state_of(collection.archive / name) for name in listed}
    warcs = {name: state for name, state in there.items() if state and state == listed[name]}
    return Covered(warcs, exact=len(warcs) == len(listed))


def write_list(collection: Collection, warcs: Mapping[str, State]) -> None:
    """Say that ``index.cdxj``, as it is now, covers `warcs`."""
    index = state_of(collection.indexes / MERGED)
    assert index is not None
    with replacing(collection.indexes / LIST) as file:
        for name, (size, mtime) in [(MERGED, index), *sorted(warcs.items())]:
            line = json.dumps({"filename": name, "size": size, "mtime_ns": mtime})
            file.write(line.encode() + b"\n")


def lines_for(index: Path, names: Container[str]) -> Generator[bytes, None, None]:
    """The lines of an index that name one of these files."""
    with index.open("rb") as file:
        for line in file:
            if filename_in(line) in names:
                yield line


def _remade(collection: Collection, index: State | None) -> dict[str, State]:
    """From the lines of the index: none where it is not sorted. Files that are newer do not count."""
    if index is None:
        return {}
    names: set[str] = set()
    before = b""
    with (collection.indexes / MERGED).open("rb") as file:
        for line in file:
            if line < before:
                return {}
            before = line
            names.add(filename_in(line))
    found = ((name, state_of(collection.archive / name)) for name in names - {""})
    return {name: state for name, state in found if state and state[1] <= index[1]}
