"""``scrapy collection repair``: mend a collection, or WARC files of any origin."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from crawler.commands._common import print_json
from crawler.commands._rows import printable
from crawler.commands._watching import Watching
from crawler.errors import CheckFailed
from crawler.model.collection import Collection
from pipelines.files import merging
from pipelines.repair import Repaired, repair_collection, repair_file
from pipelines.report.crawl import count

_MOST_HOLES = 20


def mend_collection(collection: Collection, as_json: bool) -> None:
    """Mend what is damaged, and finish what dead workers of this machine left."""
    watching = Watching()
    with merging(collection):
        done = list(repair_collection(collection, socket.gethostname(), watching))
    watching.clear()
    left = sorted(path.name for path in collection.archive.glob("*.open"))
    if as_json:
        finished = [each.path.name for each in done if each.became and not each.records]
        documents = [_document(each) for each in done if each.records or each.left]
        print_json(
            {"collection": collection.name, "finished": finished, "mended": documents, "left": left}
        )
    else:
        _print(done, "finished, and indexed")
        for name in left:
            print(f"{name}: left alone, since its worker is alive or belongs to another machine")
        if not done and not left:
            print(f"{collection.name}: nothing to repair")
    _fail([each for each in done if each.left])


def mend_warcs(files: Sequence[Path], as_json: bool, *, compress: bool) -> None:
    """Mend files; raises `CheckFailed` where one had to be left as it is."""
    watching = Watching()
    done = [repair_file(file, watching, compress=compress) for file in files]
    watching.clear()
    if as_json:
        print_json({"files": [_document(each) for each in done]})
    else:
        _print(done, "nothing to repair")
    _fail([each for each in done if each.left])


def _document(done: Repaired) -> dict[str, object]:
    return {
        "path": str(done.path),
        "records": done.records,
        "became": str(done.became) if done.became else None,
        "damaged": str(done.kept) if done.kept else None,
        "holes": [asdict(hole) for hole in done.holes],
        "left": done.left or None,
    }


def _print(all_done: Iterable[Repaired], otherwise: str) -> None:
    for done in all_done:
        for hole in done.holes[:_MOST_HOLES]:
            inside = f" (at byte {hole.inside} of the member there)" if hole.inside else ""
            where = f"offset {hole.offset}{inside}, {hole.length} bytes"
            print(printable(f"{done.path.name}: damaged at {where}: {hole.reason}"))
        print(printable(f"{done.path.name}: {_became(done) or otherwise}"))


def _became(done: Repaired) -> str:
    if done.left:
        return f"left as it is: {done.left}"
    if not (done.became and done.records):
        return ""
    kept = f"; the damaged file is {done.kept.name} now" if done.kept else ""
    return f"{count(done.records, 'whole record')} written to {done.became.name}{kept}"


def _fail(left: Sequence[Repaired]) -> None:
    if left:
        way_out = "see above; what was not damaged is as it was"
        raise CheckFailed(f"{count(len(left), 'file')} could not be mended", way_out)
