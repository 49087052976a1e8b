"""Which files a source names, and how each is opened: paths and globs, folders, lists, URLs."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

from crawler.errors import SettingError
from pipelines.holdings import remote

ENDINGS = (".warc.gz", ".warc", ".arc.gz", ".arc", ".wacz")
_WAY_OUT = "name WARC, ARC or WACZ files: a path, a glob, a folder, @LIST, https:// or s3://"


@dataclass(frozen=True, slots=True)
class File:
    """A file, or a stretch of one: `length` bytes from `start` on, -1 for all of it."""

    where: str
    """A local path, or a URL."""
    member: str = ""
    """The name of the stretch, if it is a member of a package."""
    start: int = 0
    length: int = -1
    agent: str = ""
    """The User-Agent that a server is shown."""

    @property
    def name(self) -> str:
        """Its last segment."""
        path = urlsplit(self.where).path if self.remote else self.where
        return (self.member or path).rpartition("/")[2]

    @property
    def remote(self) -> bool:
        """Whether it is not on this disk."""
        return "://" in self.where

    @property
    def uri(self) -> str:
        """What a record says that it was taken from: no login, no signature, the member as fragment."""
        found = remote.shown(self.where) if self.remote else Path(self.where).absolute().as_uri()
        return f"{found}#{self.member}" if self.member else found

    def sibling(self, where: str) -> File:
        """Another file, opened as this one."""
        return File(where, agent=self.agent)

    def stretch(self, member: str, start: int, length: int) -> File:
        """A member of it."""
        return replace(self, member=member, start=start, length=length)

    def until(self, end: int) -> File:
        """Its beginning, if that saves a server work."""
        return replace(self, length=end) if self.remote else self

    def state(self) -> str:
        """What changes when the file does: size, and time or tag. Raises `OSError`."""
        if self.remote:
            return remote.state(self.where, self.agent)
        found = Path(self.where).stat()
        return f"{found.st_size} {found.st_mtime_ns}"

    def open(self, mode: str = "rb") -> BinaryIO:
        """It, from its beginning. Raises `OSError`, and `SettingError` where it cannot be."""
        if self.remote:
            end = self.start + self.length if self.length >= 0 else -1
            return io.BufferedReader(Stretch(remote.opened(self.where, self.agent, end), self))
        file: BinaryIO = Path(self.where).open("rb")  # noqa: SIM115
        return file if self.length < 0 else io.BufferedReader(Stretch(file, self))


class Stretch(io.RawIOBase):
    """A stretch of a file as a file of its own."""

    def __init__(self, file: Any, of: File) -> None:
        super().__init__()
        self.name = of.uri
        self._file, self._of, self._at = file, of, 0
        self._length = of.length if of.length >= 0 else file.seek(0, io.SEEK_END)

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As files do."""
        self._at = offset + (0, self._at, self._length)[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        """As files do."""
        with remote.plain_errors(self._of.where):
            self._file.seek(self._of.start + self._at)
            data = self._file.read(max(0, min(len(buffer), self._length - self._at)))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        """Close the file too."""
        self._file.close()
        super().close()


def expand(source: str, agent: str = "") -> list[File]:
    """The files that `source` names, each once, in order: entries are divided by commas.

    Raises `SettingError` where an entry names none, and `OSError`.
    """
    found: dict[str, File] = {}
    for entry in _entries(source):
        named = {where: File(where, agent=agent) for where in _named(entry, agent)}
        if not named:
            shown = remote.shown(entry) if "://" in entry else entry
            raise SettingError(f"source {shown!r} names no file", _WAY_OUT)
        found |= named
    if not found:
        raise SettingError("no source given", _WAY_OUT)
    return list(found.values())


def _entries(source: str) -> Iterator[str]:
    """The entries of a source; ``@LIST`` is a file of them, one a line, ``#`` before remarks."""
    if Path(source).expanduser().exists():
        yield source
        return
    for entry in filter(None, (part.strip() for part in source.split(","))):
        if entry.startswith("@"):
            lines = Path(entry[1:]).expanduser().read_text("utf-8").splitlines()
            yield from (line.strip() for line in lines if line.strip() and not line.startswith("#"))
        else:
            yield entry


def _named(entry: str, agent: str) -> list[str]:
    if entry.startswith("file://"):
        entry = unquote(urlsplit(entry).path)
    if "://" not in entry:
        return _local(Path(entry).expanduser())
    return remote.glob(entry, agent) if any(sign in urlsplit(entry).path for sign in "*[") else [entry]


def _local(path: Path) -> list[str]:
    if path.is_dir():
        inside = path / "archive" if (path / "archive").is_dir() else path
        return sorted(str(one) for one in inside.iterdir() if one.name.endswith(ENDINGS))
    if path.is_file():
        return [str(path)]
    found = Path(path.anchor).glob(str(path.relative_to(path.anchor)))
    return sorted(str(one) for one in found if one.name.endswith(ENDINGS))
