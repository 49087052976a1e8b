"""Indexes that are there already: beside a file, in ``../indexes``, or named as a source themselves."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from pipelines.holdings.files import File

ENDINGS = (".cdxj", ".cdxj.gz")


def is_index(file: File) -> bool:
    """Whether the file is an index that the operator named."""
    return file.name.endswith(ENDINGS)


def lines(index: File) -> Iterator[bytes]:
    """The lines of an index. Raises `OSError`."""
    with index.open() as opened:
        plain = gzip.GzipFile(fileobj=opened) if index.name.endswith(".gz") else opened
        yield from (line for line in plain if line.strip() and not line.startswith(b"!"))


def named(index: File) -> Callable[[str], str | None]:
    """The URI of a file that a line of `index` names; None where it leads elsewhere."""

    def uri_of(filename: str) -> str | None:
        return _member(index, filename).uri if _is_below(filename) else None

    return uri_of


def member(index: File, uri: str) -> File | None:
    """The file with that URI, if `index` may name it."""
    folder = _member(index, "").uri.removesuffix("/") + "/"
    rest = uri.removeprefix(folder) if uri.startswith(folder) else ""
    found = _member(index, rest) if rest else None
    return found if found is not None and found.uri == uri else None


def index_of(file: File) -> Path | None:
    """An index that lies by a file of this disk, and is not older."""
    if file.remote:
        return None
    path = Path(file.where)
    written = path.stat().st_mtime_ns
    for candidate in _candidates(path):
        if candidate.is_file() and candidate.stat().st_mtime_ns >= written:
            return candidate
    return None


def _candidates(path: Path) -> Iterator[Path]:
    stem = path.name.removesuffix(".gz").removesuffix(".warc").removesuffix(".arc")
    for folder in (path.parent, path.parent.parent / "indexes"):
        for name in (f"{path.name}.cdxj", f"{stem}.cdxj", "index.cdxj"):
            yield folder / name


def _member(index: File, name: str) -> File:
    """The file of that name in the folder of the index, or in ``archive`` beside ``indexes``."""
    folder = index.where.partition("?")[0].rpartition("/")[0] if index.remote else _folder(index)
    parent, _, last = folder.rpartition("/")
    return index.sibling(f"{parent}/archive/{name}" if last == "indexes" else f"{folder}/{name}")


def _folder(index: File) -> str:
    return str(Path(index.where).absolute().parent)


def _is_below(name: str) -> bool:
    """Whether it is a relative name, which stays in its folder."""
    path = PurePosixPath(name)
    return bool(name) and ":" not in name and not path.is_absolute() and ".." not in path.parts
