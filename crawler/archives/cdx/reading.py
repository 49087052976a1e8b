"""Answers of CDX servers: JSON arrays, JSON lines, CDXJ and plain columns, told apart line by line.

Lenient, since every server has its own habits: a line that is none is counted and left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from crawler.errors import MalformedRecord
from crawler.model.cdx import CdxCapture
from crawler.model.surt import surt
from crawler.model.timestamp import from_digits, to_14_digits

_COLUMNS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest")
_SEVEN = (*_COLUMNS, "length")
_NINE = (*_COLUMNS, "redirect", "offset", "filename")
_ELEVEN = (*_COLUMNS, "redirect", "robotflags", "length", "offset", "filename")
"""Columns of plain CDX files by their number: ``N b a m s k r V g`` and ``N b a m s k r M S V g``."""
_BY_NUMBER = {6: _COLUMNS, 7: _SEVEN, 9: _NINE, 11: _ELEVEN}


@dataclass(frozen=True, slots=True)
class Page:
    """One answer."""

    lines: Sequence[CdxCapture]
    resume: str = ""
    """The key that asks for what comes behind; empty where the server gave none."""
    bad: int = 0
    """How many lines could not be read."""

    @property
    def count(self) -> int:
        """How many lines the server gave."""
        return len(self.lines) + self.bad


def read(body: bytes) -> Page:
    """The lines of an answer, and the resume key that stands behind an empty line or row."""
    rows, resume = _rows(body)
    lines: list[CdxCapture] = []
    bad = 0
    for row in rows:
        try:
            lines.append(capture(row))
        except MalformedRecord:
            bad += 1
    return Page(lines, resume, bad)


def capture(fields: Mapping[str, Any]) -> CdxCapture:
    """A line by its fields, in the Wayback Machine's names or pywb's. Raises `MalformedRecord`."""
    uri_r = str(fields.get("original") or fields.get("url") or "")
    if ":" not in uri_r:
        raise MalformedRecord(f"a CDX line without a URL: {str(fields)[:80]}")
    return CdxCapture(
        urlkey=surt(uri_r),
        timestamp=_timestamp(str(fields.get("timestamp", ""))),
        uri_r=uri_r,
        mime=_said(fields.get("mimetype") or fields.get("mime")),
        status=_number(fields.get("statuscode") or fields.get("status")),
        digest=_digest(_said(fields.get("digest"))),
        filename=_said(fields.get("filename")),
        offset=_place(fields.get("offset")),
        length=_place(fields.get("length")),
    )


def _rows(body: bytes) -> tuple[Iterable[Mapping[str, Any]], str]:
    text = body.decode("utf-8", "replace").strip()
    if text.startswith("["):
        with suppress(ValueError, RecursionError):
            return _of_array(json.loads(text))
    lines = text.splitlines()
    resume = ""
    if len(lines) > 1 and not lines[-2].strip():
        resume = lines.pop().strip()
    return (_of_line(line) for line in lines if line.strip() and not line.startswith(" CDX ")), resume


def _of_array(rows: Any) -> tuple[Iterable[Mapping[str, Any]], str]:
    """``[[names], [values], ..., [], [resume key]]``."""
    given = [row for row in rows if isinstance(row, list)]
    resume = ""
    if len(given) > 1 and given[-2] == [] and len(given[-1]) == 1:
        resume = str(given.pop()[0])
    names: Sequence[str] = _SEVEN
    if given and "timestamp" in given[0]:
        names = given.pop(0)
    return (dict(zip(names, row, strict=False)) for row in given if row), resume


def _of_line(line: str) -> Mapping[str, Any]:
    """JSON, CDXJ or columns; no fields at all where it is none of them."""
    if line.startswith("{"):
        return _object(line)
    words = line.split(" ", 2)
    if len(words) == 3 and words[2].startswith("{"):
        return {**_object(words[2]), "timestamp": words[1]}
    columns = line.split()
    return dict(zip(_BY_NUMBER.get(len(columns), ()), columns, strict=False))


def _object(text: str) -> Mapping[str, Any]:
    with suppress(ValueError, RecursionError):
        fields = json.loads(text)
        if isinstance(fields, dict):
            return fields
    return {}


def _timestamp(text: str) -> str:
    return (
        text
        if len(text) == 14 and text.isdecimal() and text.isascii()
        else to_14_digits(from_digits(text))
    )


def _said(value: Any) -> str:
    return "" if value in (None, "-") else str(value)


def _digest(text: str) -> str:
    return text if not text or ":" in text else "sha1:" + text


def _number(value: Any) -> int | None:
    text = str(value)
    return int(text) if text.isdecimal() and text.isascii() else None


def _place(value: Any) -> int:
    number = _number(value)
    return -1 if number is None else number
