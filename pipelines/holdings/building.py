"""The index over a source, made once: from the indexes that its files have, or from the files.

Lines name their file by its URI, so two files of one name are two, and have the crawl's own keys, since
indexers differ in theirs. What had to be read is kept for each file, so a file more is one file's work.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from gzip import BadGzipFile
from pathlib import Path
from zipfile import BadZipFile

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
UriOf = Callable[[str], str | None]


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
            lines = _Lines(folder, states, tell).of(files)
            with replacing(index) as out, SortedRuns(folder) as runs:
                runs.add_unsorted(f"{line}\n".encode() for line in lines)
                out.writelines(runs.lines())
            listed.write_text(told, "utf-8")
    return index


class _Lines:
    """The lines of a source."""

    def __init__(self, folder: Path, states: Mapping[str, str], tell: Tell) -> None:
        self._folder, self._states, self._tell = folder, states, tell

    def of(self, files: Sequence[File]) -> Iterator[CdxjLine]:
        """Of each file from its index, from what was kept of it, or from itself, which is kept."""
        known: set[str] = set()
        for known_as, lines, uri_of in _indexes(files):
            for line in self._in_our_manner(known_as, lines, uri_of):
                known.add(line.fields["filename"].partition("#")[0])
                yield line
        for file in files:
            if file.uri not in known and not beside.is_index(file):
                yield from self._own(file)

    def _in_our_manner(self, name: str, lines: Iterator[bytes], uri_of: UriOf) -> Iterator[CdxjLine]:
        bad = 0
        for line in _whole(name, lines):
            try:
                if (found := _converted(line, uri_of)) is not None:
                    yield found
            except (MalformedRecord, KeyError, ValueError):
                bad += 1
        if bad:
            self._tell(f"{name}: {bad} lines are none of a CDXJ index and were left out")

    def _own(self, file: File) -> Iterator[CdxjLine]:
        """Read once, and kept in the folder under a name that changes with the file."""
        name = hashlib.sha256(f"{file.uri} {self._states[file.where]}".encode()).hexdigest()[:24]
        kept = self._folder / f"{name}.cdxj"
        if not kept.exists():
            with replacing(kept) as out:
                out.writelines(f"{line}\n".encode() for line in self._read(file))
        with kept.open("rb") as lines:
            yield from (CdxjLine.parse(line.decode()) for line in lines)

    def _read(self, file: File) -> Iterator[CdxjLine]:
        for one in wacz.archives(file) if file.name.endswith(wacz.ENDING) else [file]:
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


def _indexes(files: Sequence[File]) -> Iterator[tuple[str, Iterator[bytes], UriOf]]:
    """The indexes that are there already: name, lines, and which file a line's filename means."""
    by_index: dict[Path, list[File]] = {}
    for file in files:
        if beside.is_index(file):
            yield file.uri, beside.lines(file), beside.named(file)
        elif file.name.endswith(wacz.ENDING):
            yield file.uri, wacz.index_lines(file), _by_name(wacz.archives(file))
        elif (path := beside.index_of(file)) is not None:
            by_index.setdefault(path, []).append(file)
    for path, indexed in by_index.items():
        index = File(str(path))
        yield index.uri, beside.lines(index), _by_name(indexed)


def _whole(name: str, lines: Iterator[bytes]) -> Iterator[bytes]:
    """Raises `MalformedRecord` where the index breaks off."""
    try:
        yield from lines
    except (EOFError, BadGzipFile, BadZipFile, RuntimeError, zlib.error) as error:
        raise MalformedRecord(f"{name}: the index in it is damaged: {error}", "make it anew") from error


def _converted(line: bytes, uri_of: UriOf) -> CdxjLine | None:
    """The line in our manner; None where it names no file of the source.

    Raises `MalformedRecord`, `KeyError` and `ValueError` where it is none.
    """
    found = CdxjLine.parse(line.decode("utf-8", "replace"))
    uri = uri_of(found.fields["filename"])
    offset, length = int(found.fields["offset"]), int(found.fields.get("length", "-1"))
    if offset < 0 or len(found.timestamp) != 14:
        raise ValueError("no place, or no moment")
    about = {"filename": uri or "", "offset": str(offset), "length": str(length)}
    converted = CdxjLine(surt(found.fields["url"]), found.timestamp, {**found.fields, **about})
    return converted if uri else None


def _by_name(files: Sequence[File]) -> UriOf:
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
