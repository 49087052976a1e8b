"""Lines of CDX servers and files, and the queries that choose among them, in the servers' own words.

The words are those of the Wayback CDX server (``url``, ``matchType``, ``from``, ``to``, ``filter``,
``collapse``, ``limit``), pywb's names of fields and signs of filters beside them. Every choice can be
made here, so that archives which know fewer words give the same lines.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from urllib.parse import quote, unquote

from crawler.errors import UsageError
from crawler.model.surt import surt
from crawler.model.timestamp import from_digits

_FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
_ALIASES = {"url": "original", "mime": "mimetype", "status": "statuscode"}
_WAY_OUT = "write cdx:url=news.example/&matchType=prefix&from=2008&filter=statuscode:200"


@dataclass(frozen=True, slots=True)
class CdxCapture:
    """One capture, as a line of any CDX server, index file or TimeMap names it."""

    urlkey: str
    """Our `surt` of `uri_r`, since servers differ in theirs."""
    timestamp: str
    """14 digits."""
    uri_r: str
    mime: str
    status: int | None
    """None where the line has ``-``, as for revisits at the Wayback Machine."""
    digest: str
    """Labelled, empty where unknown; compare by `crawler.model.digest.raw`."""
    filename: str = ""
    offset: int = -1
    length: int = -1
    """Octets of the compressed record, -1 where unknown."""

    @property
    def moment(self) -> datetime:
        """When it was captured."""
        return from_digits(self.timestamp)

    def field(self, name: str) -> str:
        """The text that filters and collapse see: as a CDX line has it, the digest without its label."""
        match _ALIASES.get(name, name):
            case "original":
                return self.uri_r
            case "mimetype":
                return self.mime or "-"
            case "statuscode":
                return "-" if self.status is None else str(self.status)
            case "digest":
                return self.digest.removeprefix("sha1:") or "-"
            case "length":
                return "-" if self.length < 0 else str(self.length)
            case "timestamp":
                return self.timestamp
            case _:
                return self.urlkey


class MatchType(enum.StrEnum):
    """How much of a URL the lines sought have in common with the query's."""

    EXACT = "exact"
    PREFIX = "prefix"
    HOST = "host"
    DOMAIN = "domain"


@dataclass(frozen=True)
class CdxFilter:
    """``[!]field:regex``, the regular expression to fit the whole field, as at the Wayback Machine.

    pywb's ``=field:text`` compares the text, its ``~field:regex`` need fit only the field's beginning.
    """

    text: str

    def __post_init__(self) -> None:
        """Raises `UsageError`."""
        try:
            _ = self._pattern
        except re.error as error:
            raise UsageError(f"filter={self.text!r}: {error}", _WAY_OUT) from error

    @cached_property
    def field(self) -> str:
        """In the Wayback Machine's words."""
        return _known(self.text.lstrip("!=~").partition(":")[0], "filter", self.text)

    @property
    def negated(self) -> bool:
        """Whether it drops what fits."""
        return self.text.startswith("!")

    @cached_property
    def regex(self) -> str:
        """What the whole field must fit, whatever the sign says."""
        expression = self.text.partition(":")[2]
        match self.text.removeprefix("!")[:1]:
            case "=":
                return re.escape(expression)
            case "~":
                return f"(?:{expression}).*"
            case _:
                return expression

    def holds(self, line: CdxCapture) -> bool:
        """Whether the line stays."""
        return (self._pattern.fullmatch(line.field(self.field)) is None) is self.negated

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        _ = self.field
        return re.compile(self.regex, re.S)


@dataclass(frozen=True, slots=True)
class Collapse:
    """``field[:N]``: of neighbours that are alike in the field's first N characters, the first stays."""

    text: str

    def __post_init__(self) -> None:
        """Raises `UsageError`."""
        name, _, length = self.text.partition(":")
        _known(name, "collapse", self.text)
        if length and not (length.isdecimal() and length.isascii()):
            raise UsageError(f"collapse={self.text!r}: {length!r} is no number", _WAY_OUT)

    def key(self, line: CdxCapture) -> str:
        """What neighbours are compared by."""
        name, _, length = self.text.partition(":")
        return line.field(name)[: int(length) if length else None]


class Collapser:
    """Collapse over a stream of lines that comes in pieces: neighbours alike in *all* its fields."""

    def __init__(self, collapse: Sequence[Collapse], last: str = "") -> None:
        self._collapse = collapse
        self.last = last
        """The key of the line before, for whoever reads the next piece."""

    def keeps(self, line: CdxCapture) -> bool:
        """Whether the line is no repetition of the one before it."""
        if not self._collapse:
            return True
        key = " ".join(one.key(line) for one in self._collapse)
        repeated, self.last = key == self.last, key
        return not repeated


