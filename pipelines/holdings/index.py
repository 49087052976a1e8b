"""Where captures lie: one sorted CDXJ over all files of a source, made once from what indexes there are.

A file's own index is taken where it lies beside it, in ``../indexes`` or in its package; any other file
is read once. The lines name files by their URI, so two files of one name are two.
"""

from __future__ import annotations

import fcntl
import json
import mmap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from crawler.errors import MalformedRecord
from crawler.model.cdxj import CdxjLine
from pipelines.cdxj import SortedRuns, index_warc
from pipelines.files import replacing
from pipelines.holdings import arc, wacz
from pipelines.holdings.files import File

INDEX = "index.cdxj"
_LIST = "index.files"
_LOCK = "index.lock"
Tell = Callable[[str], None]


class Index:
    """The lines of a sorted CDXJ file, found by their key."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            size = path.stat().st_size
            self._lines = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) if size else b""

    def lines(self, urlkey: str) -> Iterator[CdxjLine]:
        """The lines of one key, oldest first."""
        begin = f"{urlkey} ".encode()
        at = self._first(begin)
        while at < len(self._lines):
            end = self._end(at)
            line = self._lines[at:end]
            if not line.startswith(begin):
                return
            yield CdxjLine.parse(line.decode())
            at = end

    def close(self) -> None:
        """Close the file."""
        if isinstance(self._lines, mmap.mmap):
            self._lines.close()

    def _first(self, begin: bytes) -> int:
        """The offset of the first line that is not less than `begin`, by bisection of bytes."""
        low, high = 0, len(self._lines)
        while low < high:
            middle = self._begin((low + high) // 2)
            if self._lines[middle : middle + len(begin)] < begin:
                low = self._end(middle)
            else:
                high = middle
        return low

    def _begin(self, at: int) -> int:
        return self._lines.rfind(b"\n", 0, at) + 1

    def _end(self, at: int) -> int:
        found = self._lines.find(b"\n", at)
        return len(self._lines) if found < 0 else found + 1


def built(files: Sequence[File], folder: Path, tell: Tell) -> Path:
    """The index over `files` in `folder`, made if it is not there or a file has changed.

    One process makes it, and others wait. Raises `MalformedRecord` where no file can be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    index, listed = folder / INDEX, folder / _LIST
    states = json.dumps({file.where: file.state() for file in files}, indent=0)
    with _alone(folder / _LOCK):
        if not (index.exists() and listed.exists() and listed.read_text("utf-8") == states):
            with replacing(index) as out, SortedRuns(folder) as runs:
                for file in files:
                    runs.add_unsorted(f"{line}\n".encode() for line in _lines_of(file, tell))
                out.writelines(runs.lines())
            listed.write_text(states, "utf-8")
    return index


def members(files: Sequence[File]) -> dict[str, File]:
    """Files that hold records, by URI: those of packages in their place."""
    found: dict[str, File] = {}
    for file in files:
        inside = wacz.archives(file) if file.name.endswith(wacz.ENDING) else [file]
        found |= {one.uri: one for one in inside}
    return found


def _lines_of(file: File, tell: Tell) -> Iterator[CdxjLine]:
    """The lines of one file, naming it by its URI."""
    package = file.name.endswith(wacz.ENDING)
    by_name = {one.name: one.uri for one in (wacz.archives(file) if package else [file])}
    told = wacz.index_lines(file) if package else _beside(file)
    any_line = False
    for line in _parsed(told, file, tell):
        uri = by_name.get(line.fields.get("filename", "").rpartition("/")[2])
        if uri is not None:
            any_line = True
            yield _naming(line, uri)
    if not any_line:
        for one in wacz.archives(file) if package else [file]:
            tell(f"{one.uri} has no index, so it is read once")
            for line in _read(one, tell):
                yield _naming(line, one.uri)


def _naming(line: CdxjLine, uri: str) -> CdxjLine:
    return CdxjLine(line.urlkey, line.timestamp, {**line.fields, "filename": uri})


def _read(file: File, tell: Tell) -> Iterator[CdxjLine]:
    try:
        if file.name.endswith(arc.ENDINGS):
            yield from arc.index_arc(file)
        else:
            yield from index_warc(file, lambda damage: tell(f"skipped: {damage}"))
    except MalformedRecord as error:
        tell(f"skipped: {error}")


def _beside(file: File) -> Iterator[bytes]:
    """The lines of an index that is there already; none where the file is newer than it."""
    if file.remote or file.member:
        return
    path = Path(file.where)
    stem = path.name.removesuffix(".gz").removesuffix(".warc").removesuffix(".arc")
    folders = (path.parent, path.parent.parent / "indexes")
    names = (f"{path.name}.cdxj", f"{stem}.cdxj", INDEX)
    for candidate in (folder / name for folder in folders for name in names):
        if candidate.is_file() and candidate.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            marked = f'"{path.name}"'.encode()
            with candidate.open("rb") as lines:
                yield from (line for line in lines if marked in line)
            return


def _parsed(lines: Iterator[bytes], file: File, tell: Tell) -> Iterator[CdxjLine]:
    for line in lines:
        try:
            yield CdxjLine.parse(line.decode("utf-8", "replace"))
        except MalformedRecord as error:
            tell(f"index of {file.uri}: {error}")


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """For one process at a time; a killed one leaves no lock."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
