"""The rules of a scope that name URLs: patterns, and the last one that matches decides.

A pattern is data. `Rules` looks a URL up in all of them at once (by host, by beginning), since a list of
ten thousand domains is asked for each link of each page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from crawler.frontier.site import names_of
from crawler.model import uri
from crawler.model.surt import surt

LONGEST = 2048
"""Characters of a URL that an expression is tried on: what a page names may be made to take long."""


@dataclass(frozen=True, slots=True)
class Host:
    """A host and all below it, in lower case; with a port, on that port only."""

    name: str


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a URL begins, in the spelling of `uri.normalise`."""

    text: str


@dataclass(frozen=True, slots=True)
class SurtBeginning:
    """How the SURT form of a URL begins, a comma behind the last label: ``org,example,)/news/``."""

    text: str


@dataclass(frozen=True, slots=True)
class Expression:
    """A regular expression, found anywhere in a URL."""

    pattern: re.Pattern[str]


Pattern = Host | Beginning | SurtBeginning | Expression


@dataclass(frozen=True, slots=True)
class Rule:
    """Lets in what matches its pattern, or keeps it out. `text` is how it says itself."""

    allow: bool
    pattern: Pattern
    text: str


class Rules:
    """Rules in the order of their file, looked up together."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._rules = tuple(rules)
        self._hosts: dict[str, int] = {}
        self._beginnings, self._surts = _Beginnings(), _Beginnings()
        self._expressions: list[tuple[int, re.Pattern[str]]] = []
        for index, rule in enumerate(self._rules):
            self._enter(index, rule.pattern)

    def __len__(self) -> int:
        return len(self._rules)

    def deciding(self, target: str) -> Rule | None:
        """The last rule whose pattern matches a normalised URI, None where none does."""
        if not self._rules:
            return None
        last = max((self._hosts.get(name, -1) for name in names_of(uri.netloc(target))), default=-1)
        last = max(last, self._beginnings.last(target))
        if self._surts:
            last = max(last, self._surts.last(_surt(target)))
        for index, pattern in reversed(self._expressions):
            if index < last or pattern.search(target, 0, LONGEST):
                last = max(last, index)
                break
        return self._rules[last] if last >= 0 else None

    def _enter(self, index: int, pattern: Pattern) -> None:
        match pattern:
            case Host(name):
                self._hosts[name] = index
            case Beginning(text):
                self._beginnings.enter(text, index)
            case SurtBeginning(text):
                self._surts.enter(text, index)
            case Expression(expression):
                self._expressions.append((index, expression))


@dataclass(slots=True)
class _Beginnings:
    """Texts with the number of the last rule that has each; one look-up a length."""

    _numbers: dict[str, int] = field(default_factory=dict)
    _lengths: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self._numbers)

    def enter(self, text: str, number: int) -> None:
        self._numbers[text] = number
        self._lengths.add(len(text))

    def last(self, target: str) -> int:
        """The highest number of a text that `target` begins with, else -1."""
        return max((self._numbers.get(target[:length], -1) for length in self._lengths), default=-1)


def _surt(target: str) -> str:
    """The SURT form with a comma behind the last label and a slash at the end.

    So ``org,example,`` is the domain and all below it, and ``)/news/`` has the page ``/news`` too, whose
    last slash no key keeps.
    """
    host, end, path = surt(target).partition(")")
    name, colon, port = host.partition(":")
    return f"{name},{colon}{port}{end}{path}/"