@dataclass(frozen=True)
class CdxQuery:
    """Which lines are sought. `since` and `until` are 4 to 14 digits, both included, or empty."""

    url: str
    match: MatchType = MatchType.EXACT
    since: str = ""
    until: str = ""
    filters: tuple[CdxFilter, ...] = ()
    collapse: tuple[Collapse, ...] = ()
    limit: int = 0
    """How many lines in all; 0: every one."""

    @classmethod
    def parse(cls, text: str) -> CdxQuery:
        """Read ``cdx:url=news.example/&matchType=prefix&from=2008&filter=statuscode:200``.

        ``cdx:news.example/a/*`` is short for a prefix, ``cdx:*.news.example`` for a domain; an ``&``
        within a URL is written ``%26``. Raises `UsageError`.
        """
        words = text.removeprefix("cdx:")
        named = words.partition("=")[0] in _NAMES
        pairs = [_pair(word) for word in (words if named else f"url={words}").split("&")]
        given = {name: value for name, value in pairs if value}
        url, match = _starred(given.get("url", ""), given.get("matchType", ""))
        return cls(
            url,
            match,
            _digits("from", given.get("from", "")),
            _digits("to", given.get("to", "")),
            tuple(CdxFilter(value) for name, value in pairs if name == "filter"),
            tuple(Collapse(value) for name, value in pairs if name == "collapse"),
            _number("limit", given.get("limit", "0")),
        )

    @cached_property
    def key(self) -> str:
        """What the keys of all lines begin with: the URL, its host or its domain in SURT form."""
        key = surt(self.url if "://" in self.url else "http://" + self.url)
        if self.match in (MatchType.HOST, MatchType.DOMAIN):
            return key.partition(")")[0]
        slash = self.match is MatchType.PREFIX and self.url.endswith("/") and not key.endswith("/")
        return key + "/" if slash else key

    def holds(self, line: CdxCapture) -> bool:
        """Whether a line fits: its URL, its moment, and every filter."""
        return (
            self._matches(line.urlkey)
            and line.timestamp >= self.since
            and (not self.until or line.timestamp[: len(self.until)] <= self.until)
            and all(one.holds(line) for one in self.filters)
        )

    def within(self, since: str, until: str) -> CdxQuery:
        """The same in another span."""
        return replace(self, since=since, until=until)

    def _matches(self, urlkey: str) -> bool:
        match self.match:
            case MatchType.EXACT:
                return urlkey == self.key
            case MatchType.PREFIX:
                return urlkey.startswith(self.key)
            case MatchType.HOST:
                return urlkey.partition(")")[0] == self.key
            case MatchType.DOMAIN:
                host = urlkey.partition(")")[0].partition(":")[0]
                return host == self.key or host.startswith(self.key + ",")

    def __str__(self) -> str:
        pairs = [
            ("url", self.url),
            ("matchType", self.match),
            ("from", self.since),
            ("to", self.until),
            *(("filter", one.text) for one in self.filters),
            *(("collapse", one.text) for one in self.collapse),
            ("limit", str(self.limit or "")),
        ]
        return "cdx:" + "&".join(f"{name}={quote(text, safe=_PLAIN)}" for name, text in pairs if text)


_PLAIN = "/:?=*!~,;@()[]{}|^$+-._"
_NAMES = frozenset({"url", "matchType", "from", "to", "filter", "collapse", "limit"})


def _known(field: str, word: str, text: str) -> str:
    name = _ALIASES.get(field, field)
    if name not in _FIELDS:
        raise UsageError(f"{word}={text!r} names no field", f"the fields are {', '.join(_FIELDS)}")
    return name


def _pair(word: str) -> tuple[str, str]:
    name, _, value = word.partition("=")
    if name not in _NAMES:
        raise UsageError(f"{name!r} is no word of a CDX query", "write an & within a URL as %26")
    return name, unquote(value)


def _starred(url: str, match: str) -> tuple[str, MatchType]:
    if not url:
        raise UsageError("a CDX query without url", _WAY_OUT)
    if match and match not in tuple(MatchType):
        raise UsageError(f"matchType={match!r} is not known", f"write one of {', '.join(MatchType)}")
    if not match and url.startswith("*."):
        return url[2:].removesuffix("/*"), MatchType.DOMAIN
    if not match and url.endswith("*"):
        return url[:-1], MatchType.PREFIX
    return url, MatchType(match or MatchType.EXACT)


def _digits(name: str, text: str) -> str:
    if text and not (re.fullmatch(r"[0-9]{4,14}", text) and len(text) % 2 == 0):
        raise UsageError(f"{name}={text!r} is no moment", f"write {name}=YYYY[MM[DD[hhmmss]]]")
    return text


def _number(name: str, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise UsageError(f"{name}={text!r} is no whole number", _WAY_OUT)
    return int(text)
