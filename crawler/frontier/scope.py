"""Scope: which URLs a walk may go to.

A file of rules (``scope=FILE``) has one rule a line; ``#`` begins a comment line. ``+ PATTERN`` lets
in, ``- PATTERN`` keeps out; the last line that matches decides, and what none matches is out::

    + example.org                 the host and all below it
    - https://example.org/live/   every URL that begins so
    + /\\.org/(19|20)\\d\\d//        a regular expression, found anywhere in the URL
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import tldextract

from crawler.errors import SettingError
from crawler.model import uri

# The list that comes with tldextract: nothing is downloaded, nothing is cached. Private suffixes count
# (github.io, blogspot.com), since what lies below them belongs to different people.
_SUFFIXES = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
_HOST = re.compile(r"\.?[a-z0-9_-]+(\.[a-z0-9_-]+)*(:\d+)?\Z|\[[0-9a-f:.]+\](:\d+)?\Z")
Test = Callable[[str], bool]


@lru_cache(maxsize=10_000)
def registrable_domain(host: str) -> str:
    """The part of a host name that somebody registered: ``bbc.co.uk`` of ``news.bbc.co.uk``.

    An IP address is its own; under a suffix that is in no list, the last two labels are (the rule of
    publicsuffix.org for such); a public suffix alone is its own.
    """
    if _is_address(host):
        return host
    parts = _SUFFIXES.extract_str(host)
    if parts.suffix:
        return parts.top_domain_under_public_suffix or host
    return ".".join(host.rsplit(".", 2)[-2:])


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of a scope file."""

    allow: bool
    matches: Test


@dataclass(frozen=True, slots=True)
class Scope:
    """The scope of one walk. `sites` is None where every site is in."""

    kind: str
    sites: frozenset[str] | None
    rules: tuple[Rule, ...] = ()

    @classmethod
    def for_seeds(cls, rule: str, seeds: Iterable[str]) -> Scope:
        """``site``, ``host``, ``any`` or the path of a file of rules.

        Raises `SettingError`, with the number of the line for a bad rule.
        """
        if rule == "any":
            return cls(rule, None)
        if rule in ("site", "host"):
            name = _NAMES[rule]
            return cls(rule, frozenset(name(uri.hostname(seed)) for seed in seeds))
        return cls("file", frozenset(), _read(Path(rule)))

    def allows(self, target: str, item_site: str = "") -> bool:
        """Whether a link to `target` may be followed.

        `item_site` is the `site` that the item inherited from a redirected seed; only a rule that
        names the URL can keep it out.
        """
        for rule in reversed(self.rules):
            if rule.matches(target):
                return rule.allow
        if self.sites is None:
            return True
        site = self.site(target)
        return site in self.sites or (bool(site) and site == item_site)

    def site(self, target: str) -> str:
        """What counts as the site of a URL here: its registrable domain, or its host (``host``)."""
        return _NAMES.get(self.kind, registrable_domain)(uri.hostname(target))


def _host_itself(host: str) -> str:
    return host


_NAMES: dict[str, Callable[[str], str]] = {"site": registrable_domain, "host": _host_itself}


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _read(path: Path) -> tuple[Rule, ...]:
    try:
        text = path.expanduser().read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise SettingError(
            f"scope={path}: no file of rules that can be read ({error})",
            "write scope=site, host, any, or the path of a file",
        ) from error
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1))
    return tuple(_rule(path, n, line) for n, line in lines if line and not line.startswith("#"))


def _rule(path: Path, number: int, line: str) -> Rule:
    sign, _, pattern = line.partition(" ")
    try:
        if sign not in ("+", "-"):
            raise ValueError("a rule begins with '+ ' or '- '")
        return Rule(sign == "+", _test(pattern.strip()))
    except (ValueError, re.error) as error:
        raise SettingError(
            f"{path}, line {number}: {line!r} is no rule: {error}",
            "write + or -, a space, and a host, the beginning of a URL, or /a regular expression/",
        ) from error


def _test(pattern: str) -> Test:
    if len(pattern) > 2 and pattern.startswith("/") and pattern.endswith("/"):
        expression = re.compile(pattern[1:-1])
        return lambda target: expression.search(target) is not None
    if pattern.startswith(("http://", "https://")):
        return lambda target: target.startswith(pattern)
    if not _HOST.match(pattern.lower()):
        raise ValueError("neither a host, nor a URL, nor /a regular expression/")
    return _host_test(pattern.lower().lstrip("."))


def _host_test(host: str) -> Test:
    suffix = "." + host

    def test(target: str) -> bool:
        for name in (uri.netloc(target), uri.hostname(target)):
            if name == host or name.endswith(suffix):
                return True
        return False

    return test
