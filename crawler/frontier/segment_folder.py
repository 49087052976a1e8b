"""``frontier/overflow``: the segments of a collection's queues that lie on this disk.

A file is written whole or not at all, and durably. It is deleted only by what `stale` and the frontier's
registry say together: see `crawler.scheduler.overflow`.
"""

from __future__ import annotations

import time
import uuid
from pathlib import Path

from crawler.errors import MalformedRecord
from crawler.frontier import segment, whole_file
from crawler.frontier.segment import Segment

_SUFFIX = ".seg"
_DAMAGED = ".damaged"
_DRAFTS_KEPT = 3600.0
"""Seconds after which a draft belongs to a writer that was killed."""


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
            whole_file.create(self._place, f"{uuid.uuid4().hex[:16]}\n".encode("ascii"))
            return self._place.read_text("ascii").strip()

    def write(self, written: Segment) -> None:
        """Keep a segment, durably, in the place of an older one of that name."""
        whole_file.write(self._file(written.name), segment.encode(written))

    def read(self, name: str) -> Segment:
        """The segment of that name. Raises `MalformedRecord` where it is damaged or another."""
        found = segment.decode(self._file(name).read_bytes())
        if found.name != name:
            raise MalformedRecord(f"it is the segment {found.name}")
        return found

    def put_aside(self, name: str) -> None:
        """Rename a damaged segment to ``NAME.damaged``, so that it is kept for whoever wants to look."""
        self._file(name).rename(self.path / f"{name}{_DAMAGED}")

    def delete(self, name: str) -> None:
        """Delete a segment; nothing where there is none."""
        self._file(name).unlink(missing_ok=True)

    def names(self) -> list[str]:
        """Every segment that lies here; deletes the drafts that writers which were killed have left."""
        names = []
        for file in self.path.iterdir() if self.path.is_dir() else ():
            if file.suffix == _SUFFIX:
                names.append(file.stem)
            elif file.suffix == ".tmp":
                _delete_old(file)
        return names

    def _file(self, name: str) -> Path:
        return self.path / f"{name}{_SUFFIX}"


def _delete_old(draft: Path) -> None:
    try:
        if time.time() - draft.stat().st_mtime > _DRAFTS_KEPT:
            draft.unlink()
    except FileNotFoundError:
        pass  # its writer, or another worker, was faster
