"""The index of the fake Wayback Machine: what it holds, and its CDX server's answers, line by line.

Nothing here uses Clew's own CDX code but the key of a URI, so that the tests compare two readings of
the server's documentation.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Protocol
from urllib.parse import quote_plus, unquote_plus

from crawler.model.surt import surt

FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
ORIGINAL = ("orig.length", "orig.offset", "orig.filename")
Line = Mapping[str, str]
Parameters = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Held:
    """One capture. `timestamp` is 14 digits, `fields` are the original's beside type, length, location."""

    uri_r: str
    timestamp: str
    body: bytes = b""
    status: int = 200
    mime: str = "text/html"
    fields: tuple[tuple[str, str], ...] = ()
    location: str = ""
    """Where an archived 3xx leads."""
    coding: str = ""
    """The content coding in which `body` was captured."""
    runtime_error: str = ""
    """Why it cannot be played: the archive says so with ``X-Archive-Wayback-Runtime-Error``."""
    revisit: bool = False
    """Listed as ``warc/revisit`` with status ``-``; it plays as any other."""
    digest: str = ""
    """What the index says, where that is not the digest of `body`."""
    named: str = ""
    """What ``rel="original"`` says, where that is not `uri_r`: a match that nobody asked for."""

    @property
    def line(self) -> Line:
        """As the CDX server has it."""
        values = (
            surt(self.uri_r),
            self.timestamp,
            self.uri_r,
            "warc/revisit" if self.revisit else self.mime,
            "-" if self.revisit else str(self.status),
            self.digest or base32(self.body),
            str(len(self.body) + 300),
        )
        return dict(zip(FIELDS, values, strict=True))


def base32(body: bytes) -> str:
    """The digest of CDX files: SHA-1 in base32, without a label."""
    return base64.b32encode(hashlib.sha1(body).digest()).decode()


class Index(Protocol):
    """Lines in the order of their key and moment."""

    def lines(self, start: str, after: str) -> Iterator[Line]:
        """From the first whose key begins with `start` or follows it, and that comes behind `after`
        (key and moment)."""
        ...

    def captures(self, uri_r: str) -> Sequence[Held]:
        """Those of one URI-R, oldest first."""
        ...


class Shelf:
    """An index of captures."""

    def __init__(self, captures: Iterable[Held]) -> None:
        self._held = sorted(captures, key=_place)
        self._places = [_place(one) for one in self._held]

    def lines(self, start: str, after: str) -> Iterator[Line]:
        at = max(bisect_left(self._places, start), bisect_right(self._places, after))
        return (one.line for one in islice(self._held, at, None))

    def captures(self, uri_r: str) -> Sequence[Held]:
        at = bisect_left(self._places, surt(uri_r) + " ")
        end = bisect_left(self._places, surt(uri_r) + "!")
        return self._held[at:end]


@dataclass(frozen=True)
class MadeUp:
    """An index of `count` lines that are never in memory: ``http://HOST/s/00000042``, a minute apart."""

    count: int
    host: str = "million.example"
    body: Callable[[str], bytes] = field(default=lambda uri_r: f"<title>{uri_r}</title>".encode())

    def lines(self, start: str, after: str) -> Iterator[Line]:
        first = self._number(after.partition(" ")[0]) + 1 if after else 0
        if start > surt(self._uri_r(0)):
            first = max(first, self._number(start))
        return (self._held(n).line for n in range(first, self.count))

    def captures(self, uri_r: str) -> Sequence[Held]:
        number = self._number(surt(uri_r))
        return [self._held(number)] if self._uri_r(number) == uri_r and number < self.count else []

    def _uri_r(self, number: int) -> str:
        return f"http://{self.host}/s/{number:08}"

    def _held(self, number: int) -> Held:
        uri_r = self._uri_r(number)
        minutes = number % (28 * 24 * 60)
        day, minute = divmod(minutes, 24 * 60)
        return Held(uri_r, f"200804{day + 1:02}{minute // 60:02}{minute % 60:02}00", self.body(uri_r))

    def _number(self, urlkey: str) -> int:
        digits = re.search(r"/s/([0-9]{1,8})", urlkey)
        return int(digits[1].ljust(8, "0")) if digits else 0


