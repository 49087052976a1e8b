"""The rules of ``hosts.yaml``: what an operator says of single hosts. Docs: docs/politeness.md.

Each word of a host's rule comes from the most exact name that says it (`host_patterns`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import reduce
from pathlib import Path

from crawler.errors import SettingError
from crawler.frontier import host_patterns, hosts_file
from crawler.frontier.host_rule import HostRule

NO_RULE = HostRule()
_MOST_KEPT = 10_000


class HostRules:
    """Rules by name. Pure, and never changed: a file that is read anew makes another one."""

    def __init__(self, rules: Mapping[str, HostRule] | None = None) -> None:
        self.by_name = dict(rules or {})
        self._expressions: list[tuple[re.Pattern[str], HostRule]] = [
            (host_patterns.expression(name), rule)
            for name, rule in self.by_name.items()
            if host_patterns.is_expression(name)
        ]
        self._known: dict[str, HostRule] = {}

    @classmethod
    def parse(cls, text: str, name: str) -> HostRules:
        """The rules of a text; `name` is its file's. Raises `SettingError` with line and column."""
        return cls(hosts_file.parse(text, name))

    @classmethod
    def read(cls, path: Path) -> HostRules:
        """The rules of a file, none where there is no file. Raises `SettingError`."""
        try:
            text = path.read_text("utf-8-sig")
        except FileNotFoundError:
            return cls()
        except OSError as error:
            raise SettingError(f"cannot read {path}: {error.strerror}", "make it readable") from error
        except UnicodeDecodeError as error:
            raise SettingError(
                f"{path} is no text in UTF-8: {error.reason}", "save it as UTF-8"
            ) from error
        return cls.parse(text, str(path))

    def __bool__(self) -> bool:
        return bool(self.by_name)

    def of(self, host: str) -> HostRule:
        """What holds for ``host[:port]``."""
        rule = self._known.get(host)
        if rule is None:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            rule = self._known[host] = self._find(host)
        return rule

    def changes(self, old: HostRules) -> str:
        """What is other than in `old`, in words; empty where nothing is."""
        names = {**old.by_name, **self.by_name}
        changed = [name for name in names if old.by_name.get(name) != self.by_name.get(name)]
        return ", ".join(f"{name} {_fate(name, old.by_name, self.by_name)}" for name in changed)

    def _find(self, host: str) -> HostRule:
        if not self.by_name:
            return NO_RULE
        named = [self.by_name.get(name, NO_RULE) for name in host_patterns.names_for(host)]
        found = [rule for pattern, rule in self._expressions if pattern.search(host)]
        return reduce(HostRule.above, [*named, *found, self.by_name.get(host_patterns.ALL, NO_RULE)])


def _fate(name: str, old: Mapping[str, HostRule], new: Mapping[str, HostRule]) -> str:
    if name not in old:
        return "is new"
    return "is changed" if name in new else "is gone"
