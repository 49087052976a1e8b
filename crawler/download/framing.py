"""Where one answer ends on the wire (RFC 9112, 6). Bytes in, state out; nothing is rewritten.

Theory of operation. A head is gathered until its blank line; from then on every byte goes into the spool
as it came, and only the state moves::

    HEAD --blank line--> LENGTH | CHUNKED | CLOSE | DONE
      ^                     |        |        |
      +--- 1xx: set off     +--------+--------+--> DONE, or OPEN where the framing breaks off
           into `interim`

* LENGTH, CHUNKED: the message says where it ends. CLOSE: the end of the connection ends it.
* OPEN: the answer contradicts itself (no status line, two lengths, a broken chunk), so nobody can say
  where it ends. Its bytes are kept until the server closes or falls silent.
* After any anomaly the connection is never used again: nothing may leak into the next answer.
"""

from __future__ import annotations

import enum
import re

from crawler.download.chunks import ChunkReader
from crawler.model.message import Message
from crawler.model.octets import Spool

MAX_HEAD = 256 * 1024
"""Bytes of a head, its fields included; a longer one is cut there."""
MAX_FIELDS = 2000
"""Fields of a head; an answer with more is cut after its head."""
MAX_INTERIM = 64
"""Interim answers (1xx) before the final one; a server that sends more is cut off."""

_HEAD_END = re.compile(rb"\r?\n\r?\n")


class State(enum.Enum):
    """What is read next; see the theory of operation."""

    HEAD = enum.auto()
    LENGTH = enum.auto()
    CHUNKED = enum.auto()
    CLOSE = enum.auto()
    OPEN = enum.auto()
    DONE = enum.auto()


