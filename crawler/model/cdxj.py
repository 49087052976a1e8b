"""A line of a CDXJ index: ``SURT 14-digits {json}``, as pywb and the WACZ specification write it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from crawler.errors import MalformedRecord


@dataclass(frozen=True, slots=True)
class CdxjLine:
    """One capture in the index. `fields` has url, mime, status, digest, length, offset, filename.

    All values in `fields` are text, as pywb writes them; `digest` carries its ``sha1:`` label.
    """

    urlkey: str
    timestamp: str
    fields: Mapping[str, str]

    @classmethod
    def parse(cls, line: str) -> CdxjLine:
        """Raises `MalformedRecord`."""
        parts = line.rstrip("\n").split(" ", 2)
        if len(parts) != 3 or not parts[1].isdigit():
            raise MalformedRecord(f"not a CDXJ line: {line[:80]!r}")
        try:
            fields = json.loads(parts[2])
        except ValueError as error:
            raise MalformedRecord(f"not a CDXJ line: {line[:80]!r}") from error
        if not isinstance(fields, dict):
            raise MalformedRecord(f"not a CDXJ line: {line[:80]!r}")
        return cls(parts[0], parts[1], {str(k): str(v) for k, v in fields.items()})

    def __str__(self) -> str:
        """The line without its line end."""
        return f"{self.urlkey} {self.timestamp} {json.dumps(dict(self.fields))}"
