"""A WARC file read record by record: whole gzip members, true digests, links that lead somewhere.

Memory grows with the number of records of one file (their ids), not with their size.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from crawler.model import digest
from pipelines.check.fault import Counts, Fault
from pipelines.check.payload import payload_of
from pipelines.records import Damage, Hole, Record, walk

_MANDATORY = ("WARC-Type", "WARC-Record-ID", "WARC-Date")


def check_warc(path: Path, counts: Counts) -> Iterator[Fault]:
    """The faults of one file; reading ends at the first record that cannot be read."""
    links = _Links()
    number = 0
    for record in walk(path):
        if isinstance(record, Hole):
            yield Fault(path.name, record.offset, record.reason)
            continue
        number += 1
        counts.captures += record.type in ("response", "revisit")
        links.note(record)
        for what in _faults(record, first=number == 1):
            yield Fault(path.name, record.offset, what)
    if not number:
        yield Fault(path.name, -1, "no record")
    for offset, target in links.dangling():
        yield Fault(path.name, offset, f"WARC-Concurrent-To names no record of the file: {target}")
    counts.records += number


def _faults(record: Record, *, first: bool) -> Iterator[str]:
    if first and record.type != "warcinfo":
        yield "the first record is no warcinfo"
    for name in _MANDATORY:
        if not record.get(name):
            yield f"no {name}"
    try:
        yield from _digest_faults(record)
        record.finish()
    except Damage:
        return
    yield from record.odd


def _digest_faults(record: Record) -> Iterator[str]:
    block = _Watched(record.block(), record.get("WARC-Block-Digest"))
    payload_digest = record.get("WARC-Payload-Digest")
    if record.type == "response" and payload_digest:
        payload = _Watched(payload_of(block), payload_digest)
        payload.exhaust()
        if not payload.true:
            yield f"WARC-Payload-Digest is {payload_digest}, which the payload is not"
    block.exhaust()
    if not block.true:
        yield f"WARC-Block-Digest is {block.labelled}, which the block is not"


class _Watched:
    """Pieces on their way through, and whether all of them together have the digest told."""

    def __init__(self, pieces: Iterable[bytes], labelled: str) -> None:
        self._pieces = iter(pieces)
        self.labelled = labelled
        self._algorithm = labelled.partition(":")[0].lower()
        known = self._algorithm in digest.ALGORITHMS
        self._hash = hashlib.new(self._algorithm, usedforsecurity=False) if known else None

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            if self._hash is not None:
                self._hash.update(piece)
            yield piece

    def exhaust(self) -> None:
        """Let pass what is still to come."""
        for _ in self:
            pass

    @property
    def true(self) -> bool:
        """True as well where no digest is told, or one of an algorithm that is not known."""
        return self._hash is None or digest.matches(self.labelled, self._algorithm, self._hash.digest())


class _Links:
    """The ids of a file's records, and the Concurrent-To links that wait for theirs."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._waiting: dict[str, int] = {}

    def note(self, record: Record) -> None:
        own = record.get("WARC-Record-ID")
        self._ids.add(own)
        self._waiting.pop(own, None)
        for target in record.get_all("WARC-Concurrent-To"):
            if target not in self._ids:
                self._waiting.setdefault(target, record.offset)

    def dangling(self) -> Iterator[tuple[int, str]]:
        return ((offset, target) for target, offset in self._waiting.items())
