"""What is known of an edge's target, as one table.

| the target's address, where its redirects end   | status         |
|-------------------------------------------------|----------------|
| has a capture with a 2xx answer (or 304)        | captured       |
| answered with another status, or failed         | dead           |
| has no memento inside the walk's window         | missing        |
| may not be fetched: scope, robots.txt, address  | out-of-scope   |
| none of these: not asked for yet                | pending        |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.model import uri
from crawler.model.log import Outcome
from crawler.model.story import EdgeStatus, PageSource
from crawler.model.timestamp import from_warc_date, to_warc_date
from pipelines.graph.known import Address

_BY_OUTCOME = {
    Outcome.MISSING: EdgeStatus.MISSING,
    Outcome.DEAD: EdgeStatus.DEAD,
    Outcome.FAILED: EdgeStatus.DEAD,
    Outcome.DROPPED: EdgeStatus.DEAD,
    Outcome.REFUSED_URI: EdgeStatus.DEAD,
    Outcome.REFUSED_ROBOTS: EdgeStatus.OUT_OF_SCOPE,
    Outcome.REFUSED_ADDRESS: EdgeStatus.OUT_OF_SCOPE,
}


@dataclass(frozen=True, slots=True)
class Target:
    """An edge's status, why it is so, and the capture that is meant where there is one."""

    status: EdgeStatus
    reason: str = ""
    moment: datetime | None = None
    archive: str = ""
    source: PageSource | None = None


def target_of(address: Address, aim: datetime, *, in_scope: bool) -> Target:
    """The table above. Of several captures the one nearest to `aim` is meant, the older of two."""
    if address.captured:
        seen = min(address.captured, key=lambda one: (abs(one.moment - aim), one.moment))
        source = address.taken.get(seen.place, seen.source)
        return Target(EdgeStatus.CAPTURED, "", seen.moment, seen.archive, source)
    if address.refused:
        return Target(EdgeStatus.DEAD, address.refused)
    if address.outcome is not None:
        return Target(_BY_OUTCOME[address.outcome], address.reason or address.outcome.value)
    return Target(EdgeStatus.PENDING if in_scope else EdgeStatus.OUT_OF_SCOPE)


def edge_line(edge: Mapping[str, Any], record_id: str, address: Address) -> dict[str, Any]:
    """The line of ``edges.jsonl`` for an edge of a segment; skews are seconds, mementos only."""
    line: dict[str, Any] = {"id": record_id, **edge}
    in_scope = bool(line.pop("in_scope", True))
    parent = from_warc_date(edge["from_datetime"])
    anchor = from_warc_date(edge["anchor"]) if "anchor" in edge else None
    target = target_of(address, anchor or parent, in_scope=in_scope)
    if target.moment is not None:
        line["to_datetime"] = to_warc_date(target.moment)
        line["to_source"] = target.source
        if anchor is not None:
            line["skew_anchor"] = round((target.moment - anchor).total_seconds())
            line["skew_parent"] = round((target.moment - parent).total_seconds())
    line["archive"] = target.archive or edge.get("archive") or uri.netloc(edge["to"])
    line["status"] = target.status.value
    if target.reason:
        line["reason"] = target.reason
    return line
