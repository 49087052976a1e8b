"""The door: captures of a source found by URI-R and moment, and read by their place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Self

from crawler.errors import MalformedRecord, SettingError
from crawler.model import digest as digests
from crawler.model.capture import Capture
from crawler.model.cdx import CdxCapture, CdxQuery
from crawler.model.collection import Collection
from crawler.model.holdings import Place
from crawler.model.octets import SpoolLimits
from crawler.model.surt import surt
from pipelines.holdings import beside, index
from pipelines.holdings.building import INDEX, built, members
from pipelines.holdings.files import File, expand
from pipelines.holdings.reading import read

_WAY_OUT = "see to the files and try again"


class FileHoldings:
    """Captures in files (`crawler.model.holdings.Holdings`)."""

    def __init__(self, files: list[File], lines: index.Index) -> None:
        self._files = members(files)
        self._indexes = list(filter(beside.is_index, files))
        self._lines = lines
        self._finding = Lock()

    @classmethod
    def open(cls, source: str, folder: Path, tell: Callable[[str], None], agent: str = "") -> Self:
        """The files that `source` names; what has no index is indexed into `folder`, once.

        Raises `SettingError` where there is nothing that can be read.
        """
        try:
            files = expand(source, agent)
            return cls(files, index.Index(built(files, folder, tell)))
        except OSError as error:
            raise SettingError(f"source cannot be read: {error}", _WAY_OUT) from error
        except MalformedRecord as error:
            what = f"source cannot be read: {error.what}"
            raise SettingError(what, error.way_out or _WAY_OUT) from error

    @classmethod
    def of_collection(cls, collection: Collection) -> Self:
        """What a collection has archived itself, by its own merged index. Raises `SettingError`."""
        path = collection.indexes / INDEX
        if not path.is_file():
            raise SettingError(
                f"collection {collection.name!r} has no {INDEX}",
                f"`scrapy collection index {collection.name}` writes it",
            )
        warcs = [*collection.archive.glob("*.warc.gz"), *collection.archive.glob("*.warc")]
        held = cls([], index.Index(path))
        held._files = {warc.name: File(str(warc)) for warc in warcs}
        return held

    def find(self, uri_r: str, moment: datetime | None) -> list[Place]:
        """Answers to a URI-R, nearest to `moment` first, at one distance the older.

        Without a moment the latest comes first.
        """
        with self._finding:
            lines = filter(index.is_answer, self._lines.lines(surt(uri_r)))
            found = [index.place(line) for line in lines]
        if moment is None:
            return found[::-1]
        return sorted(found, key=lambda place: abs(place.moment - moment))

    def lines(self, query: CdxQuery, after: str = "") -> Iterator[tuple[str, CdxCapture]]:
        """The captures that `query` holds, in order of key and moment, each with what resumes behind it.

        Its `collapse` and `limit` are the caller's to apply.
        """
        return self._lines.queried(query, after)

    def read(self, place: Place, limits: SpoolLimits) -> Capture:
        """The capture at a place, a revisit with its original's payload.

        Raises `MalformedRecord` where it cannot be read, and `OSError`.
        """
        return self._read(place, limits, 0)

    def close(self) -> None:
        """Close the index."""
        with self._finding:
            self._lines.close()

    def _read(self, place: Place, limits: SpoolLimits, deep: int) -> Capture:
        def original(uri_r: str, moment: datetime, digest: str) -> Capture:
            return self._read(self._original(place, uri_r, moment, digest, deep), limits, deep + 1)

        return read(place, self._file(place.uri), limits, original)

    def _file(self, uri: str) -> File:
        by_index = (beside.member(one, uri) for one in self._indexes)
        file = self._files.get(uri) or next(filter(None, by_index), None)
        if file is None:
            raise MalformedRecord(f"{uri}: the index names this file, and the source does not")
        return file

    def _original(self, revisit: Place, uri_r: str, moment: datetime, digest: str, deep: int) -> Place:
        """The place of a revisit's original: no revisit, with its digest, nearest to its moment."""
        for place in self.find(uri_r, moment) if deep == 0 else []:
            here = (place.uri, place.offset) == (revisit.uri, revisit.offset)
            if not here and not place.revisit and _may_be_alike(digest, place.digest):
                return place
        raise MalformedRecord(
            f"{revisit.uri}, offset {revisit.offset}: the original of this revisit is not there"
        )


def _may_be_alike(digest: str, other: str) -> bool:
    """Whether two digests do not say that their payloads differ: those of two algorithms cannot."""
    raw, theirs = digests.raw(digest), digests.raw(other)
    return raw is None or theirs is None or len(raw) != len(theirs) or raw == theirs
