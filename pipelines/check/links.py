"""Records that name each other, in constant memory.

Each record leaves a line under its id, and each field that names a record a line under that id. The
lines are sorted on disk, so whoever names a record comes right behind it, whatever lies between
them in the files. A bounded window would do for the records of one exchange, but neither for revisits,
whose originals may stand in another file, nor for ids that come twice.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple, Self

from pipelines.cdxj.sorting import SortedRuns
from pipelines.check.fault import Fault, Finding
from pipelines.records import Record

_DIGITS = re.compile(r"\D")
_THERE, _NAMED, _OF_WARCINFO, _ORIGINAL, _ORIGINAL_ELSEWHERE, _ABOUT = "0", "1", "2", "3", "4", "5"
_MOST = 100
"""Captures of one URI in one second that are told apart."""
_EXCHANGE = {"request", "response", "revisit"}


class _Row(NamedTuple):
    """A record that is there, or one that names it: by its id, or by its URI and second."""

    key: str
    role: str
    type: str
    date: str
    uri: str
    digest: str
    told: str
    """URI and second that a revisit says of its original."""
    file: str
    offset: str

    def line(self) -> bytes:
        return "\t".join(" ".join(value.split()) for value in self).encode("utf-8", "replace") + b"\n"

    @classmethod
    def parse(cls, line: bytes) -> _Row:
        return cls(*line[:-1].decode().split("\t"))

    @property
    def moment(self) -> str:
        return _moment(self.uri, self.date)

    def fault(self, what: str, detail: str = "", *, note: bool = False) -> Fault:
        return Fault.of(self.file, int(self.offset), Finding(what, detail, note))


class Links:
    """Takes every record; then tells the links that lead nowhere, or to what they may not.

    With `complete`, all records that may be named are here: a revisit whose original is not is a fault,
    else a note. A context manager, which holds unnamed files.
    """

    def __init__(self, *, complete: bool) -> None:
        self._complete = complete
        self._runs = SortedRuns(Path(tempfile.gettempdir()))
        self._warcinfo = ""

    def __enter__(self) -> Self:
        self._runs.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._runs.__exit__(None, None, None)

    def note(self, record: Record, file: str) -> None:
        """Remember a record."""
        self._runs.add_unsorted(row.line() for row in self._rows(record, file))

    def faults(self) -> Iterator[Fault]:
        """What is wrong with the links, in the order of what is named."""
        rows = map(_Row.parse, self._runs.lines())
        for _, group in groupby(rows, key=lambda row: row.key):
            yield from self._judged(group)

    def _rows(self, record: Record, file: str) -> Iterator[_Row]:
        told = _moment(record.get_uri("WARC-Refers-To-Target-URI"), record.get("WARC-Refers-To-Date"))
        about = (
            record.type,
            record.get("WARC-Date"),
            record.uri,
            record.get("WARC-Payload-Digest"),
            told,
        )
        where = (file, str(record.offset))
        if record.id:
            yield _Row("i" + record.id, _THERE, *about, *where)
        if record.type in ("response", "resource", "revisit"):
            yield _Row("u" + _moment(record.uri, record.get("WARC-Date")), _THERE, *about, *where)
        for target in record.get_all("WARC-Concurrent-To"):
            yield _Row("i" + target.strip("<>"), _NAMED, *about, *where)
        warcinfo = record.get_uri("WARC-Warcinfo-ID")
        if warcinfo and warcinfo != self._warcinfo:
            self._warcinfo = warcinfo
            yield _Row("i" + warcinfo, _OF_WARCINFO, *about, *where)
        if record.type in ("metadata", "conversion") and (about_id := record.get_uri("WARC-Refers-To")):
            yield _Row("i" + about_id, _ABOUT, *about, *where)
        if record.type == "revisit":
            if told:
                yield _Row("u" + told, _ORIGINAL, *about, *where)
            if refers := record.get_uri("WARC-Refers-To"):
                yield _Row("i" + refers, _ORIGINAL_ELSEWHERE if told else _ORIGINAL, *about, *where)

    def _judged(self, group: Iterator[_Row]) -> Iterator[Fault]:
        """The rows of one id, or of one URI and second: first what is there, then who names it."""
        there: list[_Row] = []
        for row in group:
            if row.role != _THERE:
                yield from self._named(row, _meant(row, there))
                continue
            if there and row.key.startswith("i"):
                where = f"{there[0].file}, {there[0].offset}"
                yield row.fault("WARC-Record-ID is that of another record", where)
            elif len(there) < _MOST:
                there.append(row)

    def _named(self, row: _Row, there: _Row | None) -> Iterator[Fault]:
        name = row.key[1:]
        if row.role in (_ORIGINAL, _ORIGINAL_ELSEWHERE):
            yield from self._original(row, there)
        elif row.role == _OF_WARCINFO:
            if there is None or there.type != "warcinfo":
                yield row.fault("WARC-Warcinfo-ID names no warcinfo", name, note=not self._complete)
        elif row.role == _ABOUT:
            if there is None:
                yield row.fault("WARC-Refers-To names no record", name, note=not self._complete)
        elif there is None:
            yield row.fault("WARC-Concurrent-To names no record", name)
        elif there.date != row.date:
            yield row.fault("records of one capture differ in WARC-Date", f"{row.date}, {there.date}")
        elif {there.type, row.type} <= _EXCHANGE and there.uri != row.uri:
            yield row.fault(
                "records of one exchange differ in WARC-Target-URI", f"{row.uri}, {there.uri}"
            )

    def _original(self, row: _Row, there: _Row | None) -> Iterator[Fault]:
        name = row.key[1:]
        if there is None:
            if row.role == _ORIGINAL:
                yield row.fault("the original of a revisit is not here", name, note=not self._complete)
        elif there.type == "revisit":
            yield row.fault("a revisit of a revisit", name)
        elif row.told and there.moment != row.told:
            yield row.fault("WARC-Refers-To and the URI and date beside it name two records", name)
        elif _differ(row.digest, there.digest):
            yield row.fault("a revisit has not the payload digest of its original", name)


def _meant(row: _Row, there: list[_Row]) -> _Row | None:
    """Of several captures of a URI in one second the one with that payload, and no revisit."""
    found = [one for one in there if one.type != "revisit"] or there
    return next((one for one in found if not _differ(row.digest, one.digest)), next(iter(found), None))


def _moment(uri: str, date: str) -> str:
    """A URI and its second, which is how viewers find an original; empty where one is missing."""
    return f"{uri} {_DIGITS.sub('', date)[:14]}" if uri and date else ""


def _differ(one: str, other: str) -> bool:
    """Whether two digests of one algorithm and spelling differ; any others cannot be compared."""
    (label, _, value), (label_2, _, value_2) = one.lower().partition(":"), other.lower().partition(":")
    return label == label_2 and len(value) == len(value_2) and value != value_2