def answer(index: Index, asked: Parameters) -> Iterator[str]:
    """The body of a CDX server's answer, in pieces. Raises `ValueError`: it says 400."""
    names = _names(asked)
    rows = _rows(index, asked)
    as_json = _one(asked, "output") == "json"
    first = next(rows, None)
    if first is None:
        return iter(["[]\n" if as_json else ""])
    rows = chain([first], rows)
    return _json(names, rows) if as_json else _text(names, rows)


Row = Line | str
"""A line, or the resume key."""


def _rows(index: Index, asked: Parameters) -> Iterator[Row]:
    url, match = _scope(asked)
    start = surt(url if "://" in url else "http://" + url)
    fits = _fits(start, match)
    filters = [_filter(one) for one in asked.get("filter", ())]
    limit, given = int(_one(asked, "limit") or 0), 0
    last: tuple[str, ...] = ()
    since, until = _one(asked, "from"), _one(asked, "to")
    resolved = _one(asked, "resolveRevisits") == "true"
    originals: dict[str, Line] = {}
    begin = start.partition(")")[0] if match in ("host", "domain") else start
    for line in index.lines(begin, _resumed(_one(asked, "resumeKey"))):
        if not line["urlkey"].startswith(begin):
            return
        if resolved:
            line = _with_original(line, originals)
        kept = fits(line["urlkey"]) and all(one(line) for one in filters)
        if not kept or line["timestamp"] < since or line["timestamp"][: len(until)] > until:
            continue
        key = tuple(_collapsed(line, one) for one in asked.get("collapse", ()))
        if key and key == last:
            continue
        last = key
        given += 1
        yield line
        if given == limit:
            if _one(asked, "showResumeKey") == "true":
                yield quote_plus(f"{line['urlkey']} {line['timestamp']}!")
            return


def _scope(asked: Parameters) -> tuple[str, str]:
    url, match = _one(asked, "url"), _one(asked, "matchType") or "exact"
    if not url or match not in ("exact", "prefix", "host", "domain"):
        raise ValueError("url or matchType")
    if url.startswith("*."):
        return url[2:], "domain"
    return (url[:-1], "prefix") if url.endswith("*") else (url, match)


def _fits(start: str, match: str) -> Callable[[str], bool]:
    host = start.partition(")")[0]
    return {
        "exact": lambda key: key == start,
        "prefix": lambda key: key.startswith(start),
        "host": lambda key: key.startswith(host + ")"),
        "domain": lambda key: key.startswith((host + ")", host + ",")),
    }[match]


def _filter(text: str) -> Callable[[Line], bool]:
    name, colon, expression = text.removeprefix("!").partition(":")
    if name not in FIELDS or not colon:
        raise ValueError(f"filter={text}")
    pattern = re.compile(expression)
    return lambda line: (pattern.fullmatch(line[name]) is None) is text.startswith("!")


def _collapsed(line: Line, collapse: str) -> str:
    name, _, length = collapse.partition(":")
    return line[name][: int(length) if length else None]


def _with_original(line: Line, originals: dict[str, Line]) -> Line:
    """The line with where the payload of a revisit lies; ``-`` where it is none."""
    if line["mimetype"] != "warc/revisit":
        originals[line["digest"]] = line
        return {**line, **dict.fromkeys(ORIGINAL, "-")}
    found = originals.get(line["digest"])
    places = (found["length"], "0", "A-0.warc.gz") if found else ("-", "-", "-")
    return {**line, **dict(zip(ORIGINAL, places, strict=True))}


def _resumed(key: str) -> str:
    return unquote_plus(key).removesuffix("!")


def _names(asked: Parameters) -> Sequence[str]:
    fields = _one(asked, "fl")
    if fields:
        return fields.split(",")
    return FIELDS + ORIGINAL if _one(asked, "resolveRevisits") == "true" else FIELDS


def _text(names: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        yield f"\n{row}\n" if isinstance(row, str) else " ".join(row[name] for name in names) + "\n"


def _json(names: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    yield "[" + json.dumps(names)
    for row in rows:
        yield ",\n"
        if isinstance(row, str):
            yield "[],\n" + json.dumps([row])
        else:
            yield json.dumps([row[name] for name in names])
    yield "]\n"


def _one(asked: Parameters, name: str) -> str:
    return asked.get(name, ("",))[0]


def _place(held: Held) -> str:
    return f"{surt(held.uri_r)} {held.timestamp}"
