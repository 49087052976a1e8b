"""``hosts.yaml``: a mapping of hosts, each to a mapping of words. Text in, rules by pattern out.

The tree of nodes is read, not the values that YAML makes of them: so each mistake has its line and
column, ``no`` is no truth value, and ``10:30`` no number in base 60.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import yaml

from crawler.errors import SettingError
from crawler.frontier import host_patterns
from crawler.frontier.host_rule import WORDS, HostRule

DELAY_MOST = 3600.0
"""Seconds. After a restart of the frontier's server nothing is fetched for the longest delay of all."""
SLOTS_MOST = 1000
DOCS = "docs/politeness.md has every word"
_BLOCKED = "hosts.yaml blocks it"


class _Mistake(Exception):
    """What is wrong, and where it stands (from 0)."""

    def __init__(self, mark: Any, what: str, way_out: str = DOCS) -> None:
        super().__init__(what)
        self.line, self.column = int(mark.line), int(mark.column)
        self.way_out = way_out


def parse(text: str, name: str) -> dict[str, HostRule]:
    """The rules of the text of the file `name`, by their patterns, in its order.

    Raises `SettingError` for the first mistake: its line and column, and what may be meant.
    """
    try:
        return dict(_rules(_root(text)))
    except _Mistake as mistake:
        where = f"{name}, line {mistake.line + 1}, column {mistake.column + 1}"
        raise SettingError(f"{where}: {mistake}", mistake.way_out) from mistake


def _root(text: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.reader.ReaderError as error:
        raise _Mistake(_Place(text, int(error.position)), "a character that YAML forbids") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _Mistake(mark, error.problem or "no YAML", _way_out(text, mark)) from error


class _Place:
    """Line and column of a character."""

    def __init__(self, text: str, position: int) -> None:
        before = text[:position]
        self.line = before.count("\n")
        self.column = position - (before.rfind("\n") + 1)


def _way_out(text: str, mark: Any) -> str:
    line = next(iter(text.splitlines()[mark.line : mark.line + 1]), "").strip()
    if line.startswith("*"):
        return "a name with * needs quotes: '*.example.org':"
    if line.startswith(("/", '"/')):
        return "an expression needs single quotes: '/^img[0-9]+\\.example\\.org$/':"
    return DOCS


def _rules(root: yaml.Node | None) -> Iterator[tuple[str, HostRule]]:
    if root is None or (isinstance(root, yaml.ScalarNode) and root.value in ("", "null", "~")):
        return
    first: dict[str, int] = {}
    for key, value in _pairs(root, "write hosts, each with the words that hold for it"):
        try:
            pattern = host_patterns.normal(key.value)
        except ValueError as error:
            raise _Mistake(key.start_mark, f"{key.value!r} names no host: {error}") from error
        _check_first(first, pattern, key)
        yield pattern, _rule(value)


def _rule(node: yaml.Node) -> HostRule:
    said: dict[str, Any] = {}
    first: dict[str, int] = {}
    for key, value in _pairs(node, f"write words below the host: {', '.join(WORDS)}"):
        word = key.value
        if word not in _READERS:
            raise _Mistake(key.start_mark, f"{word!r} is no word of a rule{_near(word, WORDS)}")
        _check_first(first, word, key)
        said[word] = _value(word, value)
    return HostRule(**said)


def _value(word: str, node: yaml.Node) -> Any:
    if not isinstance(node, yaml.ScalarNode) or not node.value:
        raise _Mistake(node.start_mark, f"{word} has no value of its own")
    try:
        return _READERS[word](node.value)
    except ValueError as error:
        raise _Mistake(node.start_mark, f"{word}: {node.value!r}: {error}") from error


def _pairs(node: yaml.Node, wanted: str) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        raise _Mistake(node.start_mark, wanted)
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _Mistake(key.start_mark, wanted)
        yield key, value


def _check_first(first: dict[str, int], name: str, key: yaml.Node) -> None:
    if name in first:
        raise _Mistake(key.start_mark, f"{name!r} stands in line {first[name] + 1} already")
    first[name] = key.start_mark.line


# -- the words of a rule


def _delay(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number <= DELAY_MOST:
        raise ValueError(f"write seconds, a number from 0 to {DELAY_MOST:.0f}")
    return number


def _slots(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= SLOTS_MOST):
        raise ValueError(f"write a whole number from 1 to {SLOTS_MOST}")
    return int(text)


def _either(yes: str, no: str) -> Callable[[str], bool]:
    def read(text: str) -> bool:
        if text.lower() not in (yes, no):
            raise ValueError(f"write {yes} or {no}{_near(text, (yes, no))}")
        return text.lower() == yes

    return read


def _block(text: str) -> str:
    if text.lower() == "false":
        return ""
    return _BLOCKED if text.lower() == "true" else " ".join(text.split())


_READERS: Mapping[str, Callable[[str], Any]] = {
    "delay": _delay,
    "slots": _slots,
    "robots": _either("obey", "ignore"),
    "scope": _either("in", "out"),
    "block": _block,
}


def _near(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word.lower(), list(known), 1, 0.6)
    return f", perhaps {near[0]!r}" if near else f"; the words are {', '.join(known)}"
