"""``scrapy collection ...``: look at collections, check, index, package, export and repair them."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping

from scrapy.commands import ScrapyCommand

from crawler.commands._check import check_collection, check_warcs
from crawler.commands._common import ClewCommand, add_json_option, words
from crawler.commands._drawn import add_graph_options, check_graph_options, viewer_address
from crawler.commands._listing import describe, table
from crawler.commands._meant import files_meant
from crawler.commands._products import (
    index_collection,
    merge_graph,
    package_collection,
    report_on,
)
from crawler.commands._repair import mend_collection, mend_warcs
from crawler.commands._versions import add_versions_options, check_versions_options, show_versions
from crawler.errors import UsageError
from crawler.model.collection import Collection

_LATER = ("qa", "exclude", "purge")
_OF_FILES = ("check", "repair")
_MOST_WORDS = 1 << 20


class Command(ClewCommand, ScrapyCommand):
    """One subcommand a product; see `_ACTIONS`."""

    def syntax(self) -> str:
        """What follows the command's name."""
        words = f"list|{'|'.join(_ACTIONS)} [NAME] [--json]"
        return f"{words}, versions NAME URL, or {'|'.join(_OF_FILES)} FILE..."

    def short_desc(self) -> str:
        """One line for ``scrapy -h``."""
        return "Look at collections; check, index, package, export, report on or repair one"

    def add_options(self, parser: ArgumentParser) -> None:
        """``--json``, ``--compress``, and those of the graph."""
        super().add_options(parser)
        add_json_option(parser)
        parser.add_argument(
            "--compress", action="store_true", help="repair: make .warc.gz of an uncompressed FILE"
        )
        add_graph_options(parser)
        add_versions_options(parser)

    def execute(self, args: list[str], opts: Namespace) -> None:
        """The first word says what to do, the others with which collection or WARC files."""
        action, *names = words(args, _MOST_WORDS) or [""]
        files = files_meant(names) if action in _OF_FILES else []
        if opts.compress and not (files and action == "repair"):
            raise UsageError("--compress is for `collection repair FILE`", "leave it out")
        check_graph_options(action, opts)
        check_versions_options(action, opts)
        if files and action == "check":
            check_warcs(files, opts.json)
        elif files:
            mend_warcs(files, opts.json, compress=opts.compress)
        elif action == "versions":
            self._versions(words(names, 2), opts)
        else:
            self._of_collection(action, words(names, 1), opts)

    def _of_collection(self, action: str, names: list[str], opts: Namespace) -> None:
        if action in _LATER:
            self.fail(
                UsageError(f"`collection {action}` is not there yet", "it comes with a later version")
            )
        elif action == "list" and not names:
            list_collections(Collection.all(self.config().collections_dir), as_json=opts.json)
        elif action == "graph":
            replay = viewer_address(opts.replay)
            meant = self.collection(next(iter(names), None))
            merge_graph(meant, opts.json, read_warcs=opts.rebuild, html=opts.html, replay=replay)
        elif action == "report":
            meant = self.collection(next(iter(names), None))
            report_on(meant, opts.json, coherence_most=self.config().coherence_most)
        elif action in _ACTIONS:
            _ACTIONS[action](self.collection(next(iter(names), None)), opts.json)
        else:
            raise UsageError(f"{action or 'no word'!r} is no subcommand", f"write {self.syntax()}")

    def _versions(self, names: list[str], opts: Namespace) -> None:
        if len(names) != 2:
            raise UsageError(
                "versions takes a collection and an address", "collection versions NAME URL"
            )
        show_versions(self.collection(names[0]), self.config(), names[1], opts)


def list_collections(collections: list[Collection], *, as_json: bool) -> None:
    """Name, stories, captures, size and last crawl of each; as JSON one object a line."""
    rows = [describe(collection) for collection in collections]
    if as_json:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False))
    else:
        print(table(rows) if rows else "no collection yet")


_ACTIONS: Mapping[str, Callable[[Collection, bool], None]] = {
    "check": check_collection,
    "index": index_collection,
    "repair": mend_collection,
    "wacz": package_collection,
    "graph": merge_graph,
    "report": report_on,
}
