"""``frontier/overflow``: files of segments, the parts of long queues that lie on this disk.

A file is written whole or not at all, durably, under a name that no other ever has. It is deleted when
none of its segments is outside any more: see `crawler.scheduler.leftovers`.
"""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

import msgspec

from crawler.errors import MalformedRecord
from crawler.frontier import segment, whole_file
from crawler.frontier.segment import Segment

_SUFFIX = ".seg"
_DAMAGED = ".damaged"
_DRAFTS_KEPT = 3600.0
"""Seconds after which a draft belongs to a writer that was killed."""


class Slice(msgspec.Struct, frozen=True):
    """Where a segment lies in this folder."""

    file: str
    """``PARTITION-ID``."""
    offset: int
    length: int


class SegmentFolder:
    """The folder of one collection, under its folder ``frontier``. Methods raise `OSError`."""

    def __init__(self, frontier: Path) -> None:
        self.path = frontier / "overflow"
        self._place = frontier / "place"

    def place(self) -> str:
        """An id of this folder: workers that have the same one share it, whatever their machines."""
        try:
            return self._place.read_text("ascii").strip()
        except FileNotFoundError:
            whole_file.create(self._place, f"{uuid.uuid4().hex[:12]}\n".encode("ascii"))
            return self._place.read_text("ascii").strip()

    def write(self, partition: int, segments: Sequence[Segment]) -> list[Slice]:
        """Keep segments of a partition in a new file, durably; where each lies."""
        file = f"{partition}-{uuid.uuid4().hex[:12]}"
        packed = [segment.encode(one) for one in segments]
        whole_file.write(self._path(file), b"".join(packed))
        slices, offset = [], 0
        for octets in packed:
            slices.append(Slice(file, offset, len(octets)))
            offset += len(octets)
        return slices

    def read(self, name: str, where: Slice) -> Segment:
        """The segment of that name. Raises `MalformedRecord` where it is damaged or another."""
        with self._path(where.file).open("rb") as file:
            file.seek(where.offset)
            found = segment.decode(file.read(where.length))
        if found.name != name:
            raise MalformedRecord(f"it is the segment {found.name}")
        return found

    def put_aside(self, file: str) -> None:
        """Keep a damaged file as ``FILE.damaged`` too, for whoever wants to look."""
        with contextlib.suppress(FileExistsError):
            (self.path / f"{file}{_DAMAGED}").hardlink_to(self._path(file))

    def delete(self, file: str) -> None:
        """Delete a file; nothing where there is none."""
        self._path(file).unlink(missing_ok=True)

    def files(self) -> list[str]:
        """Every file of segments; deletes the drafts that writers which were killed have left."""
        files = []
        for path in self.path.iterdir() if self.path.is_dir() else ():
            if path.suffix == _SUFFIX:
                files.append(path.stem)
            elif path.suffix == ".tmp":
                _delete_old(path)
        return files

    def _path(self, file: str) -> Path:
        return self.path / f"{file}{_SUFFIX}"


def _delete_old(draft: Path) -> None:
    try:
        if time.time() - draft.stat().st_mtime > _DRAFTS_KEPT:
            draft.unlink()
    except FileNotFoundError:
        pass  # its writer, or another worker, was faster
