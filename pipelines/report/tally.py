"""Logs, index and graph, counted as streams.

Memory grows with the hosts, statuses, types and stories met, and by eight bytes an exchange: the
moments of a host's exchanges, whose smallest distance is wanted, are in no order over the processes.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from crawler.errors import MalformedRecord
from crawler.model import uri
from crawler.model.collection import Collection
from crawler.model.completeness import Completeness, completeness
from crawler.model.log import Outcome
from crawler.model.timestamp import from_warc_date
from pipelines.lines import read_index, read_json_lines, read_logs

_EXCHANGES = frozenset({Outcome.CAPTURED, Outcome.REVISIT, Outcome.TRUNCATED})
_REFUSALS = frozenset({Outcome.REFUSED_ADDRESS, Outcome.REFUSED_ROBOTS, Outcome.REFUSED_URI})
_LOSSES = frozenset({Outcome.FAILED, Outcome.DEAD, Outcome.DROPPED})


@dataclass(slots=True)
class HostTally:
    """What one host (``host[:port]``, the politeness key) was asked and answered."""

    exchanges: int = 0
    bytes: int = 0
    failed: int = 0
    refused: int = 0
    starts: array[float] = field(default_factory=lambda: array("d"))

    def smallest_interval(self) -> float | None:
        """Seconds between the two exchanges that began closest together; None with fewer than two."""
        return min((b - a for a, b in pairwise(sorted(self.starts))), default=None)


@dataclass(frozen=True, slots=True)
class StoryLinks:
    """A story of the graph, and how much of what it links to is archived."""

    id: str
    title: str
    published: str
    site: str
    uri: str
    links: Completeness


@dataclass(slots=True)
class Tally:
    """Everything that the reports count."""

    exchanges: int = 0
    mementos: int = 0
    copies: int = 0
    """Captures that were read from files."""
    first: datetime | None = None
    last: datetime | None = None
    hosts: defaultdict[str, HostTally] = field(default_factory=lambda: defaultdict(HostTally))
    statuses: Counter[str] = field(default_factory=Counter)
    mimes: Counter[str] = field(default_factory=Counter)
    mime_bytes: Counter[str] = field(default_factory=Counter)
    truncations: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    invalid_seeds: dict[str, str] = field(default_factory=dict)
    stories: list[StoryLinks] = field(default_factory=list)
    """In the order of ``stories.jsonl``."""

    @classmethod
    def of(cls, collection: Collection) -> Tally:
        """Read all of a collection's logs, its index and its graph."""
        tally = cls()
        for line in read_logs(collection):
            tally._add_log_line(line)
        for capture in read_index(collection):
            tally._add_capture(capture.fields)
        links = completeness(read_json_lines(collection.graph / "edges.jsonl"))
        for story in read_json_lines(collection.graph / "stories.jsonl"):
            about = {name: story[name] for name in ("id", "title", "published", "site")}
            found = links.get(story["id"], Completeness())
            tally.stories.append(StoryLinks(uri=story["uris"][0], links=found, **about))
        return tally

    def _add_log_line(self, line: Mapping[str, Any]) -> None:
        outcome, address = line.get("outcome"), str(line.get("url", ""))
        if outcome == Outcome.INVALID_SEED:
            self.invalid_seeds[address] = str(line.get("reason", ""))
            return
        host = self.hosts[_host(address)]
        if outcome == Outcome.MEMENTO:
            self.mementos += 1
        elif outcome == Outcome.COPIED:
            self.copies += 1
        elif outcome in _EXCHANGES or (outcome == Outcome.FAILED and line.get("warc")):
            self._add_exchange(line, host)
        if outcome in _LOSSES:
            host.failed += 1
            self.failures[_kind(str(line.get("reason", "")))] += 1
        elif outcome in _REFUSALS:
            host.refused += 1
            self.refusals[str(outcome)] += 1

    def _add_exchange(self, line: Mapping[str, Any], host: HostTally) -> None:
        self.exchanges += 1
        host.exchanges += 1
        self.statuses[str(line.get("status") or "none")] += 1
        if line.get("truncated"):
            self.truncations[str(line["truncated"])] += 1
        try:
            moment = from_warc_date(str(line.get("ts", "")))
        except MalformedRecord:
            return
        host.starts.append(moment.timestamp())
        self.first = min(self.first or moment, moment)
        self.last = max(self.last or moment, moment)

    def _add_capture(self, fields: Mapping[str, str]) -> None:
        length = int(fields["length"]) if fields.get("length", "").isdecimal() else 0
        self.mimes[fields.get("mime", "unk")] += 1
        self.mime_bytes[fields.get("mime", "unk")] += length
        self.hosts[_host(fields.get("url", ""))].bytes += length


def _host(address: str) -> str:
    try:
        return uri.netloc(address) or "-"
    except ValueError:
        return "-"


def _kind(reason: str) -> str:
    """What kind of failure: the reason up to its details, so that kinds stay few."""
    return reason.partition(":")[0].strip()[:60] or "no reason given"
