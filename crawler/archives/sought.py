"""What a frontier item of a walk through archives is about: the only reader and writer of its data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec
from msgspec import structs

from crawler.model.cdx import CdxCapture
from crawler.model.surt import surt

WalkSource = Literal["live", "memento", "warc"]


class Sought(msgspec.Struct, frozen=True, omit_defaults=True):
    """A URI-R, the moment that is aimed at, and where it is looked for now and afterwards.

    Moments are 14 digits. What has its default is left out of the data, since a million items may wait.
    """

    uri_r: str
    walk: str
    """The moment, or else the seed, that the walk's anchor came from: within one walk no URI-R is
    sought twice."""
    anchor: str = ""
    """The walk's anchor; empty until a seed's latest memento has set it."""
    aim: str = ""
    """The moment that is aimed at, where it is not the anchor: the parent's, with ``target=parent``."""
    parent: str = ""
    """The moment of the page that led here."""
    source: WalkSource = "live"
    """What the item asks now."""
    archive: int = 0
    """Which of the archives it asks, from 0 on."""
    left: tuple[str, ...] = ()
    """What to fall back to, in order: ``memento:1``, ``live``."""
    exact: str = ""
    """The moment of the memento itself, where an index named it."""
    status: str = ""
    """The status of the answer that the index names."""
    digest: str = ""
    """The digest of the payload that the index names, labelled."""

    @property
    def expected(self) -> CdxCapture | None:
        """What an index says of the memento; None where none was asked."""
        if not self.exact:
            return None
        status = int(self.status) if self.status else None
        return CdxCapture(surt(self.uri_r), self.exact, self.uri_r, "", status, self.digest)

    def named(self, line: CdxCapture) -> Sought:
        """The same, now that an index has named the memento."""
        status = "" if line.status is None else str(line.status)
        return structs.replace(self, exact=line.timestamp, status=status, digest=line.digest)

    def leads_to(self, uri_r: str, anchor: str) -> Sought:
        """What a memento leads to, of which no index has said anything yet."""
        return structs.replace(self, uri_r=uri_r, anchor=anchor, exact="", status="", digest="")

    def to_data(self) -> dict[str, str]:
        """The form in which an item carries it: texts by name."""
        data = {"uri_r": self.uri_r, "walk": self.walk}
        for field in structs.fields(Sought)[2:]:
            value = getattr(self, field.name)
            if value != field.default:
                data[field.name] = " ".join(value) if field.name == "left" else str(value)
        return data

    @classmethod
    def of(cls, data: Mapping[str, str]) -> Sought:
        """What `to_data` wrote, whatever else stands beside it."""
        left = tuple(data.get("left", "").split())
        return msgspec.convert({**data, "left": left}, cls, strict=False)
