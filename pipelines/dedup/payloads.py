"""The payloads that one process met."""

from __future__ import annotations

from collections import OrderedDict

from crawler.model.capture import Payload
from crawler.model.original import Original

CAPACITY = 100_000
"""Payloads that are remembered: about 50 MB."""


class PayloadIndex:
    """Payload digest and length -> the record that holds the payload, within one process."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._originals: OrderedDict[Payload, Original] = OrderedDict()

    def find(self, payload: Payload) -> Original | None:
        """The record that holds the payload."""
        original = self._originals.get(payload)
        if original is not None:
            self._originals.move_to_end(payload)
        return original

    def add(self, payload: Payload, original: Original) -> None:
        """Enter a ``response`` record, once it is written."""
        self._originals[payload] = original
        if len(self._originals) > self._capacity:
            self._originals.popitem(last=False)
