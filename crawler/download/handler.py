"""The download handler: one request, one exchange on the wire, exactly one capture.

A capture is written for every exchange whose request was sent, however it ended; the spider gets a
response only where the answer has a status and was not cut by the wire or the clock.
"""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import Iterator
from typing import cast

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError, ResponseDataLossError
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy.utils.misc import load_object

from crawler.archives.memento import reconstruct
from crawler.config import Config
from crawler.download import decode
from crawler.download.connection import Connection, Exchange
from crawler.download.framing import ResponseReader
from crawler.download.headers_file import HeadersFile
from crawler.download.origin import Origin
from crawler.download.pool import Pool
from crawler.download.proxy import Proxies
from crawler.download.request import Sent, origin_of, serialise, uri_of
from crawler.model.capture import Capture, CaptureSink, Truncation
from crawler.model.octets import Spool, SpoolLimits

MAX_DECODED = 8 * 1024 * 1024
"""Bytes of a body that a spider gets once its content coding is undone."""


class RecordingHandler(BaseDownloadHandler):
    """Scrapy's handler for http and https.

    Reads from a request's meta: ``via``, ``path``, ``download_timeout``, ``download_maxsize``,
    ``memento`` (an `Aim`).
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

    async def download_request(self, request: Request) -> Response:
        """Fetch and record. Raises Scrapy's download errors, `RefusedAddress`, `SettingError`."""
        origin = origin_of(request)
        proxy = self._proxies.of(request, origin)
        sent = serialise(request, origin, self._headers.supplied(origin), proxy)
        request.meta.pop("capture", None)
        request.meta["wire_start"] = time.monotonic()
        timeout = float(request.meta.get("download_timeout") or self.config.download_timeout)
        try:
            async with asyncio.timeout(timeout) as deadline:
                connection = await self.pool.acquire(origin, proxy)
                return await self._exchange(request, origin, connection, sent, deadline)
        except TimeoutError as error:
            raise DownloadTimeoutError(f"{uri_of(request)} took longer than {timeout:g} s") from error
        finally:
            request.meta["wire_end"] = time.monotonic()

    async def close(self) -> None:
        """Close idle connections."""
        self.pool.close()

    async def _exchange(
        self,
        request: Request,
        origin: Origin,
        connection: Connection,
        sent: Sent,
        deadline: asyncio.Timeout,
    ) -> Response:
        limit = int(request.meta.get("download_maxsize", self.config.download_maxsize))
        reader = ResponseReader(request.method, Spool(self._spool), limit)
        try:
            exchange = await connection.run(sent, reader)
        except asyncio.CancelledError:
            # What came is kept all the same.
            abandoned = connection.abandon()
            if abandoned is not None:
                self._record(request, connection, abandoned, *_why_cancelled(deadline))
            raise
        truncated, failure = _verdict(exchange)
        capture = self._record(request, connection, exchange, truncated, failure)
        self.pool.release(origin, connection, reader.reusable)
        return _response(request, connection, capture, self.config.page_maxsize)

    def _record(
        self,
        request: Request,
        connection: Connection,
        exchange: Exchange,
        truncated: Truncation | None,
        failure: str | None,
    ) -> Capture:
        request.meta["wire_start"] = exchange.wire_start
        answer = exchange.reader.spool.octets()
        capture = Capture(
            uri=uri_of(request),
            method=request.method,
            request=exchange.request.record,
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
            notes=_notes(connection, exchange),
        )
        self._hand_over(request, capture)
        return capture

    def _hand_over(self, request: Request, exchange: Capture) -> None:
        """Give the capture to the sink; a memento's reconstruction goes before its exchange."""
        aim = request.meta.get("memento")
        if aim is None:
            request.meta["capture"] = self.sink.capture(exchange)
            return
        try:
            made = reconstruct(exchange, aim)
        except Exception:
            request.meta["capture"] = self.sink.capture(exchange)
            raise
        if made is not None:
            request.meta["capture"] = self.sink.capture(made)
        keep = self.config.archive_exchanges
        if keep == "all" or (keep == "keep" and made is not None):
            request.meta["capture"] = self.sink.capture(exchange)


def _why_cancelled(deadline: asyncio.Timeout) -> tuple[Truncation, str]:
    """Whether the exchange's own deadline ended it, or the end of the crawl."""
    if deadline.expired():
        return Truncation.TIME, "timeout"
    return Truncation.UNSPECIFIED, "cancelled"


def _verdict(exchange: Exchange) -> tuple[Truncation | None, str | None]:
    """How an exchange ended: whether it is short, and why it failed."""
    reader = exchange.reader
    if reader.whole:
        return None, None
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
    if exchange.reader.anomaly:
        notes["anomaly"] = exchange.reader.anomaly
    return notes


def _response(request: Request, connection: Connection, capture: Capture, most: int) -> Response:
    """The response for the spider. Raises Scrapy's download errors where there is none."""
    if capture.failure and not capture.response:
        raise DownloadFailedError(f"{capture.uri}: {capture.failure}")
    if capture.truncated is Truncation.DISCONNECT:
        raise ResponseDataLossError(f"{capture.uri}: {capture.failure}")
    if capture.status is None:
        raise DownloadFailedError(f"{capture.uri}: {capture.failure or 'no status line'}")
    headers, body, flags = _readable(capture, most)
    kind = responsetypes.from_args(headers=headers, url=request.url, body=body)
    return kind(
        url=request.url,
        status=capture.status,
        headers=headers,
        body=body,
        flags=flags,
        ip_address=ipaddress.ip_address(connection.peer) if connection.peer else None,
        protocol=capture.message.start_line.split(b" ")[0].decode("latin-1"),
    )


def _readable(capture: Capture, most: int) -> tuple[Headers, bytes, list[str]]:
    """Fields, decoded body and flags: what a spider reads of an answer, `most` bytes of its payload."""
    headers = Headers(list(capture.message.fields()))
    body = b"".join(_up_to(most, capture.payload()))
    flags = ["truncated"] if capture.truncated else []
    if len(capture.response) - len(capture.message.head) > most:
        flags.append("partial")
    codings = decode.codings(headers.getlist("Content-Encoding"))
    if codings and body:
        body, undone = decode.beginning([body], codings, MAX_DECODED)
        flags.append("decoded" if undone else "undecodable")
        if undone:
            del headers["Content-Encoding"]
    return headers, body, flags


def _up_to(most: int, pieces: Iterator[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        yield piece[:most]
        most -= len(piece)
        if most <= 0:
            return
