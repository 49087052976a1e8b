"""Which payloads the collection holds already, so that a second one is written as a revisit.

The index is one process's own, in memory, and bounded: of the payloads met longest ago the oldest are
forgotten, which costs disk and nothing else. Only a whole ``response`` record is ever entered, so a
revisit never refers to another one (WARC 1.1, 6.7.2).
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from crawler.model.capture import Capture, Payload

CAPACITY = 100_000
"""Payloads that are remembered: about 40 MB."""


@dataclass(frozen=True, slots=True)
class Original:
    """The ``response`` record that a revisit refers to."""

    record_id: str
    uri: str
    date: datetime
    reconstructed: bool = False
    """Taken from an archive: the record has the origin's URI and its time."""


class PayloadIndex:
    """Payload digest and length -> the record that holds the payload."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._originals: OrderedDict[Payload, Original] = OrderedDict()

    def find(self, capture: Capture, payload: Payload) -> Original | None:
        """The record that holds the payload of `capture`; None where it is to be written in full.

        A reconstructed capture stands for what the origin said, so it refers to none but its like; the
        archive's own exchange, which has the same payload, refers to it.
        """
        if not _comparable(capture, payload):
            return None
        original = self._originals.get(payload)
        if original is None or (capture.source is not None and not original.reconstructed):
            return None
        self._originals.move_to_end(payload)
        return original

    def add(self, capture: Capture, payload: Payload, record_id: str) -> None:
        """Enter the ``response`` record of `capture`, once it is written."""
        if not _comparable(capture, payload):
            return
        original = Original(record_id, capture.uri, capture.started, capture.source is not None)
        self._originals[payload] = original
        if len(self._originals) > self._capacity:
            self._originals.popitem(last=False)


def _comparable(capture: Capture, payload: Payload) -> bool:
    """A short answer is never the same as another, and an empty one saves nothing."""
    return capture.truncated is None and capture.status is not None and payload.length > 0
