"""``crawl-HOST-PID.log``: one JSON object a line for every fetch, refusal and failure."""

from __future__ import annotations

from collections.abc import Callable

from crawler.model.capture import Capture, CaptureRef
from crawler.model.collection import Collection
from crawler.model.log import LogLine, Outcome
from pipelines.appending import LineFile


class CrawlLog:
    """The log of one process."""

    def __init__(self, collection: Collection, host: str, pid: int) -> None:
        self._lines = LineFile(collection.logs / f"crawl-{host}-{pid}.log")

    def write(self, line: LogLine) -> None:
        """Append a line. A full disk shows in `sync`."""
        self._lines.add(line.to_json())

    def later(self) -> Callable[[], None]:
        """An fsync of what was written, for another thread. Raises `DiskFull`, here and there."""
        return self._lines.later()

    def close(self) -> None:
        """Close the file. May be called more than once."""
        self._lines.close()


def line_of(capture: Capture, ref: CaptureRef, *, revisit: bool) -> LogLine:
    """What the log says of a capture."""
    return LogLine(
        ts=capture.source.fetched if capture.source else capture.started,
        url=capture.uri,
        outcome=_outcome(capture, revisit),
        status=capture.status,
        via=capture.via,
        hops=capture.path.count("L"),
        reason=capture.failure or capture.notes.get("anomaly", ""),
        warc=ref.filename,
        offset=ref.offset,
        digest=ref.digest if capture.response else "",
        truncated=capture.truncated.value if capture.truncated else "",
        source=capture.source.uri if capture.source else "",
    )


def _outcome(capture: Capture, revisit: bool) -> Outcome:
    if not capture.response:
        return Outcome.FAILED
    if capture.truncated is not None:
        return Outcome.TRUNCATED
    if capture.source is not None:
        return Outcome.MEMENTO if capture.source.range is None else Outcome.COPIED
    return Outcome.REVISIT if revisit else Outcome.CAPTURED
