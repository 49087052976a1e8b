"""Long answers, made as they are sent: HTML and octet-stream in turns, every third chunked.

Each waits before its last piece until all others have come as far, so that all are in flight at once.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator

from benchmarks.capture.page import page

BLOCK = 1 << 18
PATIENCE = 120.0
"""Seconds after which an answer waits no longer for the others."""


class Meeting:
    """Where `count` answers wait for each other; `most` is how many were in flight at once."""

    def __init__(self, count: int) -> None:
        self._missing = count
        self._all_here = asyncio.Event()
        self.most = self._now = 0

    def begin(self) -> None:
        """One more answer is on its way."""
        self._now += 1
        self.most = max(self.most, self._now)

    def end(self) -> None:
        """One answer is done, or was given up."""
        self._now -= 1

    async def wait(self) -> None:
        """Until all are here, or patience ends."""
        self._missing -= 1
        if self._missing <= 0:
            self._all_here.set()
        try:
            await asyncio.wait_for(self._all_here.wait(), PATIENCE)
        except TimeoutError:
            self._all_here.set()


def protocol(count: int, size: int) -> Callable[[], asyncio.BaseProtocol]:
    """A protocol factory: targets ``/0`` to ``/COUNT-1`` are bodies of `size` bytes.

    ``/most`` says how many of them were in flight at once.
    """
    meeting = Meeting(count)
    blocks = _html(), random.Random(1).randbytes(BLOCK)
    tasks: set[asyncio.Task[None]] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await _answer(head.split(b" ", 2)[1].decode().strip("/"), writer, meeting, blocks, size)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(answer(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    return lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader(), begin)


async def _answer(
    target: str, writer: asyncio.StreamWriter, meeting: Meeting, blocks: tuple[bytes, bytes], size: int
) -> None:
    if not target.isdigit():
        body = b"%d" % meeting.most if target == "most" else b""
        writer.write(b"HTTP/1.1 %s\r\n" % (b"200 OK" if body else b"404 Not Found"))
        writer.write(b"Content-Type: text/plain\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        return
    number = int(target)
    chunked, kind = number % 3 == 0, (b"text/html", b"application/octet-stream")[number % 2]
    framing = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % size
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\n%b\r\n\r\n" % (kind, framing))
    meeting.begin()
    try:
        await _send(writer, meeting, _pieces(number, blocks[number % 2], size), chunked)
    finally:
        meeting.end()


async def _send(
    writer: asyncio.StreamWriter, meeting: Meeting, pieces: Iterator[tuple[bytes, bool]], chunked: bool
) -> None:
    for piece, last in pieces:
        if last:
            await meeting.wait()
        writer.writelines([b"%x\r\n" % len(piece), piece, b"\r\n"] if chunked else [piece])
        await writer.drain()
    if chunked:
        writer.write(b"0\r\n\r\n")
        await writer.drain()


def _pieces(number: int, block: bytes, size: int) -> Iterator[tuple[bytes, bool]]:
    """`size` bytes that differ from those of other numbers, and whether a piece is the last."""
    mark = b"<!-- %08d -->" % number
    yield mark, False
    left = size - len(mark)
    while left > 0:
        yield block[:left], left <= len(block)
        left -= len(block)


def _html() -> bytes:
    """A block of paragraphs, without an end of the document."""
    return page(0, [], [], BLOCK + 200).replace(b"</body></html>", b"")[:BLOCK]
