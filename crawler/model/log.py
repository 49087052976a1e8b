"""A line of ``crawl.log``: every fetch, refusal and failure, with the reason."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from datetime import datetime

from crawler.model.timestamp import to_warc_date


class Outcome(enum.StrEnum):
    """What became of one URL; ``docs/crawl-log.md`` explains each word."""

    CAPTURED = "captured"
    """The answer is in the WARC, whole."""
    REVISIT = "revisit"
    """Captured; the payload was there already."""
    TRUNCATED = "truncated"
    """The answer is in the WARC, short; `truncated` says why."""
    FAILED = "failed"
    """No answer that could be kept; `reason` says why."""
    MEMENTO = "memento"
    """An archived capture was reconstructed."""
    COPIED = "copied"
    """An archived capture was read from a file."""
    REFUSED_ADDRESS = "refused-address"
    """Private, loopback or otherwise not public."""
    REFUSED_ROBOTS = "refused-robots"
    """robots.txt forbids it."""
    REFUSED_RULE = "refused-rule"
    """An operator's rule blocks its host (`hosts.yaml`)."""
    REFUSED_URI = "refused-uri"
    """No URI that can be fetched."""
    INVALID_SEED = "invalid-seed"
    """A line of a seed list that is no URL."""
    MISSING = "missing"
    """No memento inside the window."""
    DEAD = "dead"
    """Given up after all tries."""
    DROPPED = "dropped"
    """A component of Scrapy dropped the request."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line; `status` is the HTTP status or None. `ts` is when the exchange began."""

    ts: datetime
    url: str
    outcome: Outcome
    status: int | None = None
    via: str = ""
    hops: int = 0
    reason: str = ""
    warc: str = ""
    offset: int = -1
    digest: str = ""
    truncated: str = ""
    source: str = ""
    """The memento's URI-M, or the URI of the file that it was read from."""

    def to_json(self) -> str:
        """One JSON object without a line break; fields without a value are left out."""
        line: dict[str, object] = {
            "ts": to_warc_date(self.ts),
            "url": self.url,
            "status": self.status,
            "outcome": self.outcome.value,
            "via": self.via,
            "hops": self.hops,
        }
        if self.warc:
            line |= {"warc": self.warc, "offset": self.offset}
        optional = {"digest": self.digest, "truncated": self.truncated, "reason": self.reason}
        optional["source"] = self.source
        line |= {key: value for key, value in optional.items() if value}
        return json.dumps(line, ensure_ascii=False)
