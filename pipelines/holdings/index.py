"""One sorted CDXJ file over all files of a source: the lines of a URI-R found by bisection."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path

from crawler.model.cdx import CdxCapture, CdxQuery, MatchType
from crawler.model.cdxj import CdxjLine
from crawler.model.holdings import Place
from crawler.model.timestamp import from_digits

MADE = "made"
"""A field of lines that were made here from the file itself: their digest proves nothing about it."""
REVISIT = "warc/revisit"
_BEHIND = {MatchType.EXACT: " ", MatchType.HOST: ")"}
"""What stands behind a query's key in each of its lines; behind others it may be anything."""


class Index:
    """The lines of a sorted CDXJ file, mapped into memory and found by their beginning."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            size = path.stat().st_size
            self._lines = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) if size else b""

    def lines(self, urlkey: str) -> Iterator[CdxjLine]:
        """The lines of one key, oldest first."""
        return (CdxjLine.parse(line) for line in self._beginning(f"{urlkey} "))

    def queried(self, query: CdxQuery, after: str) -> Iterator[tuple[str, CdxCapture]]:
        """The captures that `query` holds, each with its line, behind which `after` goes on."""
        for line in self._beginning(query.key + _BEHIND.get(query.match, ""), after):
            capture = _capture(CdxjLine.parse(line))
            if query.holds(capture):
                yield line, capture

    def close(self) -> None:
        """Close the file."""
        if isinstance(self._lines, mmap.mmap):
            self._lines.close()

    def _beginning(self, text: str, after: str = "") -> Iterator[str]:
        """The lines that begin with `text` and come behind the line `after`, in their order."""
        begin = text.encode()
        at = self._first(max(begin, f"{after}\n".encode() if after else b""))
        while at < len(self._lines):
            end = self._end(at)
            line = self._lines[at:end]
            if not line.startswith(begin):
                return
            if (found := line.decode().rstrip("\n")) != after:
                yield found
            at = end

    def _first(self, begin: bytes) -> int:
        """The offset of the first line that is not less than `begin`, by bisection of bytes."""
        low, high = 0, len(self._lines)
        while low < high:
            middle = self._begin((low + high) // 2)
            if self._lines[middle : middle + len(begin)] < begin:
                low = self._end(middle)
            else:
                high = middle
        return low

    def _begin(self, at: int) -> int:
        return self._lines.rfind(b"\n", 0, at) + 1

    def _end(self, at: int) -> int:
        found = self._lines.find(b"\n", at)
        return len(self._lines) if found < 0 else found + 1


def place(line: CdxjLine) -> Place:
    """Where a line says that its capture lies."""
    told = line.fields.get
    return Place(
        uri=told("filename", ""),
        offset=int(told("offset", "-1")),
        length=int(told("length", "-1")),
        uri_r=told("url", ""),
        moment=from_digits(line.timestamp),
        digest=told("digest", ""),
        revisit=told("mime") == REVISIT,
        made=MADE in line.fields,
    )


def is_answer(line: CdxjLine) -> bool:
    """Whether it stands for an answer, of which a revisit's head need not be known."""
    return line.fields.get("status", "").isdigit() or line.fields.get("mime") == REVISIT


def _capture(line: CdxjLine) -> CdxCapture:
    told = line.fields.get
    status = told("status", "")
    return CdxCapture(
        urlkey=line.urlkey,
        timestamp=line.timestamp,
        uri_r=told("url", ""),
        mime=told("mime", ""),
        status=int(status) if status.isdigit() else None,
        digest=told("digest", ""),
        filename=told("filename", ""),
        offset=int(told("offset", "-1")),
        length=int(told("length", "-1")),
    )
