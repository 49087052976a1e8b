"""A frontier as a file: what its lines are, how they are written, and how they are read.

The file is gzip (RFC 1952) of JSON lines (RFC 8259), each an object with a ``kind``: one `Header`, then
hosts before all that waits at them, then the others in any order, then one `End`, which says how many
lines there are: so a file that was cut is known as such, one that was damaged by gzip's checksum. Octets
are base64 (RFC 4648). Moments are milliseconds since 1970 of the server's clock.
"""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from crawler.errors import CheckFailed, SettingError
from crawler.frontier.item import Item

_LEVEL = 2
FORMAT = 1
"""The version of this file; another is refused."""


class Header(msgspec.Struct, tag_field="kind", tag="frontier", kw_only=True):
    """The first line."""

    format: int = FORMAT
    clew: str
    layout: int
    """Of the keys that it was read from."""
    collection: str
    generation: str
    exported: str
    """When, as a WARC-Date."""
    partitions: int
    hold: int
    """Until when nothing may be claimed."""
    counters: dict[str, int]
    fields: dict[str, int]
    """The limits of the crawl and what else its first key holds."""


class HostLine(msgspec.Struct, tag_field="kind", tag="host"):
    """A host or a shared clock: what outlives the URLs that wait there."""

    name: str
    clock: str
    """Its own name, or the clock that it shares."""
    fields: dict[str, str]


class Waiting(msgspec.Struct, tag_field="kind", tag="queue"):
    """A URL that waits; one on lease waits at the head, until after its lease would have run out."""

    host: str
    clock: str
    priority: int
    attempts: int
    expiries: int
    item: Item
    side: str = "tail"
    held: int = 0
    """Until when its host rests, where it was on lease."""


class DeadLine(msgspec.Struct, tag_field="kind", tag="dead"):
    """A URL that was given up."""

    reason: str
    host: str
    clock: str
    priority: int
    at: int
    item: Item


class SeedLine(msgspec.Struct, tag_field="kind", tag="seed"):
    """A seed."""

    partition: int
    uri: str
    state: str
    passed: int
    """When its last pass began or ended; 0: never."""


class DueLine(msgspec.Struct, tag_field="kind", tag="due"):
    """A page that will be due again."""

    fingerprint: str
    at: int
    host: str
    clock: str
    priority: int
    item: Item


class Seen(msgspec.Struct, tag_field="kind", tag="seen"):
    """Fingerprints, sorted, in eight octets each, the highest first."""

    partition: int
    fingerprints: bytes


class End(msgspec.Struct, tag_field="kind", tag="end"):
    """The last line."""

    lines: int
    """With the header, without this one."""


Line = HostLine | Waiting | DeadLine | SeedLine | DueLine | Seen


class _Version(msgspec.Struct, tag_field="kind", tag="frontier"):
    """What the header of every version has."""

    format: int


_VERSION = msgspec.json.Decoder(_Version)
_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Header | Line | End)


class Writer:
    """Writes a file, whole or not at all: it has its name only once `finish` was called."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = 0
        self._draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        self._raw = self._draft.open("wb")
        self._file = gzip.GzipFile("", "wb", _LEVEL, self._raw)

    def write(self, line: Header | Line | End) -> None:
        """One line more. Raises `OSError`."""
        self._file.write(_ENCODER.encode(line) + b"\n")
        self.lines += 1

    def finish(self) -> None:
        """The end of the file, durable under its name. Raises `OSError`."""
        self.write(End(self.lines))
        self._file.close()
        self._raw.flush()
        os.fsync(self._raw.fileno())
        self._raw.close()
        self._draft.replace(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._raw.close()
        self._draft.unlink(missing_ok=True)


def read(path: Path) -> Generator[Header | Line, None, None]:
    """The header, then the lines. Raises `SettingError` where there is no such file.

    Raises `CheckFailed` where it is none of these, of an unknown version, cut or damaged; what was
    yielded before is then worth nothing.
    """
    try:
        with path.open("rb") as raw, gzip.open(raw, "rb") as file:
            yield from _lines(path, file)
    except (EOFError, zlib.error, gzip.BadGzipFile, msgspec.DecodeError) as error:
        raise damaged(path, str(error)) from error
    except OSError as error:
        raise SettingError(f"{path} cannot be read: {error.strerror}", "name an export") from error


def header_of(path: Path) -> Header:
    """The header alone, of a file that may still prove damaged. Raises as `read` does."""
    with closing(read(path)) as lines:
        header = next(lines)
    assert isinstance(header, Header)
    return header


def _lines(path: Path, file: gzip.GzipFile) -> Iterator[Header | Line]:
    for lines, text in enumerate(file):
        if lines == 0:
            _check_version(path, text)
        line = _DECODER.decode(text)
        if isinstance(line, End):
            if line.lines != lines or file.read(1):
                raise damaged(path, f"it has {lines} lines and should have {line.lines}")
            return
        if isinstance(line, Header) != (lines == 0):
            raise damaged(path, "its header is missing, or is not where it should be")
        yield line
    raise damaged(path, "its end is missing")


def _check_version(path: Path, text: bytes) -> None:
    version = _VERSION.decode(text).format
    if version != FORMAT:
        raise CheckFailed(
            f"{path} has version {version} of the format, this version of Clew reads {FORMAT}",
            "import it with the version that wrote it",
        )


def damaged(path: Path, why: str) -> CheckFailed:
    """The error for a file of which nothing may be imported."""
    return CheckFailed(
        f"{path} is no whole export of a frontier: {why}", "nothing was imported; export it again"
    )
