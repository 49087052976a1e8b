"""One connection to a server: writes a request, feeds the answer's bytes to a reader."""

from __future__ import annotations

import asyncio
import select
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

from crawler.download import tls
from crawler.download.framing import ResponseReader, State
from crawler.download.proxy import Proxy
from crawler.download.request import Sent
from crawler.errors import ClewError
from crawler.model.capture import Tls

_STEP = 1 << 16
"""Bytes of a request that are handed on at once. What a transport has taken it may lose without a word,
and under TLS nobody tells how much of it waits beneath: so it is given little more than it sends."""
SILENCE = 1.0
"""Seconds after which an answer that nobody can frame counts as over."""


@dataclass(slots=True)
class Exchange:
    """One request and what came back; `wire_start` is `started` on the monotonic clock."""

    request: Sent
    reader: ResponseReader
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    wire_start: float = field(default_factory=time.monotonic)
    reset: bool = False
    """The connection broke before the answer was whole."""
    unsent: int = 0
    """Bytes of the request that were still to be sent when the answer had ended."""


class Connection(asyncio.Protocol):
    """At most one exchange at a time. Bytes that nobody asked for end the connection."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.peer = ""
        self.tls: Tls | None = None
        self.trouble = ""
        """Why the certificate was not trusted; empty where it was, or where there is none."""
        self.proxy: Proxy | None = None
        self.closed = False
        self.idle_since = 0.0
        self._exchange: Exchange | None = None
        self._ended: asyncio.Future[None] | None = None
        self._silence: asyncio.TimerHandle | None = None
        self._rest = memoryview(b"")
        """Of the request: what was not handed on yet."""
        self._paused = False

    # -- asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Feed the reader."""
        if self._exchange is None:
            self.abort()
            return
        reader = self._exchange.reader
        try:
            reader.feed(data)
        except ClewError as error:  # no room for it on the disk
            self._fail(error)
            return
        if reader.done:
            self._end()
        elif reader.state is State.OPEN:
            self._await_silence()

    def pause_writing(self) -> None:
        """The transport has enough for now."""
        self._paused = True

    def resume_writing(self) -> None:
        """Hand on more of the request."""
        self._paused = False
        self._write()

    def eof_received(self) -> bool:
        """The server has said all that it will; in TLS only if it says so (RFC 9112, 9.8)."""
        session = self.transport.get_extra_info("ssl_object") if self.transport else None
        self._broken(clean=session is None or tls.ended(session))
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Closed by either side, or broken."""
        self._broken(clean=exc is None, reset=exc is not None)

    # -- our side

    async def run(self, request: Sent, reader: ResponseReader) -> Exchange:
        """Send a request and wait until its answer has ended; no error is raised for a bad one.

        Raises `DiskFull` where the answer finds no room. When the caller is cancelled (a deadline), the
        exchange can be taken from `abandon`.
        """
        assert self.transport is not None
        self._ended = asyncio.get_running_loop().create_future()
        exchange = self._exchange = Exchange(request, reader)
        self._rest = memoryview(request.wire)
        self._write()
        await self._ended
        self._exchange = None
        exchange.unsent = self._unsent()
        return exchange

    def abandon(self) -> Exchange | None:
        """Give up: the exchange as far as it came, and the connection is gone. Raises `DiskFull`."""
        exchange, self._exchange = self._exchange, None
        try:
            if exchange is not None:
                exchange.unsent = self._unsent()
                exchange.reader.eof(clean=False)
        finally:
            self.abort()
        return exchange

    def spoke_unasked(self) -> bool:
        """Whether bytes or an end wait on an idle connection: the next answer would begin with them."""
        assert self.transport is not None
        poll = select.poll()
        poll.register(self.transport.get_extra_info("socket").fileno(), select.POLLIN)
        return bool(poll.poll(0))

    def abort(self) -> None:
        """Close at once."""
        self.closed = True
        self._stop_waiting()
        if self.transport is not None:
            self.transport.abort()

    def _write(self) -> None:
        assert self.transport is not None
        while self._rest and not self._paused and not self.closed:
            piece, self._rest = self._rest[:_STEP], self._rest[_STEP:]
            self.transport.write(piece)

    def _unsent(self) -> int:
        """Bytes of the request that did not leave; no more of it will."""
        assert self.transport is not None
        rest, self._rest = self._rest, memoryview(b"")
        return len(rest) + self.transport.get_write_buffer_size()

    def _broken(self, clean: bool, reset: bool = False) -> None:
        self.closed = True
        exchange = self._exchange
        if exchange is not None and not exchange.reader.done:
            exchange.reset = reset
            try:
                exchange.reader.eof(clean)
            except ClewError as error:
                self._fail(error)
            else:
                self._end()

    def _fail(self, error: ClewError) -> None:
        self._exchange = None
        self.abort()
        if self._ended is not None and not self._ended.done():
            self._ended.set_exception(error)

    def _end(self) -> None:
        self._stop_waiting()
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(None)

    def _await_silence(self) -> None:
        self._stop_waiting()
        self._silence = asyncio.get_running_loop().call_later(SILENCE, self._silent)

    def _stop_waiting(self) -> None:
        if self._silence is not None:
            self._silence.cancel()
            self._silence = None

    def _silent(self) -> None:
        if self._exchange is not None:
            self._exchange.reader.silence()
            self._end()
