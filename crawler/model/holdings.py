"""What files hold: captures that a walk reads by their place instead of fetching them.

The crawler names the class in its settings (``HOLDINGS``) and speaks to it through this protocol, as it
does with `CaptureSink`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, Self

from crawler.model.capture import Capture
from crawler.model.cdx import CdxCapture, CdxQuery
from crawler.model.octets import SpoolLimits


@dataclass(frozen=True, slots=True)
class Place:
    """Where a capture lies: `uri` names the file, `offset` and `length` are bytes in it, -1 unknown."""

    uri: str
    offset: int
    length: int
    uri_r: str
    moment: datetime
    digest: str = ""
    """Of the payload, as the index has it; empty where it has none."""
    revisit: bool = False
    made: bool = False
    """Whether the index was made here, from the file itself, so that its digest proves nothing."""


class Holdings(Protocol):
    """Captures in WARC, ARC and WACZ files. All methods block, and may be called in any thread."""

    @classmethod
    def open(cls, source: str, folder: Path, tell: Callable[[str], None], agent: str = "") -> Self:
        """The files that `source` names; what has no index is indexed into `folder`, once.

        `tell` takes lines about what is found and done; `agent` is the User-Agent that servers are
        shown. Raises `SettingError` where nothing is there.
        """

    def find(self, uri_r: str, moment: datetime | None) -> list[Place]:
        """The captures of a URI-R, nearest to `moment` first, at one distance the older.

        Without a moment the latest comes first.
        """

    def lines(self, query: CdxQuery, after: str = "") -> Iterator[tuple[str, CdxCapture]]:
        """The captures that `query` holds, in order of key and moment, each with what resumes behind it.

        Its `collapse` and `limit` are the caller's to apply. `after` is such a word from before.
        """

    def read(self, place: Place, limits: SpoolLimits) -> Capture:
        """The capture at a place, a revisit with its original's payload.

        Raises `MalformedRecord` where it cannot be read.
        """

    def close(self) -> None:
        """Close the files. May be called more than once."""
