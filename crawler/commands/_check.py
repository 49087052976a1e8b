"""``scrapy collection check``: what is wrong with a collection, or with WARC files of any origin."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from crawler.commands._common import print_json
from crawler.commands._rows import printable
from crawler.commands._watching import Watching
from crawler.errors import CheckFailed
from crawler.model.collection import Collection
from pipelines.check import Counts, Fault, check, check_files
from pipelines.report.crawl import count

_MOST_ALIKE = 20
"""Faults of one kind that are printed for each file."""
_MOST = 1000
"""Faults, and notes, in a JSON document."""


def check_collection(collection: Collection, as_json: bool) -> None:
    """Read all of it; raises `CheckFailed` where something is wrong."""
    counts, watching = Counts(), Watching()
    subject = {"collection": collection.name}
    _tell(check(collection, counts, watching), counts, watching, subject, as_json)
    for name in counts.unfinished:
        print(
            f"{name} is not finished and was not checked: see `scrapy collection repair`",
            file=sys.stderr,
        )
    if counts.faults:
        way_out = "`scrapy collection repair` mends torn files, `scrapy collection index` the index"
        raise CheckFailed(f"{count(counts.faults, 'fault')} in collection {collection.name!r}", way_out)


def check_warcs(files: Sequence[Path], as_json: bool) -> None:
    """The same for files, which are taken together."""
    counts, watching = Counts(), Watching()
    subject = {"paths": [str(file) for file in files]}
    _tell(check_files(files, counts, watching), counts, watching, subject, as_json)
    if counts.faults:
        way_out = "`scrapy collection repair FILE` keeps all records that are whole"
        raise CheckFailed(f"{count(counts.faults, 'fault')} in {count(len(files), 'file')}", way_out)


def _tell(
    faults: Iterable[Fault],
    counts: Counts,
    watching: Watching,
    subject: Mapping[str, object],
    as_json: bool,
) -> None:
    told: dict[bool, list[dict[str, object]]] = {False: [], True: []}
    alike: Counter[tuple[str, str]] = Counter()
    for fault in faults:
        alike[fault.file, fault.what] += 1
        if as_json:
            told[fault.note] += [asdict(fault)] if len(told[fault.note]) < _MOST else []
        elif alike[fault.file, fault.what] <= _MOST_ALIKE:
            watching.clear()
            print(printable(str(fault)))
    watching.clear()
    if as_json:
        print_json({**subject, **asdict(counts), "first_faults": told[False], "first_notes": told[True]})
        return
    for (file, what), number in alike.items():
        if number > _MOST_ALIKE:
            print(f"{file}: {what}: {number - _MOST_ALIKE} more like these")
    print(f"{subject.get('collection', 'in all')}: {_told(counts)}")


def _told(counts: Counts) -> str:
    numbers = {
        "WARC file": counts.files,
        "record": counts.records,
        "capture": counts.captures,
        "index line": counts.index_lines,
        "fault": counts.faults,
        "note": counts.notes,
    }
    return ", ".join(count(number, name) for name, number in numbers.items())
