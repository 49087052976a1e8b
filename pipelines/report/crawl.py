"""What a crawl came to: the figures of ``crawl.json``, and ``crawl.txt`` told in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from crawler.model.collection import Collection
from crawler.model.completeness import STATUSES, Completeness
from crawler.model.timestamp import to_warc_date
from pipelines.report.tables import ranked
from pipelines.report.tally import Tally


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """The figures of ``reports/crawl.json``, in this order. `bytes` is the size of the WARC files.

    `began` and `ended` are the starts of the first and of the last exchange, `duration` seconds
    between them. `smallest_intervals` maps a host to the seconds between its two closest exchanges.
    `truncations` counts by WARC-Truncated, `failures` by kind of reason, `refusals` by outcome,
    `links` says how much of what all stories link to is archived (`crawler.model.completeness`).
    """

    collection: str
    why: str
    seeds: int
    seeds_archived: int
    stories: int
    exchanges: int
    mementos: int
    copies: int
    captures: int
    bytes: int
    files: int
    began: str
    ended: str
    duration: float
    hosts: int
    statuses: Mapping[str, int]
    mime_types: Mapping[str, int]
    truncations: Mapping[str, int]
    failures: Mapping[str, int]
    refusals: Mapping[str, int]
    links: Mapping[str, Any]
    smallest_intervals: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """The object of ``crawl.json``."""
        return asdict(self)

    def to_text(self) -> str:
        """A heading, a sentence, and a line for each figure that a reader asks for."""
        return "\n".join([_heading(self), "", _sentence(self), "", *_lines(self), ""])


def crawl_report(
    collection: Collection, tally: Tally, seeds: Mapping[str, str], why: str
) -> CrawlReport:
    """The figures of a collection that `tally` has counted."""
    there = (path for path in collection.archive.glob("*.warc.gz") if path.is_file())
    files = [path.stat().st_size for path in there]
    spaces = {name: host.smallest_interval() for name, host in sorted(tally.hosts.items())}
    duration = (tally.last - tally.first).total_seconds() if tally.first and tally.last else 0.0
    return CrawlReport(
        collection=collection.name,
        why=why,
        seeds=len(seeds),
        seeds_archived=sum(state == "archived" for state in seeds.values()),
        stories=len(tally.stories),
        exchanges=tally.exchanges,
        mementos=tally.mementos,
        copies=tally.copies,
        captures=tally.mimes.total(),
        bytes=sum(files),
        files=len(files),
        began=to_warc_date(tally.first) if tally.first else "",
        ended=to_warc_date(tally.last) if tally.last else "",
        duration=round(duration, 3),
        hosts=sum(host.exchanges > 0 for host in tally.hosts.values()),
        statuses=dict(ranked(tally.statuses)),
        mime_types=dict(ranked(tally.mimes)),
        truncations=dict(ranked(tally.truncations)),
        failures=dict(ranked(tally.failures)),
        refusals=dict(ranked(tally.refusals)),
        links=Completeness.total(story.links for story in tally.stories).to_dict(),
        smallest_intervals={name: round(s, 3) for name, s in spaces.items() if s is not None},
    )


def _heading(report: CrawlReport) -> str:
    title = f"The crawl of {report.collection!r}" + (f": {report.why}" if report.why else "")
    return f"{title}\n{'=' * len(title)}"


def _sentence(report: CrawlReport) -> str:
    ways = [count(report.mementos, "memento")] if report.mementos else []
    ways += [f"{count(report.copies, 'capture')} from files"] if report.copies else []
    if report.exchanges or not ways:
        ways = [count(report.exchanges, "exchange"), *ways]
        ways[-1] += f" with {count(report.hosts, 'host')}"
    what = f"{count(report.stories, 'story', 'stories')} in {' and '.join(ways)}"
    return f"Archived {what}: {size(report.bytes)} in {count(report.files, 'WARC file')}."


def _lines(report: CrawlReport) -> list[str]:
    when = f"{report.began[:19].replace('T', ' ')} UTC, over {span(report.duration)}"
    rows = {
        "Seeds": f"{report.seeds_archived} of {report.seeds} archived" if report.seeds else "not told",
        "Began": when if report.began else "no exchange yet",
        "Related links": listed(by_status(report.links)),
        "Captured from": listed(_captured_from(report.links), "× "),
        "Answers": listed(report.statuses, "× "),
        "Types": listed(report.mime_types, "× "),
        "Cut short": listed(report.truncations, "× "),
        "Failed": listed(report.failures, "× "),
        "Refused": listed(report.refusals, "× "),
        "Pace": _pace(report.smallest_intervals),
    }
    return [f"{name:<14} {text}" for name, text in rows.items()]


def by_status(links: Mapping[str, Any]) -> dict[str, int]:
    """Of `Completeness.to_dict`, the statuses that some link has."""
    return {status.value: links[status.value] for status in STATUSES if links[status.value]}


def _captured_from(links: Mapping[str, Any]) -> dict[str, int]:
    """Of `Completeness.to_dict`, the archives that captured links came from."""
    captured = {host: counts.get("captured", 0) for host, counts in links["archives"].items()}
    return {host: number for host, number in ranked(captured) if number}


def _pace(intervals: Mapping[str, float]) -> str:
    if not intervals:
        return "no host was asked twice"
    host = min(intervals, key=lambda name: (intervals[name], name))
    return f"never closer than {intervals[host]:.2f} s on one host ({host})"


def listed(counts: Mapping[str, int], times: str = "", most: int = 8) -> str:
    """``31: 24 captured, 7 dead``, or ``3: 2 × 200, 1 × 404``; `none` where nothing was counted."""
    if not counts:
        return "none"
    shown = [f"{number} {times}{name}" for name, number in list(counts.items())[:most]]
    rest = sum(list(counts.values())[most:])
    if rest:
        shown.append(f"{rest} others")
    return f"{sum(counts.values())}: " + ", ".join(shown)


def count(number: int, one: str, many: str = "") -> str:
    """``1 host``, ``2 hosts``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def size(number: int) -> str:
    """``512 bytes``, ``1.4 MB``: decimal, as file managers show it."""
    amount = float(number)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{number} bytes" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def span(seconds: float) -> str:
    """``4.2 s``, ``3 min 21 s``, ``2 h 5 min``."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"
