"""The index over a source, made once: from the indexes that its files have, or from the files.

Lines name their file by its URI, so two files of one name are two, and have the crawl's own keys, since
indexers differ in theirs. What had to be read is kept for each file, so a file more is one file's work.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from crawler.errors import MalformedRecord
from crawler.model.cdxj import CdxjLine
from crawler.model.surt import surt
from pipelines.cdxj import SortedRuns, index_warc
from pipelines.files import replacing
from pipelines.holdings import arc, beside, wacz
from pipelines.holdings.files import File
from pipelines.holdings.index import MADE

INDEX = "index.cdxj"
_LIST = "index.files"
_LOCK = "index.lock"
Tell = Callable[[str], None]


def built(files: Sequence[File], folder: Path, tell: Tell) -> Path:
    """The index over `files` in `folder`, made if it is not there or a file has changed.

    One process makes it, and others wait. Raises `MalformedRecord` and `OSError` where that fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    index, listed = folder / INDEX, folder / _LIST
    with _alone(folder / _LOCK):
        states = {file.where: file.state() for file in files}
        told = json.dumps({File(where).uri: state for where, state in states.items()}, indent=0)
        if not (index.exists() and listed.exists() and listed.read_text("utf-8") == told):
            listed.unlink(missing_ok=True)
            with replacing(index) as out, SortedRuns(folder) as runs:
                for file in files:
                    lines = _Lines(file, folder, states[file.where], tell)
                    runs.add_unsorted(f"{line}\n".encode() for line in lines)
                out.writelines(runs.lines())
            listed.write_text(told, "utf-8")
    return index


class _Lines:
    """The lines of one file of a source."""

    def __init__(self, file: File, folder: Path, state: str, tell: Tell) -> None:
        self._file, self._folder, self._state, self._tell = file, folder, state, tell
        self._bad = 0

    def __iter__(self) -> Iterator[CdxjLine]:
        """From its index, from what was kept of it, or from itself, which is kept."""
        any_line = False
        for line in self._known():
            any_line = True
            yield line
        if self._bad:
            self._tell(f"index of {self._file.uri}: {self._bad} lines are none and were left out")
        if not any_line and not beside.is_index(self._file):
            yield from self._own()

    def _known(self) -> Iterator[CdxjLine]:
        if beside.is_index(self._file):
            lines, uri_of = beside.lines(self._file), beside.named(self._file)
        elif self._file.name.endswith(wacz.ENDING):
            lines, uri_of = wacz.index_lines(self._file), _by_name(wacz.archives(self._file))
        else:
            lines, uri_of = beside.found(self._file), _by_name([self._file])
        for line in lines:
            found = self._parsed(line, uri_of)
            if found is not None:
                yield found

    def _parsed(self, line: bytes, uri_of: Callable[[str], str | None]) -> CdxjLine | None:
        """The line in our manner; None where it is none, or names no file of the source."""
        try:
            found = CdxjLine.parse(line.decode("utf-8", "replace"))
            uri = uri_of(found.fields.get("filename", ""))
            offset, length = int(found.fields["offset"]), int(found.fields.get("length", "-1"))
            key = surt(found.fields["url"])
        except (MalformedRecord, KeyError, ValueError):
            self._bad += 1
            return None
        if uri is None or offset < 0 or len(found.timestamp) != 14:
            self._bad += uri is not None
            return None
        about = {"filename": uri, "offset": str(offset), "length": str(length)}
        return CdxjLine(key, found.timestamp, {**found.fields, **about})

    def _own(self) -> Iterator[CdxjLine]:
        """Read once, and kept in the folder under a name that changes with the file."""
        name = hashlib.sha256(f"{self._file.uri} {self._state}".encode()).hexdigest()[:24]
        kept = self._folder / f"{name}.cdxj"
        if not kept.exists():
            with replacing(kept) as out:
                out.writelines(f"{line}\n".encode() for line in self._read())
        with kept.open("rb") as lines:
            yield from (CdxjLine.parse(line.decode()) for line in lines)

    def _read(self) -> Iterator[CdxjLine]:
        inside = wacz.archives(self._file) if self._file.name.endswith(wacz.ENDING) else [self._file]
        for one in inside:
            self._tell(f"{one.uri} has no index, so it is read once")
            try:
                for line in _indexed(one, self._tell):
                    fields = {**line.fields, "filename": one.uri, MADE: "1"}
                    yield CdxjLine(line.urlkey, line.timestamp, fields)
            except MalformedRecord as error:
                self._tell(f"skipped: {error}")


def members(files: Sequence[File]) -> dict[str, File]:
    """Files that hold records, by URI: those of packages in their place."""
    found: dict[str, File] = {}
    for file in files:
        inside = wacz.archives(file) if file.name.endswith(wacz.ENDING) else [file]
        found |= {one.uri: one for one in inside}
    return found


def _by_name(files: Sequence[File]) -> Callable[[str], str | None]:
    uris = {file.name: file.uri for file in files}
    return lambda name: uris.get(name.rpartition("/")[2])


def _indexed(file: File, tell: Tell) -> Iterator[CdxjLine]:
    index = arc.index_arc if file.name.endswith(arc.ENDINGS) else index_warc
    return index(file, lambda damage: tell(f"skipped: {damage}"))


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """For one process at a time; a killed one leaves no lock."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
