"""A capture: one HTTP exchange as it went over the wire, and the sink that takes captures.

Every exchange becomes exactly one capture: robots.txt, each redirect hop, each retry, each page
requisite, each failure that got any bytes. Captures are made in the download handler, since a spider
never sees most of them, and cross to the pipelines through `CaptureSink`.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Protocol

from crawler.model import digest
from crawler.model.log import LogLine
from crawler.model.message import HEAD_LIMIT, Message
from crawler.model.octets import Octets
from crawler.model.original import Original, OriginalIndex, Visit
from crawler.model.story import StoryPage


class Truncation(enum.StrEnum):
    """Why an answer is short (WARC 1.1, 5.13)."""

    LENGTH = "length"
    TIME = "time"
    DISCONNECT = "disconnect"
    UNSPECIFIED = "unspecified"


class DigestCheck(enum.StrEnum):
    """What a comparison with the archive's own digest said."""

    VERIFIED = "verified"
    MISMATCH = "mismatch"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Tls:
    """The session that carried the exchange: ``tls/1.3`` and the IANA name of its cipher suite."""

    protocol: str
    cipher_suite: str
    trusted: bool = True
    """False when the certificate would not have been accepted (``TLS_VERIFY=mark``)."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where an archived exchange was taken from, for a capture that Clew reconstructed.

    `uri` is the URI-M, or a ``file:`` URI; `range` is set for files (offset, length). `fetched` is
    when Clew read it, while the capture's own `started` is the Memento-Datetime. `archive_headers`
    are the archive's own fields that were taken out of the head.
    """

    uri: str
    fetched: datetime
    range: tuple[int, int] | None = None
    archive_headers: tuple[tuple[bytes, bytes], ...] = ()
    digest_check: DigestCheck = DigestCheck.UNKNOWN


@dataclass(frozen=True, slots=True)
class Payload:
    """Labelled digest and length in bytes of an entity body (WARC 1.1, 5.9 and 6.3.2)."""

    digest: str
    length: int


@dataclass(frozen=True)
class Capture:
    """One exchange. `request` and `response` are wire bytes, head and body, never rewritten.

    `request` is empty for a reconstructed capture, whose request Clew never sent to the origin.
    `response` is the final answer only; interim answers (1xx) stand in `interim`. It is empty when
    nothing came. `failure` says in one line how the exchange ended badly. `path` holds Heritrix's hop
    letters from the seed (L link, R redirect, E embed, P prerequisite), `via` the referring URI.
    """

    uri: str
    method: str
    request: bytes
    response: Octets
    started: datetime
    elapsed_ms: int
    interim: tuple[bytes, ...] = ()
    peer: str | None = None
    tls: Tls | None = None
    truncated: Truncation | None = None
    failure: str | None = None
    redacted: tuple[str, ...] = ()
    """Names of request fields whose secret values stand as ``*`` in `request`."""
    via: str = ""
    path: str = ""
    source: Source | None = None
    skew_anchor: int | None = None
    """Seconds from the walk's anchor to `started`, of a capture that was taken from an archive."""
    skew_parent: int | None = None
    """The same from the page that led here."""
    unchanged: Visit | None = None
    """What a 304 to a conditional request confirms (RFC 9110, 15.4.5)."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """More fields for the capture's metadata record, such as ``tlsTrusted: no``."""

    @cached_property
    def message(self) -> Message:
        """The head of `response`."""
        return Message.parse(self.response.read(0, HEAD_LIMIT))

    def payload(self) -> Iterator[bytes]:
        """The entity body, piece by piece: empty for an answer to HEAD, 1xx, 204 and 304."""
        message = self.message
        if self.method == "HEAD":
            return iter(())
        return message.payload(self.response.pieces(len(message.head)))

    def measured(self, algorithm: str) -> Payload:
        """Digest and length of the payload; reads all of it."""
        length, hasher = 0, digest.Hasher(algorithm)
        for piece in self.payload():
            hasher.update(piece)
            length += len(piece)
        return Payload(hasher.labelled(), length)

    @property
    def status(self) -> int | None:
        """The status code of the final answer, or None where there is none."""
        return self.message.status


@dataclass(frozen=True, slots=True)
class CaptureRef:
    """Where a capture was written. `number` grows by one a capture within one process."""

    number: int
    record_id: str = ""
    filename: str = ""
    offset: int = -1
    digest: str = ""
    started: datetime | None = None
    """The capture's WARC-Date."""
    length: int = 0
    """Octets of the answer, as they came."""
    revisit: bool = False
    """Whether the collection had its payload already."""


class CaptureSink(Protocol):
    """What the crawler hands captures to; ``CAPTURE_SINK`` names the class.

    ``from_crawler`` gives one sink per Scrapy crawler, however often it is called. `capture` appends
    without waiting for the disk; a capture counts as done only when `synced` has reached its number.
    """

    synced: int
    """The number of the newest capture that is safely on disk, with its CDXJ and log line."""

    async def share(self, index: OriginalIndex) -> None:
        """Ask and tell `index` about originals from now on. Raises `ClewError`."""

    async def visit(self, uri: str) -> Visit | None:
        """What the last whole answer of `uri` was, if its original can be read again."""

    def stored(self, original: Original) -> Iterator[bytes]:
        """The block of an original, piece by piece. Raises `MalformedRecord` or `OSError`."""

    async def capture_once(self, capture: Capture) -> CaptureRef:
        """Write all records of one exchange, as a revisit where any worker has its payload.

        Raises `DiskFull`, having written nothing. Where the caller is cancelled, the capture is written
        all the same.
        """

    def capture(self, capture: Capture) -> CaptureRef:
        """The same without waiting, knowing only what this process has written."""

    def story(self, page: StoryPage) -> None:
        """Write a page's story, its edges among it, to the graph and as a metadata record."""

    def log(self, line: LogLine) -> None:
        """Write a line of ``crawl.log`` for what had no exchange: a refusal, a failure."""

    async def sync(self) -> None:
        """Flush and fsync; afterwards `synced` covers every capture taken before the call."""

    def close(self) -> None:
        """Finish the files of this process. May be called more than once, and from a signal's end."""

    def finish(self, seeds: Mapping[str, str], why: str) -> None:
        """Merge what all processes wrote, once the crawl has ended: index, graph, reports.

        `seeds` maps each seed of the crawl to ``archived`` or to the reason why it was not; `why` is
        Scrapy's finish reason.
        """
