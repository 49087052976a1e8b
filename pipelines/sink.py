"""The collection's sink: WARC, index, log and story graph of one process, in step.

`CollectionSink` is what ``CAPTURE_SINK`` names; `StoryPipeline` brings the spiders' items to it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, ClassVar, Self
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler

from crawler.config import Config
from crawler.errors import ClewError
from crawler.model.capture import Capture, CaptureRef, Payload
from crawler.model.collection import Collection
from crawler.model.log import LogLine
from crawler.model.original import Original, OriginalIndex, Visit
from crawler.model.story import StoryPage
from crawler.model.timestamp import to_warc_date
from crawler.store.originals import Originals
from pipelines import cdxj, coherence, graph, report, seeding
from pipelines.appending import translated
from pipelines.dedup import Deduplication
from pipelines.files import merging
from pipelines.log import CrawlLog, line_of
from pipelines.repair import mend
from pipelines.warc.about import page_record, warcinfo
from pipelines.warc.ageing import Ageing
from pipelines.warc.exchange import drafts
from pipelines.warc.file import Place, WarcFile
from pipelines.warc.record import Draft
from pipelines.warc.repair import repair

logger = logging.getLogger(__name__)

_RECENT = 4096
"""Pages whose record ids are remembered until their story is told."""


class CollectionSink:
    """Writes everything that one process captures. One for each Scrapy crawler."""

    _of: ClassVar[WeakKeyDictionary[Crawler, CollectionSink]] = WeakKeyDictionary()

    def __init__(self, collection: Collection, config: Config) -> None:
        self.collection = collection
        self.config = config
        self.synced = 0
        self.written = 0
        host, pid = socket.gethostname(), os.getpid()
        collection.make_folders()
        self._index = cdxj.ProcessIndex(collection)
        about = warcinfo(collection, config, host)
        self._warc = WarcFile(collection, config, (host, pid), about, self._index.finish)
        self._log = CrawlLog(collection, host, pid)
        self._graph = graph.GraphSegment(collection, host, pid)
        self._dedup = Deduplication(collection)
        self._ageing = Ageing(self._warc.left, self._turn_file)
        self._pages: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._lost: ClewError | None = None
        # The loop's own threads may all wait for name servers.
        self._syncing = ThreadPoolExecutor(1, "sync")
        with translated(collection.archive):
            for warc in repair(collection, host):
                self._index.finish(warc)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The crawler's sink, made at the first call. Its spider has `config` and `collection`."""
        sink = cls._of.get(crawler)
        if sink is None:
            spider: Any = crawler.spider
            sink = cls._of[crawler] = cls(spider.collection, spider.config)
        assert isinstance(sink, cls)
        return sink

    async def share(self, index: OriginalIndex) -> None:
        """Ask and tell `index` about originals from now on, once it knows those of `DEDUP_CDXJ`.

        Raises `SettingError` for a file that cannot be read, and `FrontierError`.
        """
        if isinstance(index, Originals):
            seeding.check(self.config.dedup_cdxj)
            await seeding.seed(index, self.collection, self.config.dedup_cdxj)
        self._dedup.share(index)

    async def visit(self, uri: str) -> Visit | None:
        """What the last whole answer of `uri` was, if its original can be read again."""
        return await self._dedup.visit(uri)

    def stored(self, original: Original) -> Iterator[bytes]:
        """The block of an original, piece by piece. Raises `MalformedRecord` or `OSError`."""
        return self._dedup.stored(original)

    async def capture_once(self, capture: Capture) -> CaptureRef:
        """Write all records of one exchange, its log line and its line of the index.

        Raises `DiskFull`.
        """
        payload = capture.measured(self.config.warc_digest)
        try:
            capture = await self._dedup.confirmed(capture)
            original = await self._dedup.find_anywhere(capture, payload)
        except asyncio.CancelledError:
            self._write(replace(capture, unchanged=None), payload, None)
            raise
        return self._write(capture, payload, original)

    def capture(self, capture: Capture) -> CaptureRef:
        """The same without waiting, knowing only what this process has written."""
        payload = capture.measured(self.config.warc_digest)
        return self._write(capture, payload, self._dedup.find(capture, payload))

    def _write(self, capture: Capture, payload: Payload, original: Original | None) -> CaptureRef:
        records = drafts(capture, payload, original, self.config.warc_digest)
        place = self._append(records) if records else Place("", -1, 0)
        self.written += 1
        revisit = original is not None or capture.unchanged is not None
        ref = CaptureRef(
            number=self.written,
            record_id=records[0].record_id if records else "",
            filename=place.filename,
            offset=place.offset,
            digest=capture.unchanged.digest if capture.unchanged else payload.digest,
            started=capture.started,
            length=len(capture.response),
            revisit=revisit,
        )
        if capture.response:
            self._index.add(capture, ref, place.length, revisit)
            self._dedup.note(capture, payload, ref, original)
        self._log.write(line_of(capture, ref, revisit=revisit))
        self._remember(capture, ref)
        self._ageing.set()
        return ref

    def story(self, page: StoryPage) -> None:
        """The page's facts and links as a metadata record and as a line of the graph.

        A full disk shows in the next `sync`, so that the page's lease is not acknowledged.
        """
        try:
            self._tell(page)
        except ClewError as error:
            self._lost = error

    def _tell(self, page: StoryPage) -> None:
        record_id = self._pages.pop((page.uri, to_warc_date(page.moment)), "")
        if self.config.page_records:
            self._append([page_record(page, record_id)])
        self._graph.write(page, record_id)

    def log(self, line: LogLine) -> None:
        """A line of ``crawl.log`` for what had no exchange."""
        self._log.write(line)

    async def sync(self) -> None:
        """Everything captured before the call is on disk afterwards. Raises `DiskFull`.

        A file that is finished meanwhile is on disk by that, so only those of this moment are left.
        The index of originals hears of them then.
        """
        if self._lost is not None:
            raise self._lost
        reached = self.written
        try:
            await asyncio.get_running_loop().run_in_executor(self._syncing, _all, self._later())
        except ClewError as error:
            # The system tells of a lost write once, and the next fsync succeeds all the same.
            self._lost = error
            raise
        if self._lost is not None:  # told in the meantime to the other descriptor of the same file
            raise self._lost
        self.synced = max(self.synced, reached)
        await self._dedup.tell(reached)

    def _later(self) -> list[Callable[[], None]]:
        files = (self._log, self._warc, self._graph)
        return [*(file.later() for file in files), *self._index.later()]

    def close(self) -> None:
        """Finish the files of this process. May be called more than once."""
        self._ageing.stop()
        reached = self.synced if self._lost else self.written
        try:
            _all([self._log.later(), self._graph.later()])
            self._warc.finish()
            self.synced = reached
            self._index.wait()
        except ClewError as error:
            logger.error("%s", error)
        self._graph.close()
        self._log.close()

    def finish(self, seeds: Mapping[str, str], why: str) -> None:
        """Repair what dead workers left, then merge index, graph and reports. Raises `ClewError`.

        The frontier hears no other worker any more, so files of all hosts are repaired.
        """
        with translated(self.collection.path), merging(self.collection):
            mend(self.collection, host=None)
            cdxj.merge(self.collection)
            graph.merge(self.collection)
            report.write(self.collection, seeds, why)
            coherence.write(self.collection, self.config.coherence_most)

    def _append(self, records: list[Draft]) -> Place:
        self._turn_file()
        return self._warc.append(records)

    def _turn_file(self) -> None:
        """Finish a file that has its size or age; what one that cannot be loses is not safe."""
        try:
            self._warc.turn()
        except ClewError as error:
            self._lost = error
            raise

    def _remember(self, capture: Capture, ref: CaptureRef) -> None:
        self._pages[capture.uri, to_warc_date(capture.started)] = ref.record_id
        if len(self._pages) > _RECENT:
            self._pages.popitem(last=False)


class StoryPipeline:
    """Scrapy's item pipeline: each `StoryPage` goes to the crawler's sink, and on to other pipelines."""

    def __init__(self, sink: CollectionSink) -> None:
        self.sink = sink

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make components."""
        return cls(CollectionSink.from_crawler(crawler))

    def process_item(self, item: object) -> object:
        """Items of other kinds pass untouched."""
        if isinstance(item, StoryPage):
            self.sink.story(item)
        return item


def _all(steps: list[Callable[[], None]]) -> None:
    for step in steps:
        step()
