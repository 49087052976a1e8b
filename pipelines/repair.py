"""Damaged WARC files mended, of a collection or of any origin. No whole record is ever lost.

What is damaged is written anew without its holes, and stays as ``NAME.damaged``; records that share gzip
members get one each. Killed at any point, this leaves the old file or the new one.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from glob import escape
from pathlib import Path

from crawler.errors import MalformedRecord
from crawler.model.collection import Collection
from pipelines import cdxj
from pipelines.records import Hole, Progress, Watch
from pipelines.warc.repair import locked, repair
from pipelines.warc.rewriting import Survey, rewrite, survey

logger = logging.getLogger(__name__)

_UNREADABLE = (PermissionError, IsADirectoryError, FileNotFoundError)
"""One file is not there, or not to be read: a link to a disk that is not mounted, a folder."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """What became of one file. Nothing was wrong with it where there is neither `became` nor `left`."""

    path: Path
    records: int = 0
    holes: tuple[Hole, ...] = ()
    """What was damaged: the first thousand."""
    became: Path | None = None
    """The file that its whole records are in now, each one gzip member where it is compressed."""
    kept: Path | None = None
    """The damaged file as it was."""
    left: str = ""
    """Why it was left as it is."""


def repair_file(path: Path, tell: Progress, *, compress: bool = False) -> Repaired:
    """Mend a WARC file of any origin; with `compress` a plain one becomes ``.warc.gz``."""
    try:
        with locked(path) as free:
            if not free:
                return Repaired(path, left="it is being written")
            return _mended(path, lambda offset: tell(path, offset), compress=compress)
    except MalformedRecord as error:
        return Repaired(path, left=str(error).removeprefix(f"{path}: "))
    except _UNREADABLE as error:
        return Repaired(path, left=f"{error.strerror}")


def repair_collection(collection: Collection, host: str, tell: Progress) -> Iterator[Repaired]:
    """Mend the finished files, finish those that dead workers of `host` left, and index what changed.

    Call it in `merging`. Yields what was not in order.
    """
    changed = False
    for path in sorted([*collection.archive.glob("*.warc.gz"), *collection.archive.glob("*.warc")]):
        repaired = repair_file(path, tell)
        changed |= repaired.became is not None
        if repaired.became or repaired.left:
            yield repaired
    for path in mend(collection, host, tell):
        yield Repaired(path, became=path)
    if changed:
        cdxj.merge(collection)


def mend(collection: Collection, host: str | None, progress: Progress = lambda *_: None) -> list[Path]:
    """Finish what dead workers of `host` (None: any) left, and index what has no index.

    Returns the files that were finished. One that cannot be read is named in the log.
    """
    mended = list(repair(collection, host))
    for warc in cdxj.missing(collection):
        try:
            cdxj.write_index(collection, warc, progress)
        except (MalformedRecord, *_UNREADABLE) as error:
            logger.error("not indexed: %s", error)
    return mended


def _mended(path: Path, watch: Watch, *, compress: bool) -> Repaired:
    seen = survey(path, lambda _: None, watch)
    if not seen.records:
        return Repaired(path, holes=tuple(seen.holes), left="there is no whole record in it")
    misnamed = not seen.compressed and path.name.endswith(".gz")
    compress = not seen.compressed and (compress or misnamed)
    if not (seen.holes or seen.shared or compress):
        return Repaired(path, seen.records)
    target = path.with_name(path.name + ".gz") if compress and not misnamed else path
    if target != path and target.exists():
        return Repaired(path, seen.records, tuple(seen.holes), left=f"{target} is there already")
    return _written(path, target, seen, watch, compress=compress)


def _written(path: Path, target: Path, seen: Survey, watch: Watch, *, compress: bool) -> Repaired:
    for draft in path.parent.glob(f".{escape(target.name)}.[0-9]*.tmp"):
        draft.unlink()  # of a killed repair: a living one would hold the lock
    kept = rewrite(path, target, compress=compress, damaged=bool(seen.holes), watch=watch)
    if target != path:
        path.unlink()
    return Repaired(path, seen.records, tuple(seen.holes), target, kept)
