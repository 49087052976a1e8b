"""Originals: the ``response`` records that later captures refer to instead of repeating them.

A revisit names its original (WARC 1.1, 6.7); a conditional request names what the last answer of the
URL was (RFC 9110, 13.1).
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

UNKNOWN_LENGTH = 0
"""In place of a payload's length where only its digest is known; no original has an empty payload."""


@dataclass(frozen=True, slots=True)
class Original:
    """A whole ``response`` record with a payload, and where it stands."""

    record_id: str
    """``<urn:uuid:...>``, or empty where an index told of the record; then `date` is to the second."""
    uri: str
    date: datetime
    """Its WARC-Date, in microseconds where they are known."""
    filename: str
    """Of the finished WARC file: its name in the collection's ``archive``, or what a CDXJ has."""
    offset: int
    foreign: bool = False
    """The operator vouches for it (``DEDUP_CDXJ``); it need not be visible here."""
    reconstructed: bool = False
    """Taken from an archive: the record has the origin's URI and its time."""
    chunked: bool = False
    """Its body is chunked, as far as that is known: pywb takes the chunks off where the revisit's own
    head names them, and plays them where it does not."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What the last whole 200 answer of a URL said about itself (RFC 9110, 8.8)."""

    etag: bytes
    """The field's value as it came, or empty."""
    last_modified: bytes
    """The field's value as it came, or empty."""
    digest: str
    """Of the payload, labelled as in `crawler.model.digest`."""
    original: Original
    """The record that holds the payload: the answer's own, or the one that its revisit refers to."""


class OriginalIndex(Protocol):
    """The originals of a collection, for all its workers and its later crawls.

    It is a help and not a truth: what it does not know is written in full.
    """

    async def find(self, digest: str, length: int) -> Original | None:
        """The original of a payload of `length` bytes. None also where the index does not answer."""

    async def visit(self, uri: str) -> Visit | None:
        """The last whole 200 answer of a URL. None also where the index does not answer."""

    async def add(
        self,
        originals: Sequence[tuple[str, int, Original]],
        visits: Sequence[tuple[str, Visit]],
        replace: Container[str] = (),
    ) -> None:
        """Enter originals, each as (digest, length, original), and visits, each as (URI, visit).

        Only what is safely on disk may be entered. An original that is entered already stays, unless
        its digest is in `replace`: what was found is of no use there, since its file is gone. A visit
        takes the place of the one before; one without a validator only takes that away.

        Raises `FrontierError`, `RedisUnreachable` among them; all may be entered again then.
        """
