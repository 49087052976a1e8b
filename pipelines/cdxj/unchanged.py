"""Lines of what a server confirmed as unchanged, so that viewers can play them.

The record of such a capture is a revisit with the server's 304 (WARC 1.1, 6.7.3), and pywb answers with
that 304 and no page. So in the merged index its line has the moment of the confirmation and points at
the original: file, offset, length, type and status are the original's, and those of its own record stand
in the fields ``revisit.filename``, ``revisit.offset`` and ``revisit.length``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import groupby

from crawler.errors import MalformedRecord
from crawler.model.cdxj import CdxjLine

_HELD = 1000
"""Captures of one URL among which the original is looked for, the newest first."""
_MARK = b'"revisit.filename": "'
_PLACE = ("length", "offset", "filename")


def playable(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Sorted lines with their ends, those of unchanged captures pointing at their originals."""
    held: deque[bytes] = deque(maxlen=_HELD)
    urlkey = b""
    for moment, same in groupby(lines, _moment):
        if moment.partition(b" ")[0] != urlkey:
            urlkey = moment.partition(b" ")[0]
            held.clear()
        recorded = list(map(as_recorded, same))
        held.extend(line for line in recorded if not _is_unchanged(line))
        yield from sorted(_pointing(line, held) if _is_unchanged(line) else line for line in recorded)


def as_recorded(line: bytes) -> bytes:
    """A line as its own record is, which it was before `playable`."""
    if _MARK not in line:
        return line
    read = CdxjLine.parse(line.decode())
    fields = {"url": read.fields["url"], "mime": "warc/revisit", "status": "304"}
    fields |= {"digest": read.fields["digest"]}
    fields |= {name: read.fields[f"revisit.{name}"] for name in _PLACE}
    return f"{CdxjLine(read.urlkey, read.timestamp, fields)}\n".encode()


def is_played_by_another(line: bytes) -> bool:
    """Whether the line points at a record that is not its own."""
    return _MARK in line


def filename_in(line: bytes) -> str:
    """The file that the line's own record is in; empty where it names none."""
    mark = _MARK if _MARK in line else b'"filename": "'
    return line.rpartition(mark)[2].partition(b'"')[0].decode("utf-8", "replace")


def _moment(line: bytes) -> bytes:
    return line[: line.find(b" ", line.find(b" ") + 1)]


def _is_unchanged(line: bytes) -> bool:
    return b'"mime": "warc/revisit", "status": "304"' in line


def _pointing(line: bytes, held: Iterable[bytes]) -> bytes:
    try:
        own = CdxjLine.parse(line.decode())
        original = next(filter(None, (_original(one, own) for one in reversed(list(held)))), None)
    except (MalformedRecord, UnicodeDecodeError):
        return line
    if original is None:
        return line
    fields = {name: value for name, value in original.fields.items() if name not in ("url", *_PLACE)}
    fields = {"url": own.fields["url"], **fields}
    fields |= {name: original.fields[name] for name in _PLACE}
    fields |= {f"revisit.{name}": own.fields[name] for name in _PLACE}
    return f"{CdxjLine(own.urlkey, own.timestamp, fields)}\n".encode()


def _original(line: bytes, own: CdxjLine) -> CdxjLine | None:
    """The line, if it is that of a record with the payload that was confirmed."""
    if own.fields.get("digest", "-").encode() not in line or b'"warc/revisit"' in line:
        return None
    read = CdxjLine.parse(line.decode())
    return read if read.fields.get("digest") == own.fields.get("digest") else None
