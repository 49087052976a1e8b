"""How far a capture that was taken from an archive is from where the walk aimed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from scrapy import Request

from crawler.model.capture import Capture


def with_skews(capture: Capture, request: Request) -> Capture:
    """`capture` with its distance from the moments in the request's meta (``skew_from``)."""
    anchor, parent = request.meta.get("skew_from", (None, None))
    return replace(
        capture,
        skew_anchor=_seconds(capture.started, anchor),
        skew_parent=_seconds(capture.started, parent),
    )


def _seconds(moment: datetime, since: datetime | None) -> int | None:
    return None if since is None else round((moment - since).total_seconds())
