"""What a page costs beside its capture: its line in the segment, and its record in the WARC."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from benchmarks.capture.figures import Benchmark, Figures
from benchmarks.capture.page import page
from benchmarks.graph import made
from crawler.config import Config
from crawler.model.capture import Capture
from crawler.model.collection import Collection
from crawler.model.octets import Octets
from crawler.model.story import StoryPage
from pipelines.sink import CollectionSink

CPU = "CPU us a page"
ALONE = "capture alone"
LINKS, REJECTED = 8, 100


def benchmark(folder: Path, pages: int, runs: int) -> Benchmark:
    """Captures alone, then with what is told of each page."""
    one = Benchmark(f"{pages} pages of {LINKS} related links, {REJECTED} others", CPU, ALONE)
    measure = partial(_measured, folder, pages)
    contenders: dict[str, Callable[[], Figures]] = {
        ALONE: partial(measure, told=False),
        "and a line of the segment (PAGE_RECORDS=False)": partial(measure, records=False),
        "and a record in the WARC": measure,
        "the same, all links (KEEP_LINKS=all)": partial(measure, rejected=REJECTED),
    }
    one.measure(contenders, runs)
    return one


def _measured(
    folder: Path, pages: int, *, told: bool = True, records: bool = True, rejected: int = 0
) -> Figures:
    collection = Collection(folder / f"pages{time.monotonic_ns()}", "pages")
    sink = CollectionSink(collection, Config(page_records=records))
    captures = [_capture(number) for number in range(pages)]
    stories = [made.story(number, LINKS, rejected) for number in range(pages)] if told else []
    begun = time.process_time()
    for number, capture in enumerate(captures):
        ref = sink.capture(capture)
        if told:
            sink.story(_of(stories[number], capture, ref.started))
    spent = time.process_time() - begun
    sink.close()
    return {CPU: 1e6 * spent / pages, "WARC bytes": _size(collection.archive, pages),
            "segment bytes": _size(collection.graph, pages)}  # fmt: skip


def _of(story: StoryPage, capture: Capture, moment: object) -> StoryPage:
    return replace(story, uri=capture.uri, moment=moment or story.moment)


def _size(folder: Path, pages: int) -> float:
    return sum(path.stat().st_size for path in folder.iterdir()) / pages


def _capture(number: int) -> Capture:
    story = made.story(number, 0)
    body = page(number % 100, [], []) + b"<!-- %08d -->\n" % number
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body)
    request = b"GET / HTTP/1.1\r\nHost: news.example\r\n\r\n"
    moment = story.moment + timedelta(microseconds=1)
    return Capture(story.uri, "GET", request, Octets(head + body), moment, 120, peer="192.0.2.1")
