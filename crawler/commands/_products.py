"""``scrapy collection index|wacz|graph|report``: make a product of a collection anew, and say so."""

from __future__ import annotations

import sys

from crawler.commands._common import print_json
from crawler.commands._listing import count_lines
from crawler.commands._watching import Watching
from crawler.config import Config
from crawler.errors import CheckFailed
from crawler.model.collection import Collection
from pipelines import cdxj, coherence, graph, graph_page, report, wacz
from pipelines.files import merging
from pipelines.report.crawl import by_status, count, listed, size


def index_collection(collection: Collection, as_json: bool) -> None:
    """Index what is not indexed yet, and merge. Raises `CheckFailed` where a file is damaged."""
    fresh, damaged, watching = [], 0, Watching()
    with merging(collection):
        for warc, damage in cdxj.index_missing(collection, watching):
            fresh.append(warc.name)
            if damage is not None:
                damaged += 1
                watching.clear()
                print(f"damaged, and indexed without that: {damage}", file=sys.stderr)
        watching.clear()
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


def package_collection(collection: Collection, as_json: bool) -> None:
    """Write the WACZ file."""
    watching = Watching()
    path = wacz.package(collection, watching)
    watching.clear()
    number = path.stat().st_size
    if as_json:
        print_json({"collection": collection.name, "wacz": str(path), "bytes": number})
    else:
        print(f"{path}: {size(number)}; open it at https://replayweb.page")


def merge_graph(
    collection: Collection,
    as_json: bool,
    *,
    read_warcs: bool = False,
    html: bool = False,
    replay: str = "",
) -> None:
    """Write the graph's files; with `read_warcs`, or without any segment, from the WARC files too.

    With `html` the page is written as well; `replay` as `graph_page.write` takes it.
    """
    watching = Watching()
    with merging(collection):
        lost = read_warcs or not graph.segments(collection)
        summary = graph.merge(collection, read_warcs=lost, progress=watching)
        page = graph_page.write(collection, replay) if html else None
    watching.clear()
    if summary.recovered:
        recovered = count(summary.recovered, "page")
        print(f"{recovered} of lost segments recovered from the WARC files", file=sys.stderr)
    if page and page.stories > graph_page.MANY:
        print(f"{count(page.stories, 'story', 'stories')} on one page: it will be slow", file=sys.stderr)
    if as_json:
        drawn = {"html": str(page.path), "bytes": page.size} if page else {}
        print_json({"collection": collection.name, **summary.to_dict(), **drawn})
    else:
        print(f"{collection.graph}: {count(summary.stories, 'story', 'stories')}, ", end="")
        print(f"related links {listed(by_status(summary.links.to_dict()))}")
        if page:
            print(f"{page.path}: {size(page.size)}; open it in a browser, it needs no network")


def report_on(
    collection: Collection, as_json: bool, *, coherence_most: float = Config().coherence_most
) -> None:
    """Write the reports, and show that of the crawl. `coherence_most` is in seconds."""
    with merging(collection):
        told = report.write_again(collection)
        coherence.write(collection, coherence_most)
    if as_json:
        print_json(told.to_dict())
    else:
        print(told.to_text(), end="")
        print(f"\nMore in {collection.reports}")
