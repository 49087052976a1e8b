"""The Link field (RFC 8288): what an archive says of a memento's original, TimeGate and TimeMap."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# RFC 9110, 5.6: token, quoted-string and optional white space; a bare parameter value is read as
# leniently as the ABNF of RFC 8288, B.3 asks for: up to the next delimiter.
_BETWEEN = re.compile(r"[ \t,]*+")
_TARGET = re.compile(r"<([^<>]*)>")
_PARAMETER = re.compile(r"[ \t]*;[ \t]*([^\s=;,\"]+)?[ \t]*(?:=[ \t]*(\"(?:[^\"\\]|\\.)*\"?|[^;,]*))?")
_NEXT = re.compile(r"[^,]*")
_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Link:
    """One link-value. `target` stands as it was written; `parameters` by lower-case name."""

    target: str
    parameters: Mapping[str, str]

    @property
    def relations(self) -> frozenset[str]:
        """The relation types, in lower case: ``rel`` is a list between spaces (RFC 8288, 3.3)."""
        return frozenset(self.parameters.get("rel", "").lower().split())


def parse_links(value: str) -> Iterator[Link]:
    """The links of one Link field, in order. What is no link-value is passed over."""
    at = _end(_BETWEEN, value, 0)
    while at < len(value):
        match = _TARGET.match(value, at)
        if match is None:
            at = _after_comma(value, at)
            continue
        parameters, at = _parameters(value, match.end())
        yield Link(match[1].strip(), parameters)


def related(value: str, relation: str) -> str | None:
    """The target of the first link with that relation type, or None."""
    return next((link.target for link in parse_links(value) if relation in link.relations), None)


def _after_comma(value: str, at: int) -> int:
    """Behind the next comma, and whatever parts two links beside it."""
    return _end(_BETWEEN, value, _end(_NEXT, value, at))


def _end(pattern: re.Pattern[str], value: str, at: int) -> int:
    match = pattern.match(value, at)
    return match.end() if match else at


def _parameters(value: str, at: int) -> tuple[dict[str, str], int]:
    """The parameters from `at` on, and where they end; of doubled ones the first counts."""
    found: dict[str, str] = {}
    while match := _PARAMETER.match(value, at):
        at = match.end()
        if match[1]:
            found.setdefault(match[1].lower(), _unquote(match[2] or ""))
    return found, _after_comma(value, at)


def _unquote(text: str) -> str:
    text = text.strip()
    if not text.startswith('"'):
        return text
    return _ESCAPE.sub(r"\1", text[1:].removesuffix('"'))
