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
from crawler.download.ending import Ending, framing_of, oddity_of
from crawler.model.message import Message
from crawler.model.octets import Spool

MAX_HEAD = 256 * 1024
"""Bytes of a head, its fields included; a longer one is cut there."""
MAX_FIELDS = 2000
"""Fields of a head; an answer with more is cut after its head."""
MAX_INTERIM = 64
"""Interim answers (1xx) before the final one, which have `MAX_HEAD` bytes together; a server that sends
more is cut off."""

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_BLANK = re.compile(rb"(?:\r?\n)*")
_BEGINNINGS = (b"HTTP/", b"ICY", b"SHOUT")
"""Of a status line; the last two are Shoutcast's."""


class State(enum.Enum):
    """What is read next; see the theory of operation."""

    HEAD = enum.auto()
    LENGTH = enum.auto()
    CHUNKED = enum.auto()
    CLOSE = enum.auto()
    OPEN = enum.auto()
    DONE = enum.auto()


_STATES = {
    Ending.LENGTH: State.LENGTH,
    Ending.CHUNKED: State.CHUNKED,
    Ending.CLOSE: State.CLOSE,
    Ending.OPEN: State.OPEN,
}


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
        self.silent = False
        """The server fell silent, and nobody can say whether that was all."""
        self.head: Message | None = None
        self._method = method
        self._max_body = max_body
        self._before = bytearray()
        """What came while no head was complete."""
        self._searched = 0
        self._blank = 0
        """Bytes of blank lines before the status line."""
        self._body_at = 0
        self._ending: Ending | None = None
        self._length = -1
        """Of the body: what it is in state LENGTH, the largest that was named in state OPEN."""
        self._chunks = ChunkReader()

    @property
    def done(self) -> bool:
        """Nothing more is read."""
        return self.state is State.DONE

    @property
    def reusable(self) -> bool:
        """Whether the connection may carry another exchange (RFC 9112, 9.3)."""
        if not self.whole or self.anomaly or self.head is None or self._ending is Ending.CLOSE:
            return False
        options = self.head.connection_options
        persistent = self.head.start_line.startswith(b"HTTP/1.1") or b"keep-alive" in options
        return persistent and b"close" not in options

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
            self._end_in_head()
        if self.state is State.CLOSE or (self.state is State.OPEN and self.head is not None):
            self.whole = clean
        if self.state is State.CHUNKED and self._chunks.in_trailers:
            self.whole = clean  # all of the body is there (RFC 9112, 8)
        self.state = State.DONE

    def silence(self) -> None:
        """No byte came for a while; only an answer in state OPEN ends by it."""
        if self.state is not State.OPEN:
            return
        came = self.spool.length - self._body_at
        self.whole = self.head is not None and 0 <= self._length <= came
        self.silent = not self.whole
        self.state = State.DONE

    def _end_in_head(self) -> None:
        self.spool.append(self._before)
        if self._before and not any(self._begins(word) for word in _BEGINNINGS):
            self._open("no status line")

    def _read_head(self) -> None:
        while self._may_be_head():
            match = _HEAD_END.search(self._before, max(self._blank, self._searched - 3), MAX_HEAD)
            if match is None:
                break
            head = Message(bytes(self._before[: match.end()]), True)
            rest = bytes(self._before[match.end() :])
            status = head.status
            if status is None or not 100 <= status < 200 or status == 101:
                self._begin_body(head, status)
                self._take(rest)
                return
            self.interim.append(head.head)
            self._before, self._searched, self._blank = bytearray(rest), 0, 0
            if len(self.interim) > MAX_INTERIM or sum(map(len, self.interim)) > MAX_HEAD:
                self._cut(0, f"more than {MAX_INTERIM} interim answers, or {MAX_HEAD} bytes of them")
                return
        if self.state is State.HEAD:
            self._wait_for_head()

    def _wait_for_head(self) -> None:
        self._searched = len(self._before)
        if self._searched > MAX_HEAD:
            self.spool.append(self._before)
            self._cut(MAX_HEAD, f"a head of more than {MAX_HEAD} bytes")

    def _may_be_head(self) -> bool:
        """Whether what came may begin a status line; else it is kept as an answer without one."""
        blank = _BLANK.match(self._before, self._blank)
        self._blank = blank.end() if blank else 0
        if not self._before or any(self._begins(word) for word in _BEGINNINGS):
            return True
        self.spool.append(self._before)
        self._open("no status line")
        return False

    def _begins(self, word: bytes) -> bool:
        """Whether the line that comes begins with `word`, as far as it has come."""
        start = bytes(self._before[self._blank : self._blank + len(word)])
        return word.startswith(start) or start == b"\r"

    def _begin_body(self, head: Message, status: int | None) -> None:
        self.spool.append(head.head)
        self._body_at = self.spool.length
        if status is None:
            self._open("no status line")
            return
        self.head = head
        framing = framing_of(head, self._method)
        self.anomaly = oddity_of(head) or framing.oddity
        if status == 101:
            self.anomaly = "the server switched protocols"
        self._ending, self._length = framing.ending, framing.length
        self.state = _STATES[framing.ending]
        if head.head.count(b"\n") > MAX_FIELDS:
            self._cut(self._body_at, f"more than {MAX_FIELDS} fields")

    def _take(self, data: bytes) -> None:
        """Bytes behind the head: kept in any case, then followed."""
        if self.too_long:
            return
        self.spool.append(data)
        if self.state is State.LENGTH:
            surplus = self.spool.length - self._body_at - self._length
            if surplus >= 0:
                self._finish(surplus)
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
