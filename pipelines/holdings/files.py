"""Which files a source names, and how they are opened: local paths and globs, folders, URLs.

fsspec opens what is not on this disk (``https://``, ``s3://``) and reads the parts that are asked for.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit, urlunsplit

import fsspec

from crawler.errors import SettingError

ENDINGS = (".warc.gz", ".warc", ".arc.gz", ".arc", ".wacz")
_BLOCK = 1 << 16
"""Bytes that are read at once over a network: most records are shorter."""
_WAY_OUT = "name WARC, ARC or WACZ files: a path, a glob, a folder, https:// or s3://"


@dataclass(frozen=True, slots=True)
class File:
    """A file, or a stretch of one: `length` bytes from `start` on, -1 for all of it."""

    where: str
    """A local path, or a URL."""
    member: str = ""
    """The name of the stretch, if it is a member of a package."""
    start: int = 0
    length: int = -1

    @property
    def name(self) -> str:
        """Its last segment."""
        return (
            self.member or urlsplit(self.where).path if self.remote else self.member or self.where
        ).rpartition("/")[2]

    @property
    def remote(self) -> bool:
        """Whether it is not on this disk."""
        return "://" in self.where

    @property
    def uri(self) -> str:
        """What a record says that it was taken from: no login, no signature, the member as fragment."""
        fragment = f"#{self.member}" if self.member else ""
        if not self.remote:
            return Path(self.where).absolute().as_uri() + fragment
        parts = urlsplit(self.where)
        return (
            urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))
            + fragment
        )

    def state(self) -> str:
        """What changes when the file does: size, and time or tag."""
        if not self.remote:
            found = Path(self.where).stat()
            return f"{found.st_size} {found.st_mtime_ns}"
        told = _file_system(self.where)[0].info(self.where)
        tag = told.get("ETag") or told.get("LastModified") or told.get("Last-Modified") or ""
        return f"{told.get('size')} {tag}"

    def open(self, mode: str = "rb") -> BinaryIO:
        """It, from its beginning. Raises `OSError`, and `SettingError` where a library is missing."""
        if not self.remote:
            file: Any = Path(self.where).open(mode)  # noqa: SIM115
        else:
            system, path = _file_system(self.where)
            file = system.open(path, mode, block_size=_BLOCK, cache_type="readahead")
            if not file.seekable():
                file.close()
                raise SettingError(
                    f"{self.uri}: the server does not answer ranges", "fetch the file first"
                )
            file.name = self.uri
        return file if self.length < 0 else io.BufferedReader(Stretch(file, self))


class Stretch(io.RawIOBase):
    """A stretch of a file as a file of its own."""

    def __init__(self, file: BinaryIO, of: File) -> None:
        super().__init__()
        self.name = of.uri
        self._file, self._start, self._length = file, of.start, of.length
        self._at = 0

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
        self._file.seek(self._start + self._at)
        data = self._file.read(max(0, min(len(buffer), self._length - self._at)))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        """Close the file too."""
        self._file.close()
        super().close()


def expand(source: str) -> list[File]:
    """The files that `source` names, each once, in order: entries are divided by commas.

    Raises `SettingError` where an entry names none.
    """
    found: dict[str, File] = {}
    for entry in filter(None, (part.strip() for part in source.split(","))):
        named = {file.where: file for file in _named(entry)}
        if not named:
            raise SettingError(f"source {_shown(entry)!r} names no file", _WAY_OUT)
        found |= named
    if not found:
        raise SettingError("no source given", _WAY_OUT)
    return list(found.values())


def _named(entry: str) -> Iterator[File]:
    if entry.startswith("file://"):
        entry = unquote(urlsplit(entry).path)
    if "://" not in entry:
        yield from map(File, _local(Path(entry).expanduser()))
    elif any(sign in urlsplit(entry).path for sign in "*["):
        system, path = _file_system(entry)
        scheme = entry.partition("://")[0]
        yield from (
            File(one if "://" in one else f"{scheme}://{one}") for one in sorted(system.glob(path))
        )
    else:
        yield File(entry)


def _local(path: Path) -> list[str]:
    if path.is_dir():
        inside = path / "archive" if (path / "archive").is_dir() else path
        return sorted(str(one) for one in inside.iterdir() if one.name.endswith(ENDINGS))
    if path.is_file():
        return [str(path)]
    found = Path(path.anchor).glob(str(path.relative_to(path.anchor)))
    return sorted(str(one) for one in found if one.name.endswith(ENDINGS))


def _file_system(where: str) -> tuple[Any, str]:
    """Raises `SettingError` where fsspec has none for it."""
    try:
        system, path = fsspec.core.url_to_fs(where)
    except (ImportError, ValueError) as error:
        scheme = where.partition("://")[0]
        raise SettingError(
            f"{scheme}:// cannot be read: {error}", "pip install 'clew[remote]'"
        ) from error
    return system, path


def _shown(entry: str) -> str:
    return entry if "://" not in entry else File(entry).uri
