"""Scope: which URLs a walk may go to, and which rule says so.

``scope=site`` (the registrable domains of the seeds), ``host`` (their hosts), ``any``, or a file of
rules and limits (`crawler.frontier.scope_file`). Docs: docs/scope.md.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Protocol

from crawler.errors import SettingError
from crawler.frontier import scope_file
from crawler.frontier.host_rule import HostRule
from crawler.frontier.host_rules import HostRules
from crawler.frontier.quota import Quotas
from crawler.frontier.scope_limits import Bound, Decision, Limits
from crawler.frontier.scope_rules import Rules
from crawler.frontier.site import registrable_domain
from crawler.frontier.walk_file import Walk
from crawler.model import uri

DEFAULT_HOPS = 3
WORDS = ("site", "host", "any")


def _host_itself(host: str) -> str:
    return host


_SITE_OF: dict[str, Callable[[str], str]] = {"site": registrable_domain, "host": _host_itself}
_NOUN = {"site": "domain", "host": "host"}


class Hosts(Protocol):
    """What an operator says of hosts: fixed rules, or those of a file that is looked at again."""

    def of(self, host: str) -> HostRule:
        """What holds for ``host[:port]``."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The scope of one walk. Pure: a URL in, a decision out."""

    kind: str
    """``site``, ``host``, ``any``; ``none`` where only the lines of a file let in."""
    sites: frozenset[str]
    """Domains or hosts of the seeds."""
    rules: Rules
    limits: Limits
    quotas: Quotas
    name: str
    """What was written behind ``scope=``."""
    text: str = ""
    """The text of the file of rules; else empty."""
    hosts: Hosts = field(default_factory=HostRules, compare=False)
    """``hosts.yaml``, whose ``scope`` stands above lines and sites, and below the limits."""

    @classmethod
    def for_seeds(
        cls, rule: str, seeds: Iterable[str], hops: int | None = None, depth_limit: int = 0
    ) -> Scope:
        """The scope of a walk from `seeds`; `rule` is ``site``, ``host``, ``any`` or the path of a file.

        `hops` is None where nobody said it: then the file's counts, else 3. `depth_limit` is
        ``DEPTH_LIMIT``, 0 for none. Raises `SettingError`, with the number of the line for a bad rule.
        """
        text = "" if rule in WORDS else _text(rule)
        scope = cls.of_text(rule, text)
        named = _SITE_OF.get(scope.kind, registrable_domain)
        sites = frozenset(named(uri.hostname(seed)) for seed in seeds)
        return replace(scope, sites=sites, limits=_capped(scope.limits, hops, depth_limit or None))

    @classmethod
    def of_walk(cls, walk: Walk) -> Scope:
        """The scope that a walk had, from what was kept of it (`crawler.frontier.walk_file`)."""
        scope = cls.of_text(walk.scope, walk.rules)
        said = walk.arguments.get("hops", "")
        limits = _capped(scope.limits, int(said) if said.isdigit() else None, walk.hops)
        return replace(scope, sites=frozenset(walk.sites), limits=limits)

    @classmethod
    def of_text(cls, name: str, text: str) -> Scope:
        """A scope without seeds: one of `WORDS`, or the rules of a file with that name."""
        if name in WORDS:
            return cls(name, frozenset(), Rules(), Limits(), Quotas(), name)
        file = scope_file.parse(text, name)
        return cls(file.otherwise, frozenset(), Rules(file.rules), file.limits, file.quotas, name, text)

    @property
    def hops(self) -> int:
        """The most hops that any link may have."""
        return self.limits.most_hops.value if self.limits.most_hops is not None else DEFAULT_HOPS

    def decide(self, target: str, hops: int, site: str = "", day: date | None = None) -> Decision:
        """Whether a link to `target`, a normalised URI that many hops from its seed, may be followed.

        `site` is what the page inherited from a redirected seed (`Item.site`); only a rule that names
        the URL can keep it out. `day` is the story's date, where one is known.
        """
        too_far = self.limits.refuse_hops(uri.netloc(target), hops)
        if too_far is not None:
            return too_far
        decision = self._place(target, site)
        return (decision.allowed and self.limits.refuse_date(day)) or decision

    def allows(self, target: str, site: str = "", day: date | None = None) -> bool:
        """Whether `target` may be followed, were it near enough."""
        return self.decide(target, 0, site, day).allowed

    def site(self, target: str) -> str:
        """What counts as the site of a URL here: its registrable domain, or its host (``host``)."""
        return _SITE_OF.get(self.kind, registrable_domain)(uri.hostname(target))

    def _place(self, target: str, site: str) -> Decision:
        host = uri.netloc(target)
        said = self.hosts.of(host).scope
        if said is not None:
            return Decision(said, f"scope: {'in' if said else 'out'} for {host}", "hosts.yaml")
        rule = self.rules.deciding(target)
        if rule is not None:
            return Decision(rule.allow, rule.text, self.name)
        own = self.site(target)
        if own and own == site:
            return Decision(True, f"{own} is where a seed was redirected to", f"scope={self.name}")
        if self.kind == "none":
            return Decision(False, "no line lets it in", self.name)
        return self._seeds_place(own)

    def _seeds_place(self, own: str) -> Decision:
        where = f"scope={self.name}"
        if self.kind == "any":
            return Decision(True, "scope=any", where)
        allowed = own in self.sites
        is_one = "is a" if allowed else "is no"
        return Decision(allowed, f"scope={self.kind}: {own} {is_one} seed's {_NOUN[self.kind]}", where)


_WALKS_OWN = "the walk's hops"
_DEFAULT = Bound(DEFAULT_HOPS, "the default of hops")


def _capped(limits: Limits, hops: int | None, most: int | None) -> Limits:
    """`limits` with those of the walk: its own `hops` where they were said, and never above `most`."""
    if hops is None and limits.hops is None:
        limits = replace(limits, hops=_DEFAULT)
    reached = [bound.value for bound in (limits.hops, *limits.host_hops.values()) if bound is not None]
    asked = max(reached) if hops is None else hops
    return replace(limits, most_hops=Bound(asked if most is None else min(asked, most), _WALKS_OWN))


def _text(name: str) -> str:
    try:
        return Path(name).expanduser().read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        near = difflib.get_close_matches(name, WORDS, 1)
        guess = f"scope={near[0]} may be meant; " if near else ""
        raise SettingError(
            f"scope={name}: no file of rules that can be read ({error})",
            f"{guess}write scope=site, host, any, or the path of a file",
        ) from error
