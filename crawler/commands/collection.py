"""``scrapy collection ...``: look at collections, check, index, package, export and repair them."""

from __future__ import annotations

import json
import socket
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from dataclasses import asdict

from scrapy.commands import ScrapyCommand

from crawler.commands._common import ClewCommand, add_json_option, print_json, words
from crawler.commands._listing import count_lines, describe, table
from crawler.errors import CheckFailed, UsageError
from crawler.model.collection import Collection
from pipelines import cdxj, graph, report, wacz
from pipelines.check import Counts, check
from pipelines.files import merging
from pipelines.report.crawl import count, listed, size
from pipelines.sink import mend

_LATER = ("qa", "exclude", "purge", "versions")
_MOST_FAULTS = 1000


class Command(ClewCommand, ScrapyCommand):
    """One subcommand a product; see `_ACTIONS`."""

    def syntax(self) -> str:
        """What follows the command's name."""
        return f"list|{'|'.join(_ACTIONS)} [NAME] [--json]"

    def short_desc(self) -> str:
        """One line for ``scrapy -h``."""
        return "Look at collections; check, index, package, export, report on or repair one"

    def add_options(self, parser: ArgumentParser) -> None:
        """``--json``."""
        super().add_options(parser)
        add_json_option(parser)

    def execute(self, args: list[str], opts: Namespace) -> None:
        """The first word says what to do, the second with which collection."""
        action, *names = words(args, 2) or [""]
        if action in _LATER:
            self.fail(
                UsageError(f"`collection {action}` is not there yet", "it comes with a later version")
            )
        elif action == "list" and not names:
            list_collections(Collection.all(self.config().collections_dir), as_json=opts.json)
        elif action in _ACTIONS:
            _ACTIONS[action](self.collection(next(iter(names), None)), opts.json)
        else:
            raise UsageError(f"{action or 'no word'!r} is no subcommand", f"write {self.syntax()}")


def list_collections(collections: list[Collection], *, as_json: bool) -> None:
    """Name, stories, captures, size and last crawl of each; as JSON one object a line."""
    rows = [describe(collection) for collection in collections]
    if as_json:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False))
    else:
        print(table(rows) if rows else "no collection yet")


def check_collection(collection: Collection, as_json: bool) -> None:
    """Read all of it; raises `CheckFailed` where something is wrong."""
    counts = Counts()
    told: list[dict[str, object]] = []
    for fault in check(collection, counts):
        if not as_json:
            print(fault)
        elif len(told) < _MOST_FAULTS:
            told.append(asdict(fault))
    if as_json:
        numbers = asdict(counts) | {"faults": counts.faults}
        print_json({"collection": collection.name, **numbers, "first_faults": told})
    else:
        print(f"{collection.name}: {_told(counts)}")
    for name in counts.unfinished:
        print(
            f"{name} is not finished and was not checked: see `scrapy collection repair`",
            file=sys.stderr,
        )
    if counts.faults:
        way_out = "`scrapy collection repair` mends torn files, `scrapy collection index` the index"
        raise CheckFailed(f"{count(counts.faults, 'fault')} in collection {collection.name!r}", way_out)


def _told(counts: Counts) -> str:
    numbers = {
        "WARC file": counts.files,
        "record": counts.records,
        "capture": counts.captures,
        "index line": counts.index_lines,
        "fault": counts.faults,
    }
    return ", ".join(count(number, name) for name, number in numbers.items())


def index_collection(collection: Collection, as_json: bool) -> None:
    """Index what is not indexed yet, and merge. Raises `CheckFailed` where a file is damaged."""
    fresh, damaged = [], 0
    with merging(collection):
        for warc, damage in cdxj.index_missing(collection):
            fresh.append(warc.name)
            if damage is not None:
                damaged += 1
                print(f"damaged, and indexed without that: {damage}", file=sys.stderr)
        path = cdxj.merge(collection)
    captures = count_lines([path])
    if as_json:
        document = {"index": str(path), "captures": captures, "newly_indexed": fresh}
        print_json({"collection": collection.name, **document})
    else:
        print(f"{path}: {count(captures, 'capture')}, {count(len(fresh), 'WARC file')} newly indexed")
    if damaged:
        way_out = "`scrapy collection check` shows all of it, `repair` what can be done"
        raise CheckFailed(f"{count(damaged, 'WARC file')} of {collection.name!r} damaged", way_out)


def repair_collection(collection: Collection, as_json: bool) -> None:
    """Finish the files that dead workers of this machine left; those of others only their own may."""
    with merging(collection):
        mended = [path.name for path in mend(collection, socket.gethostname())]
    left = sorted(path.name for path in collection.archive.glob("*.open"))
    if as_json:
        print_json({"collection": collection.name, "finished": mended, "left": left})
        return
    for name in mended:
        print(f"{name}: finished, and indexed")
    for name in left:
        print(f"{name}: left alone, since its worker is alive or belongs to another machine")
    if not mended and not left:
        print(f"{collection.name}: nothing to repair")


def package_collection(collection: Collection, as_json: bool) -> None:
    """Write the WACZ file."""
    path = wacz.package(collection)
    number = path.stat().st_size
    if as_json:
        print_json({"collection": collection.name, "wacz": str(path), "bytes": number})
    else:
        print(f"{path}: {size(number)}; open it at https://replayweb.page")


def merge_graph(collection: Collection, as_json: bool) -> None:
    """Write the graph's files."""
    with merging(collection):
        summary = graph.merge(collection)
    if as_json:
        print_json({"collection": collection.name, **asdict(summary)})
    else:
        print(f"{collection.graph}: {count(summary.stories, 'story', 'stories')}, ", end="")
        print(f"related links {listed(summary.statuses)}")


def report_on(collection: Collection, as_json: bool) -> None:
    """Write the reports, and show that of the crawl."""
    with merging(collection):
        told = report.write_again(collection)
    if as_json:
        print_json(told.to_dict())
    else:
        print(told.to_text(), end="")
        print(f"\nMore in {collection.reports}")


_ACTIONS: Mapping[str, Callable[[Collection, bool], None]] = {
    "check": check_collection,
    "index": index_collection,
    "repair": repair_collection,
    "wacz": package_collection,
    "graph": merge_graph,
    "report": report_on,
}
