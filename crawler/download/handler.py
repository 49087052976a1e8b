"""The download handler: one request, one exchange on the wire, exactly one capture.

A capture is written for every exchange whose request was sent, however it ended; the spider gets a
response only where the answer has a status and was not cut by the wire or the clock.
"""

from __future__ import annotations

import asyncio
import time
from typing import cast

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError, ResponseDataLossError
from scrapy.http import Response
from scrapy.utils.misc import load_object

from crawler.archives.reconstruct import reconstruct
from crawler.config import Config
from crawler.download.condition import Conditions, confirmed
from crawler.download.connection import Connection, Exchange
from crawler.download.framing import ResponseReader
from crawler.download.headers_file import HeadersFile
from crawler.download.holding import Shelf
from crawler.download.pool import Pool
from crawler.download.proxy import Proxies
from crawler.download.reading import INDEX_MAXSIZE, Readable, shown
from crawler.download.request import Sent, origin_of, serialise, uri_of
from crawler.download.skew import with_skews
from crawler.model.capture import Capture, CaptureSink, Truncation
from crawler.model.octets import Spool, SpoolLimits
from crawler.model.original import Visit


class RecordingHandler(BaseDownloadHandler):
    """Scrapy's handler for http and https.

    Reads from a request's meta: ``via``, ``path``, ``download_timeout``, ``download_maxsize``,
    ``conditional`` (False: put no condition), ``memento`` (an `Aim`), ``index`` (True: a CDX server or a
    TimeMap is asked, of whose answer more is read), ``skew_from`` (moments, each or None: of the walk's
    anchor and of the page that led here), ``holding`` (an `Aim`: files are asked, and no host).
    Writes: ``capture`` (the newest `CaptureRef`), ``wire_start`` and ``wire_end`` (monotonic seconds).
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.config = cast(Config, crawler.spider.config)  # type: ignore[union-attr]
        sink = load_object(crawler.settings["CAPTURE_SINK"])
        self.sink = cast(CaptureSink, sink.from_crawler(crawler))
        self.pool = Pool(self.config)
        self._headers = HeadersFile.read(self.config.headers_file)
        self._proxies = Proxies.from_config(self.config)
        collection = getattr(crawler.spider, "collection", None)
        self._spool = SpoolLimits(self.config.spool_size, collection and collection.path)
        self._conditions = Conditions(self.config, self.sink, self._spool)
        held = getattr(crawler.spider, "holdings", None)
        self._shelf = held and Shelf(held, self.sink, self.config, self._spool)

    async def download_request(self, request: Request) -> Response:
        """Fetch and record.

        Raises Scrapy's download errors, `RefusedAddress`, `SettingError`, `DiskFull`, `NotHeld`.
        """
        if self._shelf is not None and "holding" in request.meta:
            return await self._shelf.fetch(request)
        origin = origin_of(request)
        proxy = self._proxies.of(request, origin)
        request.meta.pop("capture", None)
        visit = await self._conditions.put(request)
        sent = serialise(request, origin, self._headers.supplied(origin), proxy)
        request.meta["wire_start"] = time.monotonic()
        timeout = float(request.meta.get("download_timeout") or self.config.download_timeout)
        try:
            async with asyncio.timeout(timeout) as deadline:
                connection = await self.pool.acquire(origin, proxy)
                exchange = await self._exchange(request, connection, sent, deadline)
        except TimeoutError as error:
            raise DownloadTimeoutError(f"{uri_of(request)} took longer than {timeout:g} s") from error
        finally:
            request.meta["wire_end"] = time.monotonic()
        self.pool.release(origin, connection, _reusable(connection, exchange))
        capture = self._captured(request, connection, exchange, *_verdict(exchange), visit)
        await self._record(request, capture)
        most = INDEX_MAXSIZE if request.meta.get("index") else self.config.page_maxsize
        return _response(request, connection, self._conditions.read(capture, most))

    async def close(self) -> None:
        """Close idle connections."""
        self.pool.close()

    async def _exchange(
        self, request: Request, connection: Connection, sent: Sent, deadline: asyncio.Timeout
    ) -> Exchange:
        own = request.meta.get("download_maxsize")
        limit = self.config.download_maxsize if own is None else int(own)
        reader = ResponseReader(request.method, Spool(self._spool), limit)
        try:
            return await connection.run(sent, reader)
        except asyncio.CancelledError:
            # What came is kept all the same.
            abandoned = connection.abandon()
            if abandoned is not None:
                why = _verdict(abandoned) if abandoned.reader.whole else _why_cancelled(deadline)
                capture = self._captured(request, connection, abandoned, *why, None)
                self._record_now(request, capture)
            raise

    def _captured(
        self,
        request: Request,
        connection: Connection,
        exchange: Exchange,
        truncated: Truncation | None,
        failure: str | None,
        visit: Visit | None,
    ) -> Capture:
        request.meta["wire_start"] = exchange.wire_start
        answer = exchange.reader.spool.octets()
        return Capture(
            uri=uri_of(request),
            method=request.method,
            request=_as_sent(exchange),
            response=answer,
            started=exchange.started,
            elapsed_ms=round(1000 * (time.monotonic() - exchange.wire_start)),
            interim=tuple(exchange.reader.interim),
            peer=connection.peer or None,
            tls=connection.tls,
            truncated=truncated if answer else None,
            failure=failure,
            redacted=exchange.request.redacted,
            via=str(request.meta.get("via", "")),
            path=str(request.meta.get("path", "")),
            unchanged=confirmed(exchange.reader.head, visit),
            notes=_notes(connection, exchange),
        )

    async def _record(self, request: Request, exchange: Capture) -> None:
        """Give the capture to the sink; a memento's reconstruction goes before its exchange."""
        try:
            made = self._reconstructed(request, exchange)
        except Exception:
            request.meta["capture"] = self.sink.capture(exchange)
            raise
        kept = self._kept(request, exchange, made)
        while kept:
            try:
                request.meta["capture"] = await self.sink.capture_once(kept.pop(0))
            except asyncio.CancelledError:
                for capture in kept:
                    request.meta["capture"] = self.sink.capture(capture)
                raise

    def _record_now(self, request: Request, exchange: Capture) -> None:
        """The same without waiting; what was cut short has no reconstruction."""
        for capture in self._kept(request, exchange, None):
            request.meta["capture"] = self.sink.capture(capture)

    def _reconstructed(self, request: Request, exchange: Capture) -> Capture | None:
        aim = request.meta.get("memento")
        made = reconstruct(exchange, aim) if aim is not None else None
        return with_skews(made, request) if made is not None else None

    def _kept(self, request: Request, exchange: Capture, made: Capture | None) -> list[Capture]:
        """What is written: on the live web the exchange, else as ``ARCHIVE_EXCHANGES`` has it."""
        keep = self.config.archive_exchanges
        asked = request.meta.get("memento") is not None or bool(request.meta.get("index"))
        kept = [made] if made is not None else []
        if not asked or keep == "all" or (keep == "keep" and made is not None):
            kept.append(exchange)
        return kept


