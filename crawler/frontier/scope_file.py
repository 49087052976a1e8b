"""A file of scope rules: text to rules, limits and quotas, each with the line that says it.

One rule a line; an empty line and one that begins with ``#`` say nothing. Of the lines with ``+`` and
``-`` the last that matches a URL decides; of two lines for the same limit the later counts::

    + example.org                  let in: the host and all below it
    - https://example.org/live/    keep out: every URL that begins so
    + org,example,)/news/          the same in SURT form, as web archives write it
    - /[?&]sessionid=/             a regular expression, found anywhere in the URL
    scope site                     what no line matches: as scope=site decides; else it is out
    hops 3                         links away from a seed
    hops 1 example.org             the same for a host and what lies below it
    from 2008-01-01                stories of that day and later; until 2008-12-31, and earlier
    pages 10000                    of the whole crawl; bytes 50G
    pages-per-host 500             of each host; bytes-per-host 1G
    pages 20 example.org           of that host, and of each below it; bytes 1G example.org
"""

from __future__ import annotations

import difflib
import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from crawler.errors import InvalidUri, SettingError
from crawler.frontier import scope_patterns
from crawler.frontier.quota import HostQuota, Quotas
from crawler.frontier.scope_limits import Bound, Limits
from crawler.frontier.scope_rules import Rule
from crawler.model import size

_DAY = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?\Z", re.ASCII)
_OTHERWISE = ("site", "host", "any")


@dataclass(slots=True)
class ScopeFile:
    """What the lines of a file say."""

    rules: list[Rule] = field(default_factory=list)
    limits: Limits = Limits()
    quotas: Quotas = Quotas()
    otherwise: str = "none"
    """What decides where no line matches: ``site``, ``host``, ``any``; ``none`` where it is out."""


@dataclass(frozen=True, slots=True)
class _Line:
    """``WORD [REST]``; `said` is how a decision quotes it."""

    word: str
    rest: str
    said: str

    @property
    def words(self) -> list[str]:
        return self.rest.split()


def parse(text: str, name: str) -> ScopeFile:
    """Read a file of rules. `name` is its path, for the error.

    Raises `SettingError` with the number of the first line that is no rule, and what may be meant.
    """
    file = ScopeFile()
    for number, whole in enumerate(text.splitlines(), 1):
        stripped = whole.strip()
        if not stripped or stripped.startswith("#"):
            continue
        word, *rest = stripped.split(maxsplit=1)
        try:
            _read(file, _Line(word, "".join(rest), f"line {number}: {stripped}"))
        except (ValueError, InvalidUri, re.error) as error:
            raise SettingError(
                f"{name}, line {number}: {stripped!r} is no rule: {error}",
                "docs/scope.md has every kind of line",
            ) from error
    return file


def _read(file: ScopeFile, line: _Line) -> None:
    reader = _READERS.get(line.word)
    if reader is None:
        raise ValueError(_unknown(line.word))
    reader(file, line)


def _unknown(word: str) -> str:
    near = difflib.get_close_matches(word.lower(), _READERS, 1, 0.7)
    guess = f", perhaps {near[0]!r}" if near else ""
    return f"a line begins with '+ ', '- ', or a word such as 'hops' or 'pages'{guess}"


# -- one function a word


def _rule(file: ScopeFile, line: _Line) -> None:
    pattern = scope_patterns.parse(line.rest)
    file.rules.append(Rule(line.word == "+", pattern, line.said))


def _scope(file: ScopeFile, line: _Line) -> None:
    if line.rest not in _OTHERWISE:
        raise ValueError(f"write scope and one of {', '.join(_OTHERWISE)}")
    file.otherwise = line.rest


def _hops(file: ScopeFile, line: _Line) -> None:
    number, host = _number_and_host(line, _natural)
    bound = Bound(number, line.said)
    if host:
        hosts = {**file.limits.host_hops, host: bound}
        file.limits = replace(file.limits, host_hops=hosts)
    else:
        file.limits = replace(file.limits, hops=bound)


def _first(file: ScopeFile, line: _Line) -> None:
    file.limits = replace(file.limits, first=Bound(_days(line.rest)[0], line.said))


def _last(file: ScopeFile, line: _Line) -> None:
    file.limits = replace(file.limits, last=Bound(_days(line.rest)[1], line.said))


def _pages(file: ScopeFile, line: _Line) -> None:
    number, host = _number_and_host(line, _positive)
    if host:
        file.quotas = _with_host(file.quotas, host, pages=number)
    else:
        file.quotas = replace(file.quotas, pages=number)


def _bytes(file: ScopeFile, line: _Line) -> None:
    number, host = _number_and_host(line, size.parse)
    if host:
        file.quotas = _with_host(file.quotas, host, bytes=number)
    else:
        file.quotas = replace(file.quotas, bytes=number)


def _host_pages(file: ScopeFile, line: _Line) -> None:
    file.quotas = replace(file.quotas, host_pages=_positive(line.rest))


def _host_bytes(file: ScopeFile, line: _Line) -> None:
    file.quotas = replace(file.quotas, host_bytes=size.parse(line.rest))


_READERS: Mapping[str, Callable[[ScopeFile, _Line], None]] = {
    "+": _rule,
    "-": _rule,
    "scope": _scope,
    "hops": _hops,
    "from": _first,
    "until": _last,
    "pages": _pages,
    "bytes": _bytes,
    "pages-per-host": _host_pages,
    "bytes-per-host": _host_bytes,
}


# -- the words of a line


def _number_and_host(line: _Line, number: Callable[[str], int]) -> tuple[int, str]:
    words = line.words
    if not 1 <= len(words) <= 2:
        raise ValueError(f"write {line.word}, a number, and at most one host")
    host = scope_patterns.host(words[1]).name if len(words) == 2 else ""
    return number(words[0]), host


def _natural(text: str) -> int:
    if not (text.isdigit() and text.isascii()):
        raise ValueError("write a whole number, 0 or more")
    return int(text)


def _positive(text: str) -> int:
    if not (text.isdigit() and text.isascii() and int(text)):
        raise ValueError("write a whole number, 1 or more")
    return int(text)


def _with_host(quotas: Quotas, host: str, **limit: int) -> Quotas:
    quota = replace(quotas.hosts.get(host, HostQuota()), **limit)
    return replace(quotas, hosts={**quotas.hosts, host: quota})


def _days(text: str) -> tuple[date, date]:
    """The first and the last day of ``YYYY[-MM[-DD]]``."""
    match = _DAY.match(text)
    if match is None:
        raise ValueError("write a day as YYYY-MM-DD, or YYYY-MM, or YYYY")
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    if day is not None and month is not None:
        return date(year, month, day), date(year, month, day)
    first, last = month or 1, month or 12
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])