class ResponseReader:
    """Reads one final answer into `spool`, and the interim ones before it.

    `max_body` bytes of the body's wire form are kept, 0 is no limit.
    """

    def __init__(self, method: str, spool: Spool, max_body: int = 0) -> None:
        self.spool = spool
        self.interim: list[bytes] = []
        self.state = State.HEAD
        self.anomaly = ""
        self.too_long = False
        self.whole = False
        """The answer ended as it said it would."""
        self.head: Message | None = None
        self._method = method
        self._max_body = max_body
        self._before = bytearray()
        """What came while no head was complete."""
        self._searched = 0
        self._body_at = 0
        self._left = 0
        """Bytes of the body that are still to come, in state LENGTH."""
        self._chunks = ChunkReader()

    @property
    def done(self) -> bool:
        """Nothing more is read."""
        return self.state is State.DONE

    @property
    def reusable(self) -> bool:
        """Whether the connection may carry another exchange (RFC 9112, 9.3)."""
        if not self.whole or self.anomaly or self.head is None:
            return False
        if self._ended_by_close():
            return False
        options = b",".join(self.head.get_all(b"connection")).lower()
        if self.head.start_line.startswith(b"HTTP/1.1"):
            return b"close" not in options
        return b"keep-alive" in options and b"close" not in options

    def feed(self, data: bytes) -> None:
        """Take bytes from the wire. Raises `DiskFull` where the spool has no room."""
        if self.state is State.HEAD:
            self._before += data
            self._read_head()
        else:
            self._take(data)

    def eof(self, clean: bool = True) -> None:
        """The connection ended; not `clean` means that it was reset."""
        if self.state is State.HEAD:
            self.spool.append(self._before)
        if self.state is State.CLOSE or (self.state is State.OPEN and self.head is not None):
            self.whole = clean
        self.state = State.DONE

    def silence(self) -> None:
        """No byte came for a while; only an answer in state OPEN ends by it."""
        if self.state is State.OPEN:
            self.whole = self.head is not None
            self.state = State.DONE

    def _read_head(self) -> None:
        while match := _HEAD_END.search(self._before, max(0, self._searched - 3)):
            head = Message(bytes(self._before[: match.end()]), True)
            status = head.status
            rest = bytes(self._before[match.end() :])
            if status is None or not 100 <= status < 200 or status == 101:
                self._begin_body(head, status)
                self._take(rest)
                return
            self.interim.append(head.head)
            self._before, self._searched = bytearray(rest), 0
            if len(self.interim) > MAX_INTERIM:
                self._cut(0, f"more than {MAX_INTERIM} interim answers")
                return
        self._searched = len(self._before)
        if self._searched > MAX_HEAD:
            self.spool.append(self._before)
            self._cut(MAX_HEAD, f"a head of more than {MAX_HEAD} bytes")
        elif self._searched >= 5 and not self._looks_like_http():
            self.spool.append(self._before)
            self._open("no status line")

    def _looks_like_http(self) -> bool:
        start = bytes(self._before[:5]).lstrip(b"\r\n")
        return b"HTTP/".startswith(start[:5]) or start.startswith((b"HTTP/", b"ICY", b"SHOUT"))

    def _begin_body(self, head: Message, status: int | None) -> None:
        self.head = head if status is not None else None
        self.spool.append(head.head)
        self._body_at = self.spool.length
        self.anomaly = _oddity(head)
        if head.head.count(b"\n") > MAX_FIELDS:
            self._cut(self._body_at, f"more than {MAX_FIELDS} fields")
        elif status is None:
            self._open("no status line")
        elif self._method == "HEAD" or head.bodiless:
            self.state = State.LENGTH
        elif head.get_all(b"transfer-encoding"):
            self._begin_transfer_coded(head)
        else:
            self._begin_length(head)
        if status == 101:
            self.anomaly = "the server switched protocols"

    def _begin_transfer_coded(self, head: Message) -> None:
        if head.get_all(b"content-length"):
            self.anomaly = "Content-Length beside Transfer-Encoding"
        self.state = State.CHUNKED if head.chunked else State.CLOSE

    def _begin_length(self, head: Message) -> None:
        given = [v.strip() for value in head.get_all(b"content-length") for v in value.split(b",")]
        lengths = set(given)
        if len(given) > 1:
            self.anomaly = self.anomaly or "Content-Length more than once"
        if not lengths:
            self.state = State.CLOSE
        elif len(lengths) == 1 and (length := lengths.pop()).isdigit() and len(length) < 19:
            self.state, self._left = State.LENGTH, int(length)
        else:
            self._open("contradictory Content-Length")

    def _take(self, data: bytes) -> None:
        """Bytes behind the head: kept in any case, then followed."""
        if self.too_long:
            return
        self.spool.append(data)
        if self.state is State.LENGTH:
            self._left -= len(data)
            if self._left <= 0:
                self._finish(-self._left)
        elif self.state is State.CHUNKED:
            self._follow_chunks(data)
        elif self.state is State.DONE and data:
            self.anomaly = self.anomaly or f"{len(data)} bytes after the answer"
        self._limit()

    def _follow_chunks(self, data: bytes) -> None:
        self._chunks.feed(data)
        if self._chunks.ended:
            self._finish(self._chunks.surplus)
        elif self._chunks.broken:
            self._open(self._chunks.broken)

    def _finish(self, surplus: int) -> None:
        """The answer ended, `surplus` bytes before the last that came."""
        if 0 < self._stop_at() < self.spool.length - surplus:
            return  # `_limit` cuts it
        self.whole, self.state = True, State.DONE
        if surplus:
            self.anomaly = self.anomaly or f"{surplus} bytes after the answer"

    def _open(self, anomaly: str) -> None:
        self.anomaly = self.anomaly or anomaly
        self.state = State.OPEN

    def _cut(self, length: int, anomaly: str) -> None:
        self.spool.cut(length)
        self.anomaly, self.too_long, self.state = anomaly, True, State.DONE

    def _limit(self) -> None:
        stop = self._stop_at()
        if 0 < stop < self.spool.length and not self.whole:
            self._cut(stop, f"longer than {self._max_body} bytes")

    def _stop_at(self) -> int:
        """Where the limit on the body lies; 0 is nowhere."""
        return self._max_body and self._max_body + self._body_at

    def _ended_by_close(self) -> bool:
        assert self.head is not None
        if self._method == "HEAD" or self.head.status in (204, 304):
            return False
        return not (self.head.get_all(b"content-length") or self.head.chunked)


def _oddity(head: Message) -> str:
    """What makes a head unfit to be followed by another answer, though it can be read."""
    lines = head.head.count(b"\n")
    if lines != head.head.count(b"\r\n"):
        return "a bare line feed in the head"
    if lines != sum(1 for _ in head.fields()) + 2:
        return "a folded field, or a line that is no field"
    return "" if head.start_line.startswith(b"HTTP/1.") else "not HTTP/1.x"