def _reusable(connection: Connection, exchange: Exchange) -> bool:
    """Whether another request may follow.

    A proxy has to say so: tinyproxy closes after each answer without a word, and a request that crosses
    that close is lost. Inside a tunnel it has no say.
    """
    reader = exchange.reader
    if exchange.unsent:
        return False
    if connection.proxy is None or connection.tls is not None or reader.head is None:
        return reader.reusable
    return reader.reusable and b"keep-alive" in reader.head.connection_options


def _why_cancelled(deadline: asyncio.Timeout) -> tuple[Truncation, str]:
    """Whether the exchange's own deadline ended it, or the end of the crawl."""
    if deadline.expired():
        return Truncation.TIME, "timeout"
    return Truncation.UNSPECIFIED, "cancelled"


def _as_sent(exchange: Exchange) -> bytes:
    """What may be recorded of the request, as far as it was sent: an answer may come before its end."""
    record = exchange.request.record
    return record[: max(0, len(record) - exchange.unsent)]


def _verdict(exchange: Exchange) -> tuple[Truncation | None, str | None]:
    """How an exchange ended: whether it is short, and why it failed."""
    reader = exchange.reader
    if reader.whole:
        return None, None
    if reader.silent:
        return Truncation.TIME, None if reader.head is not None else reader.anomaly
    if reader.too_long:
        return Truncation.LENGTH, None if reader.spool.length else reader.anomaly
    if not reader.spool.length:
        return None, "reset before an answer" if exchange.reset else "closed without an answer"
    if reader.head is None and reader.anomaly and not exchange.reset:
        return None, reader.anomaly
    return Truncation.DISCONNECT, "reset" if exchange.reset else "closed before the end"


def _notes(connection: Connection, exchange: Exchange) -> dict[str, str]:
    notes = {}
    if connection.trouble:
        notes["tlsTrusted"] = f"no: {connection.trouble}"
    if connection.proxy:
        notes["proxy"] = str(connection.proxy)
    if exchange.unsent:
        notes["requestUnsent"] = f"{exchange.unsent} bytes"
    if exchange.reader.anomaly:
        notes["anomaly"] = exchange.reader.anomaly
    return notes


def _response(request: Request, connection: Connection, found: Readable) -> Response:
    """The response for the spider. Raises Scrapy's download errors where there is none."""
    capture = found.capture
    if capture.failure and not capture.response:
        raise DownloadFailedError(f"{capture.uri}: {capture.failure}")
    if capture.truncated is Truncation.DISCONNECT:
        raise ResponseDataLossError(f"{capture.uri}: {capture.failure}")
    if capture.status is None:
        raise DownloadFailedError(f"{capture.uri}: {capture.failure or 'no status line'}")
    return shown(request, found, connection.peer)
