"""What is taken from files instead of the network: one capture for one request."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from scrapy import Request
from scrapy.http import Response

from crawler.archives.memento import REDIRECTS, Aim
from crawler.config import Config
from crawler.download.reading import readable, shown
from crawler.download.skew import with_skews
from crawler.errors import MalformedRecord, NotHeld
from crawler.model import uri
from crawler.model.capture import Capture, CaptureSink
from crawler.model.holdings import Holdings
from crawler.model.octets import SpoolLimits
from crawler.model.surt import surt

logger = logging.getLogger(__name__)


class Shelf:
    """Brings captures from files. It opens no socket: the guard and the pool have no part in it."""

    def __init__(
        self, holdings: Holdings, sink: CaptureSink, config: Config, limits: SpoolLimits
    ) -> None:
        self._holdings = holdings
        self._sink = sink
        self._config = config
        self._limits = limits

    async def fetch(self, request: Request) -> Response:
        """Write the capture that the request's ``holding`` (an `Aim`) means, and show it.

        In the request's meta ``held_in`` is the name of its file afterwards, beside what the download
        handler writes. Raises `NotHeld`, `DiskFull`, and `OSError` where a file cannot be read now.
        """
        request.meta.pop("capture", None)
        began = request.meta["wire_start"] = time.monotonic()
        capture = await asyncio.to_thread(self._taken, request.meta["holding"])
        request.meta["wire_end"] = time.monotonic()
        request.meta["held_in"] = _file_of(capture)
        capture = replace(
            with_skews(capture, request),
            elapsed_ms=round(1000 * (time.monotonic() - began)),
            via=str(request.meta.get("via", "")),
            path=str(request.meta.get("path", "")),
        )
        request.meta["capture"] = await self._sink.capture_once(capture)
        found = readable(capture, self._config.page_maxsize)
        return shown(request.replace(url=capture.uri), found, capture.peer)

    def _taken(self, aim: Aim) -> Capture:
        """The nearest that can be read. Blocking."""
        reason = "no file holds a capture of it"
        for place in self._holdings.find(aim.uri_r, aim.anchor):
            if not aim.holds(place.moment):
                reason = reason if reason.startswith("damaged") else aim.drift(place.moment)
                break
            try:
                capture = self._holdings.read(place, self._limits)
            except MalformedRecord as error:
                logger.warning("%s: %s", aim.uri_r, error)
                reason = f"damaged: {error}"
                continue
            if not _leads_to_itself(capture):
                return capture
            reason = "its captures only redirect to it"
        raise NotHeld(reason)


def _leads_to_itself(capture: Capture) -> bool:
    """Whether it is a redirect that differs from its target in what SURTs leave out, such as https.

    An index cannot tell the two, so whoever followed it would come to it again.
    """
    location = capture.message.get(b"location") if capture.status in REDIRECTS else None
    target = uri.join(capture.uri, location.decode("latin-1")) if location else None
    return target is not None and surt(target) == surt(capture.uri)


def _file_of(capture: Capture) -> str:
    """The name of the file that it lies in: of a package's member the package's."""
    assert capture.source is not None
    return unquote(urlsplit(capture.source.uri).path.rpartition("/")[2])
