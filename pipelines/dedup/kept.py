"""Originals as they stand in the collection's files, which others may have cut, replaced or removed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from crawler.errors import MalformedRecord
from crawler.model.collection import OPEN
from crawler.model.message import Message
from crawler.model.original import Original
from crawler.model.timestamp import from_warc_date
from pipelines.records import Record, read_record_at, record_at

_SECOND = timedelta(seconds=1)


class Kept:
    """The WARC files of a collection. One that is still being written is found under either name."""

    def __init__(self, archive: Path) -> None:
        self._archive = archive

    def seen(self, original: Original) -> Original | None:
        """The original with the id and the exact date of its record; None where that is not there.

        Of its block nothing is read. For a foreign one the operator vouches.
        """
        if original.foreign:
            return original
        path = self._archive / original.filename
        record = _record(path, original.offset) or _record(_open(path), original.offset)
        if record is None or record.type != "response" or record.get("WARC-Truncated"):
            return None
        try:
            date = from_warc_date(record.get("WARC-Date"))
        except MalformedRecord:
            return None
        seen = replace(original, record_id=record.get("WARC-Record-ID"), date=date)
        return seen if _is_same(record.uri, seen, original) else None

    def status(self, original: Original) -> int | None:
        """The status of the answer that the record holds; None where it cannot be read."""
        try:
            return Message.read(self.block(original))[0].status
        except (OSError, MalformedRecord):
            return None

    async def seen_whole(self, original: Original) -> Original | None:
        """The same for a record that is there to its end, which is read in a thread."""
        seen = self.seen(original)
        if seen is None or seen.foreign:
            return seen
        return await asyncio.to_thread(self._whole, seen)

    def block(self, original: Original) -> Iterator[bytes]:
        """The block of an original, piece by piece.

        Raises `MalformedRecord` or `OSError`, also on the way, and where the record has no end.
        """
        path = self._archive / original.filename
        with record_at(path if path.exists() else _open(path), original.offset) as record:
            yield from record.block()
            record.finish()

    def _whole(self, original: Original) -> Original | None:
        try:
            pieces = self.block(original)
            head, _ = Message.read(pieces)
            for _ in pieces:
                pass
        except (OSError, MalformedRecord):
            return None
        return replace(original, chunked=head.chunked)


def _is_same(uri: str, seen: Original, told: Original) -> bool:
    """Whether the record is the one that was told of: a repair moves what stands behind damage.

    Without an id an index told of it, to the second.
    """
    if told.record_id:
        return seen.record_id == told.record_id
    return uri.replace(" ", "%20") == told.uri and timedelta() <= seen.date - told.date < _SECOND


def _open(path: Path) -> Path:
    """The name of a file that is still being written."""
    return path.with_name(path.name + OPEN)


def _record(path: Path, offset: int) -> Record | None:
    try:
        return read_record_at(path, offset)
    except (OSError, MalformedRecord, ValueError):  # the last for a name that no file can have
        return None
